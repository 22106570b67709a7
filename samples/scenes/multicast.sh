#!/bin/bash
# A studio sends to viewers behind a router: groups joined and left, sources
# that cross the router because PIM forwards them, and others that may not.
# shellcheck source=samples/scenes/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=samples/scenes/frr.sh
. "$(dirname "$0")/frr.sh"

network()
{
	machine sw1 router camera screen1 screen2
	only_ipv4 sw1
	switch sw1
	for name in camera router; do wire $name studio sw1 $name; done
	wire router viewers sw1 router2
	wire screen1 eth0 sw1 screen1
	wire screen2 eth0 sw1 screen2
	for port in camera router; do on sw1 ovs-vsctl add-port br0 $port tag=41; done
	for port in router2 screen1 screen2; do on sw1 ovs-vsctl add-port br0 $port tag=42; done
	mirror sw1
	forwards router
	address camera studio 10.41.1.10/24 fd00:41:1::10/64
	address router studio 10.41.1.1/24 fd00:41:1::1/64
	address router viewers 10.41.2.1/24 fd00:41:2::1/64
	address screen1 eth0 10.41.2.11/24 fd00:41:2::11/64
	address screen2 eth0 10.41.2.12/24 fd00:41:2::12/64
	gateway camera 10.41.1.1 fd00:41:1::1
	gateway screen1 10.41.2.1 fd00:41:2::1
	gateway screen2 10.41.2.1 fd00:41:2::1
}

# A single router is its own rendezvous point.
multicast_router()
{
	frr_daemon router zebra </dev/null
	frr_daemon router pimd <<-'END'
		ip pim rp 10.41.1.1 239.0.0.0/8
		interface studio
		 ip igmp
		 ip igmp query-interval 10
		 ip pim
		interface viewers
		 ip igmp
		 ip igmp query-interval 10
		 ip pim
	END
}

watch() { start "$1" iperf -s -u -B "$2%eth0" "${@:3}"; }

programmes()
{
	watch screen1 239.41.1.1
	watch screen2 239.41.1.1
	watch screen1 239.41.1.2 -p 5002
	start screen2 iperf -s -u -V -B ff05::41:1%eth0 -p 5003
	sleep 4
	run camera 12 iperf -c 239.41.1.1 -u -T 8 -b 80K -l 1200 -t 5
	run camera 12 iperf -c 239.41.1.2 -u -T 1 -p 5002 -b 80K -l 1200 -t 2
	run camera 12 iperf -c ff05::41:1%studio -u -V -T 8 -p 5003 -b 80K -l 1200 -t 2
}

# Link-local groups: everyone on the LAN, and never beyond it.
neighbours()
{
	start screen2 socat -u UDP4-RECV:9999,ip-add-membership=224.0.0.250:eth0 /dev/null
	sleep 1
	for word in one two three; do
		run screen1 3 sh -c "echo $word | socat -u - \
			UDP4-DATAGRAM:224.0.0.250:9999,ip-multicast-if=10.41.2.11"
	done
	provoke screen1 4 ping -c 2 -I eth0 224.0.0.1
	provoke screen1 4 ping -6 -c 2 ff02::1%eth0
}

scene multicast 41
network
record sw1 recorder
multicast_router
programmes
neighbours
sleep 3
publish pcapng
