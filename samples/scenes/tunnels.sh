#!/bin/bash
# Tunnels of every kind between the same two machines, each with a ping and a
# small transfer inside. What the kernel has not, Open vSwitch and socat do.
# shellcheck source=samples/scenes/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=samples/scenes/actors.sh
. "$(dirname "$0")/actors.sh"

# Open vSwitch builds its tunnels itself, so the cable must end in its bridge.
network()
{
	machine hub spoke
	wire hub eth0 spoke eth0
	end_point hub 1
	end_point spoke 2
	settled hub spoke
}

end_point()
{
	switch "$1"
	on "$1" ovs-vsctl --timeout=10 add-port br0 eth0
	on "$1" sysctl -q -w net.ipv6.conf.eth0.disable_ipv6=1
	address "$1" br0 "10.45.0.$2/24" "fd00:45::$2/64"
	real_frames "$1" br0
}

other() { [ "$1" = 1 ] && echo 2 || echo 1; }

# vswitch_tunnel NETWORK TYPE [OPTION...]
vswitch_tunnel()
{
	local net=$1 type=$2 number=1 name
	for name in hub spoke; do
		bridge "$name" "br$net"
		on "$name" ovs-vsctl --timeout=10 add-port "br$net" "tun$net" -- \
			set interface "tun$net" type="$type" \
			options:remote_ip="10.45.0.$(other $number)" "${@:3}"
		on "$name" sysctl -q -w "net.ipv6.conf.br$net.disable_ipv6=1"
		address "$name" "br$net" "10.45.$net.$number/24"
		on "$name" ip link set dev "br$net" mtu 1400
		real_frames "$name" "br$net"
		number=2
	done
}

vxlan()
{
	local number=1 name
	for name in hub spoke; do
		hardware_address
		on "$name" ip link add name vxlan0 address "$HARDWARE" type vxlan id 128 dstport 4789 \
			local "10.45.0.$number" remote "10.45.0.$(other $number)"
		address "$name" vxlan0 "10.45.128.$number/24"
		real_frames "$name" vxlan0
		number=2
	done
	inside 128
}

# socat joins a virtual interface to a raw socket of the protocol named.
raw_tunnel()
{
	local net=$1 protocol=$2 number=1 name
	for name in hub spoke; do
		start "$name" socat "TUN,tun-name=raw$net,iff-no-pi,iff-up" \
			"IP4-SENDTO:10.45.0.$(other $number):$protocol,bind=10.45.0.$number"
		await "$name" 5 ip link show "raw$net"
		on "$name" sysctl -q -w "net.ipv6.conf.raw$net.accept_dad=0"
		on "$name" ip link set dev "raw$net" mtu 1480
		address "$name" "raw$net" "10.45.$net.$number/24" "fd00:45:8000:$net::$number/64"
		number=2
	done
}

wireguard()
{
	local number=1 name
	for name in hub spoke; do
		wg genkey | tee "$WORK/$name.wg" | wg pubkey >"$WORK/$name.pub"
		start "$name" env WG_PROCESS_FOREGROUND=1 wireguard-go wg0
		await "$name" 5 ip link show wg0
	done
	for name in hub spoke; do
		[ $name = hub ] && far=spoke || far=hub
		on "$name" wg set wg0 private-key "$WORK/$name.wg" listen-port 51820 \
			peer "$(cat "$WORK/$far.pub")" allowed-ips 10.45.160.0/24 \
			endpoint "10.45.0.$(other $number):51820"
		address "$name" wg0 "10.45.160.$number/24"
		number=2
	done
	inside 160
}

openvpn_tunnel()
{
	local number=1 name far role
	certificate hub
	certificate spoke
	for name in hub spoke; do
		[ $name = hub ] && far=spoke role=--tls-server || far=hub role=--tls-client
		print=$(openssl x509 -in "$WORK/$far.crt" -noout -fingerprint -sha256 | cut -d= -f2)
		start "$name" openvpn --dev tun9 --dev-type tun --remote "10.45.0.$(other $number)" \
			--ifconfig "10.45.161.$number" "10.45.161.$(other $number)" $role \
			--dh none --cert "$WORK/$name.crt" --key "$WORK/$name.key" \
			--peer-fingerprint "$print" --data-ciphers AES-256-GCM --proto udp
		number=2
	done
	await hub 15 ping -c 1 -W 1 10.45.161.2
	inside 161
}

l2tp()
{
	printf '[lns default]\nip range = 10.45.162.10-10.45.162.20\nlocal ip = 10.45.162.1\nrequire authentication = no\n' >"$WORK/hub.l2tp"
	printf '[lac hub]\nlns = 10.45.0.1\nautodial = yes\n' >"$WORK/spoke.l2tp"
	for name in hub spoke; do
		on "$name" mkdir -p /run/xl2tpd
		start "$name" xl2tpd -D -c "$WORK/$name.l2tp" -p /run/xl2tpd.pid
	done
	sleep 3
}

inside()
{
	run spoke 5 ping -c 2 -i 0.3 "10.45.$1.1"
	run spoke 8 iperf3 -c "10.45.$1.1" -l 8K -n 8K
}

# GRE in all its forms arrives at whichever tunnel was there first, so each is
# taken down before the next.
vswitch_tunnels()
{
	local net=129 options
	while read -r options; do
		net=$((net + 1))
		# shellcheck disable=SC2086 # one word for each option
		vswitch_tunnel $net $options
		inside $net
		on hub ovs-vsctl --timeout=10 del-br br$net
		on spoke ovs-vsctl --timeout=10 del-br br$net
	done <<-'END'
		gre
		gre options:key=131 options:csum=true
		geneve options:key=132
		erspan options:key=133 options:erspan_ver=1 options:erspan_idx=1
		erspan options:key=134 options:erspan_ver=2 options:erspan_dir=0 options:erspan_hwid=4
	END
}

raw_tunnels()
{
	raw_tunnel 140 4 && inside 140
	raw_tunnel 141 41
	run spoke 5 ping -6 -c 2 -i 0.3 fd00:45:8000:141::1
	run spoke 8 iperf3 -6 -c fd00:45:8000:141::1 -l 8K -n 8K
}

scene tunnels 45
network
record hub eth0
start hub iperf3 -s
await spoke 5 ping -c 1 -W 1 10.45.0.1
vxlan
vswitch_tunnels
raw_tunnels
wireguard
openvpn_tunnel
l2tp
publish pcapng
