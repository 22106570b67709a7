#!/bin/bash
# Clocks: NTP with and without authentication, and PTP over Ethernet and UDP.
# No clock of this computer is set.
# shellcheck source=samples/scenes/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=samples/scenes/actors.sh
. "$(dirname "$0")/actors.sh"

network()
{
	machine clock controller
	only_ipv4 clock controller
	wire clock eth0 controller eth0
	address clock eth0 10.47.1.1/24
	address controller eth0 10.47.1.10/24
}

# -S takes time stamps in software, and free_running leaves the clock alone.
precise_time()
{
	local name=$1 transport=$2 domain=$3 slave=$4
	printf '%s\n' '[global]' 'free_running 1' "domainNumber $domain" "slaveOnly $slave" \
		'logAnnounceInterval 0' 'announceReceiptTimeout 2' 'logSyncInterval -1' \
		>"$WORK/ptp-$name-$domain.conf"
	start "$name" ptp4l -f "$WORK/ptp-$name-$domain.conf" -S -i eth0 "$transport" -m -q
	PTP=$STARTED
}

# One pair after the other, since both would use the same card.
precise_pair()
{
	local server
	precise_time clock "$1" "$2" 0
	server=$PTP
	precise_time controller "$1" "$2" 1
	sleep 10
	kill -TERM "$PTP" "$server"
}

network_time()
{
	echo '1 SHA256 HEX:000102030405060708090a0b0c0d0e0f' >"$WORK/keys"
	printf 'local stratum 1\nallow\nkeyfile %s\n' "$WORK/keys" >"$WORK/chrony-clock.conf"
	start clock chronyd -x -d -u root -f "$WORK/chrony-clock.conf"
	printf 'keyfile %s\nserver 10.47.1.1 iburst minpoll 1 maxpoll 2 key 1\n' "$WORK/keys" \
		>"$WORK/chrony-controller.conf"
	start controller chronyd -x -d -u root -f "$WORK/chrony-controller.conf"
}

scene time 47
network
record controller eth0
network_time
precise_pair -2 0
precise_pair -4 1
publish pcapng
