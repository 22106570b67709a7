#!/bin/sh
# What is installed works from anywhere, and uninstalling takes all of it out.
#
# usage: e2e_install.sh IPSEC-AUDIT
. "$(dirname "$0")/e2e.lib"

root=$temp/root
installed=$root/usr/bin/ipsec-audit
share=$root/usr/share/ipsec-audit
# Whatever the surrounding make was told is not for this one.
unset MAKEFLAGS MAKELEVEL MFLAGS IPSEC_AUDIT_SIGNATURES

make -s install DESTDIR="$root" PREFIX=/usr >"$temp/log" 2>&1 || {
	complain "make install: exit $?"
	cat "$temp/log" >&2
	finish
}
[ -x "$installed" ] || complain "no program"
for file in signatures/*.json report/report.schema.json; do
	[ -e "$share/${file#report/}" ] || complain "$file is not installed"
done

# The sources must not be what makes it work.
(cd / && "$installed" explain mdns) >"$temp/explained" ||
	complain "explain: exit $?"
grep -q "^From  *$share/signatures/\|^From .*/share/ipsec-audit/signatures/" \
	"$temp/explained" || complain "explains by other signatures"
cp samples/time.pcapng "$temp/capture"
(cd / && "$installed" -q -r "$temp/capture" -o "$temp/report.json") ||
	complain "an audit: exit $?"
"$audit" -q -r "$temp/capture" -o "$temp/want.json"
same "$temp/want.json" "$temp/report.json" "the installed program" sources

make -s uninstall DESTDIR="$root" PREFIX=/usr >"$temp/log" 2>&1 ||
	complain "make uninstall: exit $?"
left=$(find "$root" ! -type d)
[ -z "$left" ] || complain "left behind: $left"
[ ! -e "$share" ] || complain "its folder is left behind"
finish "installed, used from elsewhere, and taken out again"
