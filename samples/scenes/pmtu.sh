#!/bin/bash
# Two branches across a link that carries only 1400 bytes, as many do. The
# routers must say so, and the senders must listen: what a filter or a tunnel
# that swallows ICMP would break.
# shellcheck source=samples/scenes/lib.sh
. "$(dirname "$0")/lib.sh"

network()
{
	machine client near far server
	wire client eth0 near lan
	wire near wan far wan
	wire far lan server eth0
	forwards near far
	address client eth0 10.40.1.10/24 fd00:40:1::10/64
	address near lan 10.40.1.1/24 fd00:40:1::1/64
	address near wan 10.40.0.1/24 fd00:40::1/64
	address far wan 10.40.0.2/24 fd00:40::2/64
	address far lan 10.40.2.1/24 fd00:40:2::1/64
	address server eth0 10.40.2.10/24 fd00:40:2::10/64
	gateway client 10.40.1.1 fd00:40:1::1
	gateway near 10.40.0.2 fd00:40::2
	gateway far 10.40.0.1 fd00:40::1
	gateway server 10.40.2.1 fd00:40:2::1
	on near ip link set dev wan mtu 1400
	on far ip link set dev wan mtu 1400
	settled client near far server
}

# What one transfer learns about the path must not spare the next its lesson.
forget()
{
	on client ip route flush cache
	on client ip -6 route flush cache
}

transfers()
{
	start server iperf3 -s -p 5201
	await server 5 sh -c 'ss -ltn | grep -q :5201'
	run client 10 iperf3 -4 -c 10.40.2.10 -l 8K -n 24K
	run client 10 iperf3 -6 -c fd00:40:2::10 -l 8K -n 24K
	run client 10 iperf3 -4 -c 10.40.2.10 -l 8K -n 24K -R
	forget
	# iperf3 gives up when told that its datagrams are too long; the second
	# attempts know the path, and are sent in fragments.
	provoke client 10 iperf3 -4 -c 10.40.2.10 -u -b 150K -t 1 -l 1460
	provoke client 10 iperf3 -6 -c fd00:40:2::10 -u -b 200K -t 1 -l 4000
	run client 10 iperf3 -4 -c 10.40.2.10 -u -b 200K -t 1 -l 4000
	run client 10 iperf3 -6 -c fd00:40:2::10 -u -b 200K -t 1 -l 4000
	forget
}

probes()
{
	provoke client 5 ping -c 3 -i 0.5 -s 1472 -M 'do' 10.40.2.10
	run client 5 ping -c 2 -s 1372 -M 'do' 10.40.2.10
	run client 5 ping -c 2 -s 3000 -M dont 10.40.2.10
	provoke client 6 ping -6 -c 3 -w 4 -s 1452 fd00:40:2::10
	run client 20 traceroute -n -q 1 10.40.2.10
	run client 20 traceroute -n -q 1 -I 10.40.2.10
	run client 20 traceroute -n -q 1 -6 fd00:40:2::10
	run client 20 traceroute -n -q 1 --mtu 10.40.2.10
}

refusals()
{
	provoke client 3 sh -c 'echo lost | socat - UDP-SENDTO:10.40.2.10:9'
	provoke client 3 dig +tries=1 +time=1 @10.40.2.10 example.org
	provoke client 3 socat -u OPEN:/dev/null TCP:10.40.2.10:9
	# Each router believes that the other knows this network.
	provoke client 5 ping -c 1 -W 1 10.40.3.1
	provoke client 6 ping -c 1 -W 5 10.40.2.99
}

scene pmtu 40
network
record client eth0
transfers
probes
refusals
sleep 1
publish pcapng
