#!/bin/sh
# Whatever is wrong with a command line or a file, one sentence says what, the
# exit status says of what kind, and nothing crashes.
#
# usage: e2e_bad_input.sh IPSEC-AUDIT
. "$(dirname "$0")/e2e.lib"
need gzip tcpdump

count=0
usage='ipsec-audit -h shows how it is used'

# expect STATUS SENTENCE [ARGUMENT...]: T/ stands for the folder of bad files
# in the sentence; with status 2, the hint follows in a line of its own.
expect() {
	wanted=$1 sentence=$2
	shift 2
	"$audit" "$@" >"$temp/out" 2>"$temp/err" </dev/null
	status=$?
	printf '%s' "${sentence:+ipsec-audit: $sentence
}" >"$temp/wanted"
	[ "$wanted" -ne 2 ] || echo "$usage" >>"$temp/wanted"
	sed "s|$temp/|T/|g" "$temp/err" >"$temp/said"
	[ "$status" -eq "$wanted" ] ||
		complain "exit $status instead of $wanted: $*"
	diff "$temp/wanted" "$temp/said" >&2 || complain "another sentence: $*"
	count=$((count + 1))
}

# A report nevertheless, of what could be read.
expect_report() {
	rm -f "$temp/report.json"
	expect "$@" -o "$temp/report.json"
	grep -q '"complete":[[:space:]]*false' "$temp/report.json" ||
		complain "no incomplete report: $*"
}

T=$temp
good=samples/time.pcapng

# Files that are no captures, or not whole ones.
expect 1 "T/missing: No such file or directory" -r "$T/missing"
mkdir "$T/folder" && echo text >"$T/folder/notes.txt"
expect 1 "T/folder: no capture files in this folder" -r "$T/folder"
: >"$T/empty"
expect 1 "T/empty: empty" -r "$T/empty"
expect 1 "T/folder/notes.txt: not a pcap or pcapng file" \
	-r "$T/folder/notes.txt"
gzip -c "$T/folder/notes.txt" >"$T/notes.gz"
expect 1 "T/notes.gz: gzip data that is no pcap or pcapng file" \
	-r "$T/notes.gz"
expect 1 "-: empty" -r -
expect 1 "-: standard input must be the only input" -r - -r "$good"

pcap "$good" "$T/good.pcap"
head -c 20 "$T/good.pcap" >"$T/header.pcap"
expect 1 "T/header.pcap: truncated in the file's header" -r "$T/header.pcap"
head -c 1000 "$T/good.pcap" >"$T/middle.pcap"
packets=$(tcpdump -nr "$T/middle.pcap" 2>/dev/null | wc -l)
expect_report 1 "T/middle.pcap: truncated after packet $packets" \
	-r "$T/middle.pcap"
gzip -c samples/office.pcapng | head -c 100000 >"$T/cut.gz"
"$audit" -q -r "$T/cut.gz" -o "$T/cut.json" 2>"$T/err"
packets=$(sed -n 's/.*after packet \([0-9]*\)$/\1/p' "$T/err")
[ "${packets:-0}" -gt 0 ] || complain "no packet was read: $(cat "$T/err")"
expect_report 1 "T/cut.gz: gzip data truncated after packet $packets" \
	-r "$T/cut.gz"

# Files that are odd, but sound.
"$python" tests/e2e_pcap.py pcapng <"$T/good.pcap" >"$T/foreign.pcapng"
expect 0 "" -r "$T/foreign.pcapng"
"$python" tests/e2e_pcap.py short 30 <"$T/good.pcap" >"$T/short.pcap"
expect 0 "" -r "$T/short.pcap"
grep -q '"cut":[[:space:]]*[1-9]' "$T/out" || complain "cut frames not counted"
expect 0 "" -r "$good" ether host 00:00:00:00:00:00

# Segment maps.
map() {
	printf '%s\n' "$2" >"$T/map.json"
	expect 1 "T/map.json$1" -s "$T/map.json" -r "$good"
}
expect 1 "T/none.json: No such file or directory" -s "$T/none.json" -r "$good"
map ':1: needs one object: { "segments": [...] }' '[]'
map ":1: no key 'subnets' here, only \"segments\"" '{ "subnets": [] }'
map ':2: needs "segments": a list of segments' '{
 "segments": 5 }'
map ":1: a segment has no key 'colour'" \
	'{ "segments": [ { "name": "a", "colour": "red" } ] }'
map ":1: '10.0.0.0/33' is no prefix" \
	'{ "segments": [ { "name": "a", "prefixes": ["10.0.0.0/33"] } ] }'
map ":2: a VLAN is a number from 1 to 4094" \
	'{ "segments": [ { "name": "a",
	"vlans": [4095] } ] }'
map ":1: a segment without a name" \
	'{ "segments": [ { "prefixes": ["10.0.0.0/8"] } ] }'
