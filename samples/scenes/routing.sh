#!/bin/bash
# Routers talking to one another: OSPF for both families, RIP, BGP with a TCP
# MD5 key, BFD, PIM, and a virtual gateway by VRRP that moves once.
# shellcheck source=samples/scenes/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=samples/scenes/frr.sh
. "$(dirname "$0")/frr.sh"

network()
{
	machine sw1 north1 north2 south host server
	only_ipv4 sw1
	switch sw1
	attach north1 core; attach north2 core; attach south core
	attach north1 site; attach north2 site; attach host site
	wire south lan server eth0
	mirror sw1
	forwards north1 north2 south
	address north1 core 10.42.0.1/24 fd00:42::1/64
	address north2 core 10.42.0.2/24 fd00:42::2/64
	address south core 10.42.0.3/24 fd00:42::3/64
	address north1 site 10.42.1.2/24 fd00:42:1::2/64
	address north2 site 10.42.1.3/24 fd00:42:1::3/64
	address south lan 10.42.2.1/24 fd00:42:2::1/64
	address host site 10.42.1.10/24 fd00:42:1::10/64
	address server eth0 10.42.2.10/24 fd00:42:2::10/64
	gateway host 10.42.1.1
	gateway server 10.42.2.1 fd00:42:2::1
}

# Core and site are two LANs of the same switch.
attach()
{
	local -A vlan=([core]=100 [site]=101)
	wire "$1" "$2" sw1 "$1-$2"
	on sw1 ovs-vsctl add-port br0 "$1-$2" tag="${vlan[$2]}"
}

# Short timers, so that a minute shows what otherwise takes an hour.
router()
{
	local name=$1 lan=$2 number=$3
	frr_daemon "$name" zebra </dev/null
	frr_daemon "$name" bfdd </dev/null
	frr_daemon "$name" ospfd <<-END
		interface core
		 ip ospf area 0
		 ip ospf hello-interval 2
		 ip ospf dead-interval 8
		 ip ospf bfd
		interface $lan
		 ip ospf area 0
		 ip ospf passive
		router ospf
		 ospf router-id 10.42.0.$number
	END
	frr_daemon "$name" ospf6d <<-END
		interface core
		 ipv6 ospf6 area 0
		 ipv6 ospf6 hello-interval 2
		 ipv6 ospf6 dead-interval 8
		interface $lan
		 ipv6 ospf6 area 0
		 ipv6 ospf6 passive
		router ospf6
		 ospf6 router-id 10.42.0.$number
	END
	frr_daemon "$name" ripd <<-END
		router rip
		 network core
		 redistribute connected
		 timers basic 5 15 10
	END
	frr_daemon "$name" pimd <<-END
		interface core
		 ip pim
	END
}

# BGP runs between the first northern router and the southern one only.
exterior()
{
	local name=$1 own=$2 neighbour=$3 other=$4 prefix=$5
	frr_daemon "$name" bgpd <<-END
		router bgp $own
		 no bgp ebgp-requires-policy
		 timers bgp 3 9
		 neighbor $neighbour remote-as $other
		 neighbor $neighbour password secret
		 address-family ipv4 unicast
		  network $prefix
	END
}

virtual_gateway()
{
	cat >"$WORK/vrrp-$1.conf" <<-END
		vrrp_instance gateway {
			interface site
			virtual_router_id 42
			priority $2
			advert_int 1
			virtual_ipaddress { 10.42.1.1/24 }
		}
	END
	start "$1" keepalived -n -l -P -f "$WORK/vrrp-$1.conf" -p /run/vrrp.pid
	VIRTUAL_GATEWAY=$STARTED
}

use() { run host 15 ping -c "$1" -i 0.5 10.42.2.10; }

scene routing 42
network
record sw1 recorder
virtual_gateway north2 100
virtual_gateway north1 200
router north1 site 1
router north2 site 2
router south lan 3
exterior north1 64601 10.42.0.3 64602 10.42.1.0/24
exterior south 64602 10.42.0.1 64601 10.42.2.0/24
await host 20 ping -c 1 -W 1 10.42.2.10
use 6
kill -TERM "$VIRTUAL_GATEWAY"
sleep 3
use 6
sleep 4
publish pcapng
