#!/bin/bash
# IPsec that is already there: two gateways, then a laptop behind address
# translation, negotiating with strongSwan. Its own userspace ESP carries the
# data, because not every kernel has one; it always encapsulates in UDP.
# shellcheck source=samples/scenes/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=samples/scenes/actors.sh
. "$(dirname "$0")/actors.sh"

network()
{
	machine east isp west nat laptop
	only_ipv4 east isp west nat laptop
	wire east eth0 isp toeast
	wire west eth0 isp towest
	wire nat wan isp tonat
	wire laptop eth0 nat lan
	forwards isp nat east west
	address isp toeast 10.46.1.1/24
	address isp towest 10.46.2.1/24
	address isp tonat 198.51.100.1/24
	address east eth0 10.46.1.2/24
	address west eth0 10.46.2.2/24
	address nat wan 198.51.100.46/24
	address nat lan 192.168.46.1/24
	address laptop eth0 192.168.46.10/24
	on east ip address add 10.46.128.1/24 dev lo
	on west ip address add 10.46.129.1/24 dev lo
	gateway east 10.46.1.1
	gateway west 10.46.2.1
	gateway nat 198.51.100.1
	gateway laptop 192.168.46.1
}

translate()
{
	on nat nft add table ip nat
	on nat nft add chain ip nat out '{ type nat hook postrouting priority 100; }'
	on nat nft add rule ip nat out oif wan masquerade
}

identity()
{
	on "$1" cp "$WORK/$1.key" /etc/swanctl/private/
	on "$1" cp "$WORK/$1.crt" "$WORK/$2.crt" /etc/swanctl/x509/
}

# strongswan MACHINE yes|no: shall strongSwan do ESP itself, or the kernel?
strongswan()
{
	on "$1" tee /etc/strongswan.d/charon/kernel-libipsec.conf >/dev/null <<-END
		kernel-libipsec { load = $2 }
	END
	# Often enough for a short recording to have some.
	on "$1" tee /etc/strongswan.d/keep-alive.conf >/dev/null <<-'END'
		charon { keep_alive = 3s }
	END
	on "$1" cp "$WORK/$1.swanctl" /etc/swanctl/swanctl.conf
	start "$1" charon-systemd
	STRONGSWAN=$STARTED
	await "$1" 8 swanctl --load-all
}

# connection MACHINE OWN OTHER FAR [LINE...]
connection()
{
	cat >"$WORK/$1.swanctl" <<-END
		connections { tunnel {
			version = 2
			remote_addrs = $2
			dpd_delay = 5s
			$3
			local { auth = $5
				$4 }
			remote { auth = $5
				$6 }
			children { data {
				$7
				esp_proposals = aes128gcm128-x25519
				start_action = none
			} }
		} }
		secrets { ike { secret = "only for this recording" } }
	END
}

gateways()
{
	connection east 10.46.2.2 'mobike = no' 'id = east' psk 'id = west' \
		'local_ts = 10.46.128.0/24
		remote_ts = 10.46.129.0/24'
	connection west 10.46.1.2 'mobike = no' 'id = west' psk 'id = east' \
		'local_ts = 10.46.129.0/24
		remote_ts = 10.46.128.0/24'
}

roadwarrior()
{
	# Keys so large that IKE must split its messages.
	certificate west rsa:4096
	certificate laptop rsa:4096
	identity west laptop
	identity laptop west
	connection laptop 10.46.2.2 'vips = 0.0.0.0' 'certs = laptop.crt
		id = CN=laptop' pubkey 'certs = west.crt
		id = CN=west' 'remote_ts = 10.46.129.0/24'
	connection west %any 'pools = roaming' 'certs = west.crt
		id = CN=west' pubkey 'certs = laptop.crt
		id = CN=laptop' 'local_ts = 10.46.129.0/24'
	echo 'pools { roaming { addrs = 10.46.200.0/24 } }' >>"$WORK/west.swanctl"
}

negotiate() { provoke "$1" 15 swanctl --initiate --child data; }

use()
{
	run "$1" 8 ping -c 4 -i 0.3 "${@:2}" 10.46.129.1
	run "$1" 8 ping -c 2 -s 1300 "${@:2}" 10.46.129.1
	run "$1" 10 iperf3 -c 10.46.129.1 -l 8K -n 24K
}

# strongSwan sends its farewells when told to stop.
part()
{
	kill -TERM "$@"
	sleep 2
}

scene ike 46
network
translate
record west eth0
start west iperf3 -s

gateways
strongswan west no; WEST=$STRONGSWAN
strongswan east no; EAST=$STRONGSWAN
negotiate east
part "$EAST" "$WEST"

strongswan west yes; WEST=$STRONGSWAN
strongswan east yes; EAST=$STRONGSWAN
negotiate east
use east -I 10.46.128.1
run east 5 swanctl --rekey --ike tunnel
sleep 1
part "$EAST" "$WEST"

roadwarrior
strongswan west yes; WEST=$STRONGSWAN
strongswan laptop yes; LAPTOP=$STRONGSWAN
negotiate laptop
use laptop
sleep 12
part "$LAPTOP" "$WEST"
publish pcapng
