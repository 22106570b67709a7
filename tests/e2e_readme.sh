#!/bin/sh
# What README shows is what the program says. After an intended change:
# tests/e2e_readme.sh IPSEC-AUDIT -u
#
# usage: e2e_readme.sh IPSEC-AUDIT [-u]
set -eu
audit=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The lines of a fenced block behind its command; stdin in, stdout out.
shown() {
	awk -v command="$ $1" '
		$0 == command { inside = 1; next }
		inside && /^```/ { exit }
		inside { print }'
}

# command as README has it, and how it is run here
check() {
	# shellcheck disable=SC2086 # words
	"$audit" $2 | grep -v '^From ' | sed 's/ *$//' >"$folder/real"
	shown "$1" <README.md >"$folder/shown"
	if [ "${update-}" ]; then
		awk -v command="$ $1" -v file="$folder/real" '
			$0 == command {
				print
				while ((getline line < file) > 0) print line
				skip = 1
				next
			}
			skip && /^```/ { skip = 0 }
			!skip { print }' README.md >"$folder/new"
		cp "$folder/new" README.md
		return
	fi
	diff -u "$folder/shown" "$folder/real" || {
		echo "e2e_readme: README does not show what '$1' says" >&2
		exit 1
	}
}

[ "${2-}" != -u ] || update=yes
check "ipsec-audit -r samples/office.pcapng -s samples/segments.json" \
	"-q -r samples/office.pcapng -s samples/segments.json -f summary"
check "ipsec-audit explain icmp-fragneeded" "explain icmp-fragneeded"
