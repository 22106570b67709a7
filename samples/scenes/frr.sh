# shellcheck shell=bash
# FRRouting's daemons, run one by one instead of by their service script.

# Reads the daemon's configuration from standard input.
frr_daemon()
{
	local name=$1 daemon=$2
	on "$name" install -d -o frr -g frr -m 755 /run/frr
	cat >"$WORK/$name-$daemon.conf"
	chmod 644 "$WORK/$name-$daemon.conf"
	start "$name" "/usr/lib/frr/$daemon" -f "$WORK/$name-$daemon.conf" -P 0 \
		-A 127.0.0.1 "${@:3}"
	await "$name" 5 test -S "/run/frr/$daemon.vty"
}
