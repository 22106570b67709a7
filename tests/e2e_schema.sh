#!/bin/sh
# Reports and flow logs are what their published schemas say, whatever they
# were made from; and the schemas are strict enough to notice when not.
#
# usage: e2e_schema.sh IPSEC-AUDIT
. "$(dirname "$0")/e2e.lib"

run() {
	"$audit" -q "$@" || complain "exit $? of $*"
}

"$python" -c 'import jsonschema' 2>/dev/null ||
	skip "no python3-jsonschema here"
mkdir "$temp/logs"
count=0
for capture in $captures; do
	sample=$(sample_of "$capture")
	run -r "$capture" --flows "$temp/logs/$sample.ndjson" \
		-o "$temp/$sample.json"
	run -r "$capture" -s samples/segments.json \
		--mmdb samples/outside.mmdb -o "$temp/$sample-mapped.json" \
		--flows "$temp/logs/$sample-mapped.ndjson"
	count=$((count + 1))
done

# Of two sources, of one that is cut off, and of one without a packet.
"$audit" merge -o "$temp/merged.json" "$temp/office-mapped.json" \
	"$temp/pmtu-mapped.json" || complain "exit $? of merge"
head -c 100000 samples/office.pcapng >"$temp/cut.pcapng"
"$audit" -q -r "$temp/cut.pcapng" -o "$temp/incomplete.json" 2>/dev/null
[ $? -eq 1 ] || complain "a capture that is cut off is no failure"
grep -q '"complete":[[:space:]]*false' "$temp/incomplete.json" ||
	complain "a report of a capture that is cut off is complete"
run -r samples/office.pcapng -o "$temp/nothing.json" \
	--flows "$temp/logs/nothing.ndjson" ether host 00:00:00:00:00:00

valid report/report.schema.json "$temp"/*.json
valid report/flow.schema.json "$temp"/logs/*.ndjson

# What a validator must refuse, lest this test be of no use.
for strict in "report $temp/office-mapped.json" \
	"report $temp/ipv6.json" "flow $temp/logs/office-mapped.ndjson"; do
	"$python" tests/e2e_valid.py --strict \
		"report/${strict%% *}.schema.json" "${strict#* }" ||
		complain "the schema lets errors pass"
done
sed 's/"ready-with-exemptions"/"probably"/' "$temp/office.json" \
	>"$temp/broken.json"
"$python" tests/e2e_valid.py report/report.schema.json "$temp/broken.json" \
	2>/dev/null && complain "a verdict that does not exist validates"
finish "reports and flow logs of $count samples are as their schemas say"
