#!/bin/sh
# The same traffic gives the same report, whatever it comes in: formats,
# compressions, pipes, folders, several files, any number of workers.
#
# usage: e2e_inputs.sh IPSEC-AUDIT
. "$(dirname "$0")/e2e.lib"
need tcpdump gzip zstd

count=0

# audited OUT [ARGUMENT...]
audited() {
	out=$1
	shift
	"$audit" -q -o "$out" "$@" || complain "exit $? of $*"
}

# alike WHAT [ARGUMENT...]: as $temp/want.json but for its sources
alike() {
	what=$1
	shift
	audited "$temp/made.json" "$@"
	same "$temp/want.json" "$temp/made.json" "$what" sources
	count=$((count + 1))
}

# figure FILE MEMBER: of the observation
figure() {
	"$python" -c 'import json, sys
print(json.load(open(sys.argv[1]))["observation"][sys.argv[2]])' "$@"
}

capture=samples/office.pcapng
plain=$temp/plain.pcap
pcap "$capture" "$plain"
audited "$temp/want.json" -r "$capture"

# Formats.
alike "classic pcap" -r "$plain"
for form in nanoseconds big-endian pcapng; do
	"$python" tests/e2e_pcap.py "$form" <"$plain" >"$temp/$form"
	alike "$form" -r "$temp/$form"
done

# Compressions, of either format, and pipes.
for from in "$capture" "$plain"; do
	gzip -c "$from" >"$temp/packed.gz"
	zstd -q -c "$from" >"$temp/packed.zst"
	alike "gzip of $from" -r "$temp/packed.gz"
	alike "zstd of $from" -r "$temp/packed.zst"
done
alike "a file as standard input" -r - <"$capture"
mkfifo "$temp/pipe"
for from in "$capture" "$temp/packed.gz" "$temp/packed.zst"; do
	cat "$from" >"$temp/pipe" &
	alike "$from through a pipe" -r - <"$temp/pipe"
	wait
done

# Several files: cut where flows live, named in the wrong order, in a folder.
half=$(($(figure "$temp/want.json" frames) / 2))
mkdir "$temp/folder"
"$python" tests/e2e_pcap.py halves "$half" "$temp/folder/a-later" \
	<"$plain" >"$temp/folder/b-earlier"
echo "no capture" >"$temp/folder/notes.txt"
alike "two files" -r "$temp/folder/b-earlier" "$temp/folder/a-later"
alike "two files in the wrong order" \
	-r "$temp/folder/a-later" "$temp/folder/b-earlier"
alike "two options" -r "$temp/folder/a-later" -r "$temp/folder/b-earlier"
alike "a folder" -r "$temp/folder"
alike "a folder and a file of it" -r "$temp/folder" "$temp/folder/a-later"
gzip "$temp/folder/a-later"
alike "a folder, compressed in part" -r "$temp/folder"

# Flows that live across the cut are one flow; each half has its own part.
audited "$temp/first.json" -r "$temp/folder/b-earlier"
audited "$temp/second.json" -r "$temp/folder/a-later.gz"
whole=$(figure "$temp/want.json" flows)
apart=$(($(figure "$temp/first.json" flows) +
	$(figure "$temp/second.json" flows)))
[ "$whole" -lt "$apart" ] ||
	complain "no flow was cut: $whole flows, in halves $apart"

# An expression limits what is seen, as it limits tcpdump.
expression="udp port 53 or (vlan and udp port 53)"
wanted=$(tcpdump -nr "$capture" "$expression" 2>/dev/null | wc -l)
# shellcheck disable=SC2086 # in several words, as it would be typed
audited "$temp/made.json" -r "$capture" $expression
made=$(figure "$temp/made.json" frames)
{ [ "$made" -eq "$wanted" ] && [ "$made" -gt 0 ]; } ||
	complain "$made frames match the expression, tcpdump says $wanted"
pcap "$capture" "$temp/filtered" "$expression"
audited "$temp/want.json" -r "$temp/filtered"
alike "an expression" -r "$capture" "$expression"

# Workers: identical to the last byte.
for capture in $captures; do
	for workers in 1 2 4; do
		audited "$temp/$workers.json" -j "$workers" -r "$capture"
	done
	cmp "$temp/1.json" "$temp/2.json" || complain "$capture, 2 workers"
	cmp "$temp/1.json" "$temp/4.json" || complain "$capture, 4 workers"
	count=$((count + 2))
done
finish "$count ways to hand over the same traffic"
