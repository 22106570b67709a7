#!/bin/sh
# Every samples/NAME.pcapng must yield samples/NAME.json, however many workers
# share the work. After an intended change: tests/golden.sh IPSEC-AUDIT -u,
# then read what changed with git diff and `ipsec-audit render summary`.
#
# usage: golden.sh IPSEC-AUDIT [-u]
set -u
audit=$1
failed=0
count=0
made=$(mktemp)
want=$(mktemp)
trap 'rm -f "$made" "$want"' EXIT

# Versions of this program and of nDPI differ from machine to machine.
without_versions() {
	sed -e '/"tool":.*}/d' -e '/"tool":/,/}/d' "$1"
}

for capture in samples/*.pcap samples/*.pcapng; do
	golden=${capture%.*}.json
	for workers in 1 4; do
		"$audit" -q -j "$workers" -r "$capture" -s samples/segments.json \
			--mmdb samples/outside.mmdb -o "$made" || {
			echo "golden: $capture: exit $?" >&2
			failed=1
			continue
		}
		[ "${2-}" != -u ] || [ "$workers" -ne 1 ] || cp "$made" "$golden"
		without_versions "$golden" >"$want"
		without_versions "$made" | diff -u "$want" - || {
			echo "golden: $capture differs with $workers workers" >&2
			failed=1
		}
	done
	count=$((count + 1))
done
echo "golden: $count samples, each with 1 and with 4 workers"
exit $failed
