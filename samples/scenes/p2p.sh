#!/bin/bash
# Peer-to-peer in a dormitory: three programs find each other by tracker, by
# local discovery and by distributed hash table, and fetch a file from one
# another and from outside, over TCP and over uTP.
# shellcheck source=samples/scenes/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=samples/scenes/actors.sh
. "$(dirname "$0")/actors.sh"

network()
{
	machine sw1 router room1 room2 room3 inet
	only_ipv4 sw1
	switch sw1
	for name in room1 room2 room3 router; do
		wire $name eth0 sw1 $name
		on sw1 ovs-vsctl add-port br0 $name
	done
	mirror sw1
	wire router wan inet wan
	forwards router inet
	address router eth0 10.44.1.1/24
	address router wan 192.0.2.2/30
	address inet wan 192.0.2.1/30
	address inet lo 203.0.113.90/32 198.51.100.7/32 198.51.100.8/32
	gateway router 192.0.2.1
	gateway inet 192.0.2.2
	for number in 1 2 3; do
		address room$number eth0 10.44.1.1$number/24
		gateway room$number 10.44.1.1
	done
}

scene p2p 44
network
torrent 64000 http://203.0.113.90:6969/announce
record sw1 recorder
tracker inet 203.0.113.90
peer inet seed 198.51.100.7 -M -i 198.51.100.7
sleep 2
peer room1 leech 198.51.100.7 -er
peer room2 leech 198.51.100.7 --no-utp
sleep 20
peer room3 leech 10.44.1.11
sleep 20
publish pcapng
