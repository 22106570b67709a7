#!/bin/sh
# Under a flood of strangers that memory does not suffice for, flows that were
# established before remain what they are, also those that are seldom heard;
# what had to be given up is counted.
#
# usage: e2e_flood.sh IPSEC-AUDIT
. "$(dirname "$0")/e2e.lib"

maker=$(dirname "$audit")/bench_input
[ -x "$maker" ] || {
	complain "no $maker; 'make bench-tools' builds it"
	exit 1
}
# The flood is several times what this memory holds, also between two packets
# of a flow that is seldom heard.
memory=32M flows=2000 packets=100000

while read -r kind workers; do
	"$maker" "$kind" "$temp/$kind.pcap" "$flows" "$packets" ||
		complain "$kind: the capture cannot be made"
	"$audit" -q -j "$workers" --memory "$memory" -r "$temp/$kind.pcap" \
		-o "$temp/report.json" --flows "$temp/flows.ndjson" ||
		complain "exit $? of $kind"
	"$python" tests/e2e_flood.py "$temp/report.json" \
		"$temp/flows.ndjson" "$kind" "$flows" "$packets" ||
		complain "$kind, workers: $workers"
done <<END
calm 1
syns 1
syns 2
strangers 2
answered 2
END
finish "$flows established flows outlive every flood"