map ":1: 'outside' is what no segment holds; choose another name" \
	'{ "segments": [ { "name": "outside", "vlans": [1] } ] }'
map ":1: segment 'a' has neither prefixes nor vlans" \
	'{ "segments": [ { "name": "a" } ] }'
map ":2: a second segment 'a'" \
	'{ "segments": [ { "name": "a", "vlans": [1] },
	{ "name": "a", "vlans": [2] } ] }'
map ":1: 10.0.0.0/8 is in both 'a' and 'b'" \
	'{ "segments": [ { "name": "a", "prefixes": ["10.0.0.0/8"] },
	{ "name": "b", "prefixes": ["10.0.0.0/8"] } ] }'
map ":1: VLAN 7 is in both 'a' and 'b'" \
	'{ "segments": [ { "name": "a", "vlans": [7] },
	{ "name": "b", "vlans": [7] } ] }'

# Signatures.
mkdir "$T/signatures"
expect 1 "T/none: No such file or directory" --signatures "$T/none" -r "$good"
echo '{ "signatures": [ { "id": "x", "shape": 1 } ] }' \
	>"$T/signatures/mine.json"
expect 1 "T/signatures/mine.json:1: a signature has no key 'shape'" \
	--signatures "$T/signatures" -r "$good"
echo '{ "signatures": [ { "id": "X" } ] }' >"$T/signatures/mine.json"
expect 1 "T/signatures/mine.json:1: id 'X' has other than a-z, 0-9 and -" \
	--signatures "$T/signatures" -r "$good"

# Expressions, outputs.
expect 1 "bad filter 'no such thing': can't parse filter expression: syntax error" \
	-r "$good" no such thing
expect 1 "T/none/report.json: No such file or directory" \
	-r "$good" -o "$T/none/report.json"
expect 1 "/dev/full: No space left on device" -r "$good" -o /dev/full
expect 1 "T/none/flows: No such file or directory" \
	-r "$good" --flows "$T/none/flows"
expect 1 "/dev/full: not everything was written" -r "$good" --flows /dev/full
expect 1 "no user 'nobody-of-that-name'" -r "$good" -Z nobody-of-that-name
expect 1 "T/none.mmdb: No such file or directory" \
	--mmdb "$T/none.mmdb" -r "$good"

# Command lines.
expect 2 "nothing to audit: give capture files with -r or an interface with -i"
expect 2 "no option '--frobnicate'" --frobnicate
expect 2 "no option '-x'" -x
expect 2 "option '-r' needs an argument" -r
expect 2 "option '--output' needs an argument" -r "$good" --output
expect 2 "'pdf' is no value for --format" -r "$good" -f pdf
expect 2 "'0' is no value for --workers" -r "$good" -j 0
expect 2 "'1M' is no value for --memory" -r "$good" --memory 1M
expect 2 "'ruin' is no value for --fail-on" -r "$good" --fail-on ruin
expect 2 "'ruin' is no value for --model" -r "$good" --model ruin
expect 2 "'ruin' is no value for --model" render --model ruin xfrm "$T/report.json"
expect 2 "-r and -i exclude each other" -r "$good" -i lo
expect 1 "no-such0: no such interface" -i no-such0
expect 2 "merge needs reports: ipsec-audit merge [-o FILE] REPORT..." merge
expect 2 "merge has no option '-x'" merge -x
expect 2 "option '-o' needs an argument" merge -o
expect 2 "render needs a format and a report: ipsec-audit render FORMAT REPORT" \
	render json
expect 2 "no format 'pdf'; there are json, summary, cost, guide, openmetrics, swanctl, libreswan, xfrm, windows, netsh, cisco" \
	render pdf "$T/report.json"
expect 1 "no signature 'nonsense'; ipsec-audit explain lists them" \
	explain nonsense
expect 2 "explain takes one signature: ipsec-audit explain [SIGNATURE]" \
	explain a b
expect 2 "check needs files or folders: ipsec-audit check FILE..." check

# Reports.
expect 1 "samples/segments.json:1: not a report of ipsec-audit" \
	render summary samples/segments.json
expect 1 "T/none.json: No such file or directory" merge "$T/none.json"
sed 's|report/1|report/9|' "$T/report.json" >"$T/future.json"
expect 1 "T/future.json:2: report version 'ipsec-audit/report/9', this program reads 'ipsec-audit/report/1'" \
	render json "$T/future.json"

# --fail-on: only reached by what is that bad.
expect 3 "" -r samples/office.pcapng --fail-on ready-with-exemptions
expect 3 "" -r samples/office.pcapng \
	--fail-on host-any:ready-with-exemptions
expect 0 "" -r "$good" --fail-on host-subnet:not-ready \
	ether host 00:00:00:00:00:00
finish "$count command lines, each answered as it should be"
