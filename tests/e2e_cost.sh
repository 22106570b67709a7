#!/bin/sh
# What costs are worked out from is every byte of unicast: counted again by
# other means. Costs are the same whether two parts were merged or read as one,
# and follow --mtu and --suites wherever a report is written.
#
# usage: e2e_cost.sh IPSEC-AUDIT
. "$(dirname "$0")/e2e.lib"
need tcpdump

# These have no tunnels, whose inside is counted as well.
for sample in voip domain pmtu ipv6 p2p; do
	capture=$(echo samples/"$sample".pcap*)
	tcpdump -r "$capture" -w "$temp/all.pcap" 2>/dev/null ||
		complain "tcpdump cannot read $capture"
	"$audit" -q -o "$temp/report.json" -r "$temp/all.pcap" ||
		complain "exit $? of $capture"
	"$python" tests/e2e_cost.py "$temp/report.json" "$temp/all.pcap" ||
		complain "$sample: bytes differ"
done

# cost REPORT: costs of all paths, without what differs with the sources
cost() {
	"$python" -c 'import json, sys
for path in json.load(open(sys.argv[1]))["paths"]:
    print(path["segments"], path["cost"], path["load"], path["notes"])' "$1"
}

capture=samples/voip.pcap
host=10.43.1.10
"$audit" -q -o "$temp/whole.json" -r "$capture"
"$audit" -q -o "$temp/one.json" -r "$capture" "host $host and udp"
"$audit" -q -o "$temp/two.json" -r "$capture" "not (host $host and udp)"
"$audit" merge -o "$temp/sum.json" "$temp/one.json" "$temp/two.json"
cost "$temp/whole.json" >"$temp/whole.cost"
cost "$temp/sum.json" | cmp -s - "$temp/whole.cost" ||
	complain "merged parts cost other than the whole"

# expect WANTED REPORT: mtu and suites of the first path that has costs
expect() {
	seen=$("$python" -c 'import json, sys
rows = next(p["cost"] for p in json.load(open(sys.argv[1]))["paths"] if p["cost"])
print(rows[0]["mtu"], *sorted({row["suite"] for row in rows}))' "$2")
	[ "$seen" = "$1" ] || complain "'$seen' instead of '$1'"
}

few="aes-cbc-hmac-sha1-96 aes-cbc-hmac-sha2-256-128 aes-gcm-16"
few="$few chacha20-poly1305 null-hmac-sha1-96"
expect "1500 $few" "$temp/whole.json"
"$audit" -q --mtu 1400 --suites aes-gcm-16,ah-hmac-sha1-96 -r "$capture" \
	-o "$temp/other.json"
expect "1400 aes-gcm-16 ah-hmac-sha1-96" "$temp/other.json"
"$audit" render json "$temp/other.json" >"$temp/again.json"
expect "1500 $few" "$temp/again.json"
"$audit" render --mtu 9000 --suites aes-ccm-8 json "$temp/other.json" \
	>"$temp/again.json"
expect "9000 aes-ccm-8" "$temp/again.json"
"$audit" merge --suites aes-gcm-8 -o "$temp/again.json" "$temp/whole.json"
expect "1500 aes-gcm-8" "$temp/again.json"

# refuse SENTENCE WORD...
refuse() {
	sentence=$1
	shift
	"$audit" "$@" >/dev/null 2>"$temp/said" && complain "no failure of $*"
	grep -qF "$sentence" "$temp/said" || complain "$* says: $(cat "$temp/said")"
}

refuse "no suite 'rot13'" -q -r "$capture" --suites aes-gcm-16,rot13
refuse "no suite 'rot13'" render --suites rot13 cost "$temp/whole.json"
refuse "'9' is no value for --mtu" render --mtu 9 cost "$temp/whole.json"
refuse "option '--mtu' needs an argument" merge --mtu

finish "costs agree with counts by other means, merged and asked for anew"
