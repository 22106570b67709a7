#!/bin/sh
# Merging the reports of parts gives the report of the whole, however the
# traffic was parted and in whatever order the parts are merged.
#
# usage: e2e_merge.sh IPSEC-AUDIT
. "$(dirname "$0")/e2e.lib"
need tcpdump

# report OUT [OPTION...]
report() {
	out=$1
	shift
	"$audit" -q -o "$out" "$@" || complain "exit $? of $*"
}

merge() {
	out=$1
	shift
	"$audit" merge -o "$out" "$@" || complain "exit $? of merge $*"
}

# parted WHAT: $temp/whole.json, and the parts that must add up to it
parted() {
	merge "$temp/sum.json" "$temp/part1.json" "$temp/part2.json"
	same "$temp/whole.json" "$temp/sum.json" "$1" sources
	merge "$temp/other.json" "$temp/part2.json" "$temp/part1.json"
	same "$temp/sum.json" "$temp/other.json" "$1, turned round" sources
}

# By time: an hour between two takes of the same, so that no flow spans it.
count=0
for capture in $captures; do
	sample=$(sample_of "$capture")
	pcap "$capture" "$temp/first.pcap"
	"$python" tests/e2e_pcap.py later 3600 <"$temp/first.pcap" \
		>"$temp/second.pcap"
	{ cat "$temp/first.pcap" && tail -c +25 "$temp/second.pcap"; } \
		>"$temp/both.pcap"
	report "$temp/part1.json" -r "$temp/first.pcap"
	report "$temp/part2.json" -r "$temp/second.pcap"
	report "$temp/whole.json" -r "$temp/both.pcap"
	parted "$sample parted by time"
	count=$((count + 1))
done

# By hosts: the datagrams of one, and the rest with all that is not IP, so
# that the conversations of network cards stay whole as well.
while read -r sample host; do
	capture=$(echo samples/"$sample".pcap*)
	mine="ip host $host or (vlan and ip host $host)"
	for map in "" "-s samples/segments.json"; do
		# shellcheck disable=SC2086 # none or two words
		{
			report "$temp/part1.json" -r "$capture" $map "$mine"
			report "$temp/part2.json" -r "$capture" $map \
				"not ($mine)"
			report "$temp/whole.json" -r "$capture" $map
		}
		parted "$sample parted by $host $map"
	done
done <<END
p2p 10.44.1.11
time 10.47.1.11
office 192.168.10.51
END

# Three parts, in any grouping.
report "$temp/a.json" -r samples/office.pcapng -s samples/segments.json
report "$temp/b.json" -r samples/pmtu.pcapng -s samples/segments.json
report "$temp/c.json" -r samples/p2p.pcapng -s samples/segments.json
report "$temp/abc.json" -s samples/segments.json -r samples/office.pcapng \
	samples/pmtu.pcapng samples/p2p.pcapng
merge "$temp/flat.json" "$temp/a.json" "$temp/b.json" "$temp/c.json"
merge "$temp/ab.json" "$temp/a.json" "$temp/b.json"
merge "$temp/ab-c.json" "$temp/ab.json" "$temp/c.json"
merge "$temp/bc.json" "$temp/b.json" "$temp/c.json"
merge "$temp/a-bc.json" "$temp/a.json" "$temp/bc.json"
merge "$temp/cb.json" "$temp/c.json" "$temp/b.json"
merge "$temp/cb-a.json" "$temp/cb.json" "$temp/a.json"
same "$temp/abc.json" "$temp/flat.json" "three at once" sources
same "$temp/flat.json" "$temp/ab-c.json" "two and one"
same "$temp/flat.json" "$temp/a-bc.json" "one and two"
same "$temp/flat.json" "$temp/cb-a.json" "backwards" sources
merge "$temp/alone.json" "$temp/a.json"
same "$temp/a.json" "$temp/alone.json" "one report merged with nothing"

# refused WHAT SENTENCE REPORT...
refused() {
	what=$1 sentence=$2
	shift 2
	"$audit" merge -o "$temp/refused.json" "$@" 2>"$temp/said"
	[ $? -eq 1 ] || complain "$what is not refused"
	[ ! -e "$temp/refused.json" ] || complain "$what leaves a report"
	[ "$(cat "$temp/said")" = "ipsec-audit: $sentence" ] ||
		complain "$what: $(cat "$temp/said")"
}

twice="source 'samples/office.pcapng' is in both reports (as \
'samples/office.pcapng' in the other); its traffic would count twice"
refused "a report with itself" "$temp/a.json: $twice" \
	"$temp/a.json" "$temp/a.json"
refused "a report with a sum that has it" "$temp/a.json: $twice" \
	"$temp/ab.json" "$temp/a.json"

other=$temp/other.json
report "$other" -r samples/pmtu.pcapng
refused "a mapped report with one without a map" \
	"$other: one report has mapped segments and the other discovered ones; audit both with one map" \
	"$temp/a.json" "$other"
sed 's/"office"/"offices"/' samples/segments.json >"$temp/map.json"
report "$other" -r samples/pmtu.pcapng -s "$temp/map.json"
refused "a renamed segment" \
	"$other: the reports have different maps: only one has segment 'offices'; audit both with one map" \
	"$temp/a.json" "$other"
sed 's/192.168.10.0/192.168.11.0/' samples/segments.json >"$temp/map.json"
report "$other" -r samples/pmtu.pcapng -s "$temp/map.json"
refused "a segment that moved" \
	"$other: the reports map segment 'office' differently; audit both with one map" \
	"$temp/a.json" "$other"
echo '{ "segments": [ { "name": "office", "prefixes": ["10.0.0.0/8"] } ] }' \
	>"$temp/map.json"
report "$other" -r samples/pmtu.pcapng -s "$temp/map.json"
refused "maps of different sizes" \
	"$other: the reports have maps of $(grep -c '"name"' samples/segments.json) and 1 segments; audit both with one map" \
	"$temp/a.json" "$other"
finish "$count samples are the sum of their parts"
