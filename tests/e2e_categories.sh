#!/bin/sh
# Real-time and peer-to-peer flows of the samples are recognised as such, and
# nothing else is.
#
# usage: e2e_categories.sh IPSEC-AUDIT
set -eu
audit=$1
here=$(dirname "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for capture in samples/*.pcap samples/*.pcapng; do
	name=$(basename "${capture%.*}")
	"$audit" -q -r "$capture" --flows "$folder/$name.ndjson" -o /dev/null
done
python3 "$here/e2e_categories.py" samples/labels.csv "$folder"
