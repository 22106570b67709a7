#!/bin/sh
# Exemptions load where they are meant to: into Linux with ip, into strongSwan
# with swanctl, into Libreswan's parser; and the kernel's policies are then
# those that the report means, to the port. Names from a hostile map do no
# harm.
#
# usage: e2e_exemptions.sh IPSEC-AUDIT
# shellcheck disable=SC2317 # functions are called by their names
. "$(dirname "$0")/e2e.lib"
[ "$(id -u)" -eq 0 ] || skip "only root can make network namespaces"
need ip

linux=ipsec-audit-$$-linux
swan=ipsec-audit-$$-swan
cleanup() {
	for space in "$linux" "$swan"; do
		# All that runs in them, this test has started.
		pids=$(ip netns pids "$space" 2>/dev/null)
		# shellcheck disable=SC2086 # one word for each number
		[ -z "$pids" ] || kill -KILL $pids 2>/dev/null
		ip netns delete "$space" 2>/dev/null
	done
}
for space in "$linux" "$swan"; do
	add_namespace "$space"
	ip -n "$space" link set lo up
done

installed() {
	ip netns exec "$1" "$python" tests/e2e_policies.py installed
}

# A map whose names would run commands, end strings and open comments.
cat >"$temp/hostile.py" <<'END'
import json
import sys

names = ['"; touch pwned #', "'; $(touch pwned) `touch pwned`", "}\n}\nx {",
         "\\\r\n%COMSPEC% & touch pwned", "!\n permit ip any any",
         "-->*/\x1b[2J", "\N{RIGHT-TO-LEFT OVERRIDE}liated"]
document = json.load(open(sys.argv[1]))
for index, segment in enumerate(document["segments"]):
    segment["name"] = names[index % len(names)] + str(index)
json.dump(document, open(sys.argv[2], "w"))
END
"$python" "$temp/hostile.py" samples/segments.json "$temp/hostile.json"

# audit_of CAPTURE MAP NAME: its report and the exemptions of every platform
audit_of() {
	"$audit" -q -r "$1" -s "$2" -o "$temp/$3.json" ||
		complain "$1 is not audited"
	for format in xfrm swanctl libreswan windows netsh cisco; do
		"$audit" render "$format" "$temp/$3.json" >"$temp/$3.$format" \
			2>>"$temp/warnings" ||
			complain "$format is not written for $3"
	done
	"$audit" render --model host-any json "$temp/$3.json" \
		>"$temp/$3-any.json" || complain "$3 is not rendered for a model"
	"$python" tests/e2e_policies.py intended "$temp/$3-any.json" \
		>"$temp/$3.intended"
}

# load_xfrm NAME: ip takes it, twice, and the kernel has what is intended
load_xfrm() {
	ip -n "$linux" xfrm policy flush
	for round in once twice; do
		ip netns exec "$linux" ip -batch "$temp/$1.xfrm" ||
			complain "ip does not load $1 $round"
	done
	installed "$linux" >"$temp/$1.linux"
	"$python" tests/e2e_policies.py same "$temp/$1.intended" \
		"$temp/$1.linux" >"$temp/difference" || {
		sed 's/^/	/' "$temp/difference" | head -n 20 >&2
		complain "$1: these policies differ from those intended"
	}
}

charon=
for candidate in /usr/lib/ipsec/charon /usr/sbin/charon-systemd; do
	[ -x "$candidate" ] && charon=$candidate
done
command -v swanctl >/dev/null || charon=

start_charon() {
	for section in charon charon-systemd; do
		cat <<END
$section {
	install_routes = no
	load = random nonce aes sha1 sha2 hmac kdf openssl kernel-netlink socket-default vici
	plugins {
		vici {
			socket = unix://$temp/vici
		}
	}
}
END
	done >"$temp/strongswan.conf"
	echo 'swanctl { load = openssl random }' >>"$temp/strongswan.conf"
	# ip gives it mounts of its own; a /run too, so that no other charon of
	# this computer meets it.
	(STRONGSWAN_CONF=$temp/strongswan.conf exec ip netns exec "$swan" sh -c \
		"mount -t tmpfs none /run && exec $charon") >"$temp/charon" 2>&1 &
	wait_for 10 test -S "$temp/vici"
}

