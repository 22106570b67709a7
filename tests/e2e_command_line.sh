#!/bin/sh
# The commands beside the audit, and who gets to see what.
#
# usage: e2e_command_line.sh IPSEC-AUDIT
. "$(dirname "$0")/e2e.lib"

# shows PATTERN [ARGUMENT...]: exit 0, the pattern on standard output, nothing
# on standard error
shows() {
	pattern=$1
	shift
	"$audit" "$@" >"$temp/out" 2>"$temp/err" || complain "exit $? of $*"
	grep -q -- "$pattern" "$temp/out" ||
		complain "$* does not show '$pattern'"
	[ ! -s "$temp/err" ] || complain "$* says: $(cat "$temp/err")"
}

capture=samples/office.pcapng
report=$temp/report.json
map=samples/segments.json
shows '^  -r  --read FILE' -h
for option in segments output format flows workers memory mmdb signatures \
	interval mtu fail-on relinquish-privileges quiet verbose version; do
	grep -q -- "--$option" "$temp/out" || complain "-h without --$option"
done
for command in merge render explain check; do
	grep -q "ipsec-audit $command" "$temp/out" ||
		complain "-h without $command"
done
shows '^ipsec-audit [0-9.]*, nDPI [0-9.]*' -V
shows '^ipsec-audit [0-9.]*, nDPI [0-9.]*' --version

# What is known.
shows '^  mdns  *mDNS' explain
# shellcheck disable=SC2013 # ids are words
for id in $(sed -n 's/^  \([a-z0-9-]*\) .*/\1/p' "$temp/out" |
	awk 'NR % 10 == 1'); do
	"$audit" explain "$id" >"$temp/one" 2>&1 ||
		complain "explain $id: exit $?"
	grep -q "^$id: " "$temp/one" || complain "explain $id"
	long=$(awk 'length > 79 && !/^Match|^From|^References/' "$temp/one")
	[ -z "$long" ] || complain "explain $id is wide: $long"
done
shows '^mdns: mDNS' explain mdns
shows 'gateway-policy  *out-of-scope' explain mdns

# Checking.
shows '^signatures: signatures, [0-9]' check signatures
shows ": a segment map, $(grep -c '"name"' "$map") segments$" check "$map"
"$audit" -q -r "$capture" -s "$map" -o "$report" ||
	complain "exit $? of an audit"
shows ': a report, [0-9]* paths, [0-9]* findings$' check "$report"
shows ': a report, ' check "$map" "$report"

# Rendering. JSON again is the same report.
shows '"schema":' render json "$report"
cmp "$report" "$temp/out" || complain "rendered as JSON it differs"
shows '^# EOF$' render openmetrics "$report"
shows 'office' render summary "$report"
cp "$temp/out" "$temp/summary"
wide=$(awk 'length > 120' "$temp/summary")
[ -z "$wide" ] || complain "the summary is wider than 120 columns: $wide"
shows 'which-hosts' render guide "$report"
wide=$(awk 'length > 120' "$temp/out")
[ -z "$wide" ] || complain "the guide is wider than 120 columns: $wide"

# Formats and outputs of an audit.
shows 'office' -q -r "$capture" -s "$map" -f summary
cmp "$temp/summary" "$temp/out" || complain "another summary of the same"
shows '"schema":' -q -r "$capture" -s "$map" -o -
cmp "$report" "$temp/out" || complain "another report on standard output"
shows '"schema":' -q -r "$capture" -s "$map"
shows '"@timestamp"' -q -r "$capture" -s "$map" -o "$report" --flows -
"$audit" -v -r "$capture" -o "$temp/other.json" 2>"$temp/err"
grep -q '^[0-9]* signatures, [0-9]* workers' "$temp/err" ||
	complain "-v says nothing"

# A report is written at once, or not at all, and as readable as any file.
umask 022
rm "$report"
"$audit" -q -r "$capture" -o "$report"
[ "$(stat -c %a "$report")" = 644 ] ||
	complain "mode $(stat -c %a "$report") of a report"
[ "$(find "$temp" -name 'report.json.*' | wc -l)" -eq 0 ] ||
	complain "a temporary file is left"

# On a terminal, a person gets the summary, and a file the report.
if command -v script >/dev/null; then
	script -qec "$audit -r $capture -s $map" /dev/null >"$temp/out" \
		</dev/null || complain "exit $? on a terminal"
	grep -q office "$temp/out" || complain "no summary on a terminal"
	! grep -q '"schema"' "$temp/out" || complain "JSON on a terminal"
	script -qec "$audit -r $capture -s $map -o $report" /dev/null \
		>"$temp/out" </dev/null
	grep -q office "$temp/out" || complain "no summary beside a report"
	grep -q '"schema"' "$report" || complain "no report beside a summary"
	script -qec "$audit -q -r $capture -s $map -o $report" /dev/null \
		>"$temp/out" </dev/null
	[ ! -s "$temp/out" ] || complain "not quiet: $(cat "$temp/out")"
fi
finish "help, explain, check, render, formats and outputs"
