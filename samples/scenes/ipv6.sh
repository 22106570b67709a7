#!/bin/bash
# A network without IPv4: router advertisements, address configuration with
# and without a server, duplicate detection that finds a duplicate, multicast
# listeners, and the ordinary use that follows.
# shellcheck source=samples/scenes/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=samples/scenes/actors.sh
. "$(dirname "$0")/actors.sh"

network()
{
	machine sw1 router bench1 bench2 server
	only_ipv4 sw1
	switch sw1
	for name in router bench1 bench2; do
		wire $name eth0 sw1 $name
		on sw1 ovs-vsctl add-port br0 $name tag=48
		on $name ip link set dev eth0 down
	done
	wire router lan2 sw1 router2
	wire server eth0 sw1 server
	on sw1 ovs-vsctl add-port br0 router2 tag=49 -- add-port br0 server tag=49
	mirror sw1
	forwards router
	address router lan2 fd00:48:2::1/64
	address server eth0 fd00:48:2::80/64
	gateway server fd00:48:2::1
}

router_on()
{
	address router eth0 fd00:48:1::1/64
	cat >"$WORK/radvd.conf" <<-'END'
		interface eth0 {
			AdvSendAdvert on; MinRtrAdvInterval 5; MaxRtrAdvInterval 10;
			AdvOtherConfigFlag on; AdvLinkMTU 1480;
			prefix fd00:48:1::/64 {};
			RDNSS fd00:48:1::1 {};
		};
	END
	start router radvd -n -m stderr -C "$WORK/radvd.conf" -p /run/radvd.pid
	start router dnsmasq -k -C /dev/null -u root --no-resolv --no-hosts --log-facility=- \
		--dhcp-range=fd00:48:1::100,fd00:48:1::1ff,64,10m --dhcp-leasefile=/run/leases \
		'--dhcp-option=option6:dns-server,[fd00:48:1::1]' \
		--address=/server.example.net/fd00:48:2::80
	settled router
}

clients_on()
{
	on bench1 sysctl -q -w net.ipv6.conf.eth0.use_tempaddr=2
	on bench1 ip link set dev eth0 up
	on bench2 ip link set dev eth0 up
	resolver fd00:48:1::1 bench1 bench2
	settled bench1 bench2
	start bench2 dhclient -6 -d eth0
	await bench2 10 sh -c 'ip -6 address show | grep -q fd00:48:1::1..'
	# bench2 claims what the router already has, and is told so.
	on bench2 ip address add fd00:48:1::1/64 dev eth0
	sleep 2
	on bench2 ip address delete fd00:48:1::1/64 dev eth0
}

ordinary_use()
{
	run bench1 10 ping -n -c 3 server.example.net
	fetch bench1 http://server.example.net/
	fetch bench2 https://server.example.net/
	provoke bench1 5 ping -n -c 2 -w 3 -s 2000 server.example.net
	run bench2 10 traceroute -6 -n -q 1 server.example.net
	run bench1 5 ping -c 2 ff02::1%eth0
	run bench1 5 ping -c 2 ff02::2%eth0
	start bench2 socat -u 'UDP6-RECV:9999,ipv6-join-group=[ff05::4800]:eth0' /dev/null
	sleep 2
}

scene ipv6 48
network
web_server server server.example.net
record sw1 recorder
router_on
clients_on
ordinary_use
sleep 4
publish pcapng