# load_swan NAME: swanctl takes it, and the kernel has it and its mirror image
load_swan() {
	mkdir -p "$temp/swanctl"
	STRONGSWAN_CONF=$temp/strongswan.conf SWANCTL_DIR=$temp/swanctl \
		ip netns exec "$swan" swanctl --load-all --noprompt \
		--file "$temp/$1.swanctl" --uri "unix://$temp/vici" \
		>"$temp/loaded" 2>&1
	grep -q 'successfully loaded 2 connections' "$temp/loaded" ||
		complain "swanctl does not load $1: $(tail -3 "$temp/loaded")"
	installed "$swan" >"$temp/$1.swan"
	"$python" tests/e2e_policies.py mirrored "$temp/$1.intended" \
		"$temp/$1.swan" >"$temp/difference" || {
		sed 's/^/	/' "$temp/difference" | head -n 20 >&2
		complain "$1: charon's policies differ from those intended"
	}
}

for sample in office routing multicast ipv6 domain; do
	audit_of "samples/$sample.pcapng" samples/segments.json "$sample"
	load_xfrm "$sample"
done
audit_of samples/office.pcapng "$temp/hostile.json" hostile
load_xfrm hostile

did="ip -batch"
if [ -n "$charon" ] && start_charon; then
	for sample in office routing multicast ipv6 domain hostile; do
		load_swan "$sample"
	done
	did="$did, swanctl"
else
	echo "$name: strongSwan left out: no charon, or it does not start" >&2
fi

# Libreswan conflicts with strongSwan's starter: its package may be unpacked.
addconn=
for candidate in /usr/libexec/ipsec/addconn /usr/lib/ipsec/addconn; do
	[ -x "$candidate" ] && addconn=$candidate
done
if [ -z "$addconn" ] && command -v apt-get >/dev/null; then
	mkdir "$temp/libreswan"
	(cd "$temp/libreswan" && apt-get -q download libreswan &&
		dpkg-deb -x libreswan_*.deb .) >"$temp/download" 2>&1 &&
		addconn=$temp/libreswan/usr/libexec/ipsec/addconn
fi
: >"$temp/empty"
if [ -n "$addconn" ] && "$addconn" --config "$temp/empty" --checkconfig \
	>"$temp/checked" 2>&1; then
	for sample in office routing multicast ipv6 domain hostile; do
		"$addconn" --config "$temp/$sample.libreswan" --checkconfig \
			>"$temp/checked" 2>&1 ||
			complain "addconn: $sample: $(tail -3 "$temp/checked")"
		grep -qi 'warn\|unknown\|error' "$temp/checked" &&
			complain "addconn: $sample: $(tail -3 "$temp/checked")"
	done
	did="$did, addconn"
else
	echo "$name: Libreswan left out: its addconn does not run here" >&2
	tail -n 3 "$temp/download" "$temp/checked" >&2 2>/dev/null
fi

# Nothing of the names outside comments, and nothing but harmless characters.
for file in pwned "$temp/pwned"; do
	[ ! -e "$file" ] || complain "a name ran a command"
done
for format in xfrm swanctl libreswan windows netsh cisco; do
	LC_ALL=C grep -n '[^ -~	]' "$temp/hostile.$format" &&
		complain "$format has characters of a hostile name"
	grep -v '^ *#\|^rem \|^!\|access-list.* IPSEC-EXEMPT-[A-Za-z0-9-]*$' \
		"$temp/hostile.$format" |
		grep -n 'touch\|pwned\|COMSPEC\|permit ip any' &&
		complain "$format has a hostile name outside comments"
done

finish "loaded with $did; the policies are those intended"
