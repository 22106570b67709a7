#!/bin/bash
# A small office: three VLANs, a router, an Internet, and a minute of work,
# seen from the switch's mirror port.
# shellcheck source=samples/scenes/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=samples/scenes/actors.sh
. "$(dirname "$0")/actors.sh"

plug() { wire "$1" "${4-eth0}" "$2" "$1${4-}" && on "$2" ovs-vsctl add-port br0 "$1${4-}" tag="$3"; }

cables()
{
	machine sw1 sw2 rt1 inet pc1 pc2 pc3 printer srv1 web1 db1 file1 phone1 phone2
	only_ipv4 sw1 sw2 phone1 phone2
	switch sw1
	plug rt1 sw1 10 lan; plug rt1 sw1 20 dc; plug rt1 sw1 30 tel
	plug srv1 sw1 20; plug web1 sw1 20; plug db1 sw1 20; plug file1 sw1 20
	plug phone1 sw1 30; plug phone2 sw1 30
	plug pc1 sw1 10; plug pc2 sw1 10; plug printer sw1 10
	wire rt1 wan inet wan
	mirror sw1
}

# A second, unmanaged switch in a meeting room brings spanning tree and LLDP.
meeting_room()
{
	on sw2 ip link add name br0 type bridge stp_state 1 forward_delay 400 priority 40960
	wire sw2 uplink sw1 sw2
	on sw1 ovs-vsctl add-port br0 sw2 tag=10
	wire pc3 eth0 sw2 pc3
	on sw2 ip link set dev uplink master br0
	on sw2 ip link set dev pc3 master br0
	on sw2 ip link set dev br0 up
	printf 'configure %s\n' 'system hostname sw2' 'lldp tx-interval 10' >"$WORK/lldp.conf"
	start sw2 lldpd -d -I uplink -O "$WORK/lldp.conf" -S 'Meeting room switch'
}

addresses()
{
	forwards rt1 inet
	address rt1 lan 192.168.10.1/24 fd00:10::1/64
	address rt1 dc 192.168.20.1/24 fd00:20::1/64
	address rt1 tel 192.168.30.1/24
	address rt1 wan 192.0.2.2/30 2001:db8:ffff::2/64
	gateway rt1 192.0.2.1 2001:db8:ffff::1
	address inet wan 192.0.2.1/30 2001:db8:ffff::1/64
	address inet lo 203.0.113.80/32 203.0.113.90/32 198.51.100.7/32 2001:db8:80::80/128
	gateway inet 192.0.2.2 2001:db8:ffff::2
	server srv1 5; server web1 16; server db1 32; server file1 48
	address printer eth0 192.168.10.50/24
	gateway printer 192.168.10.1
	address pc3 eth0 192.168.10.53/24
	gateway pc3 192.168.10.1
	resolver 192.168.20.5 pc3 srv1 web1 db1 file1 printer
	on inet sh -c 'echo 203.0.113.90 tracker.example.org >>/etc/hosts'
}

server()
{
	address "$1" eth0 "192.168.20.$2/24" "fd00:20::$2/64"
	gateway "$1" 192.168.20.1
}

# One server answers DHCP for all VLANs; the router relays, as offices do.
infrastructure()
{
	start srv1 dnsmasq -k -C /dev/null -u root --no-resolv --no-hosts --log-facility=- \
		--domain=corp.example --dhcp-leasefile=/run/leases \
		--dhcp-range=192.168.10.100,192.168.10.199,255.255.255.0,10m \
		--dhcp-range=192.168.30.100,192.168.30.199,255.255.255.0,10m \
		--dhcp-host=pc1,192.168.10.101 --dhcp-host=pc2,192.168.10.102 \
		--dhcp-host=phone1,192.168.30.101 --dhcp-host=phone2,192.168.30.102 \
		--dhcp-option=option:dns-server,192.168.20.5 \
		--address=/intranet.corp.example/192.168.20.16 \
		--address=/intranet.corp.example/fd00:20::16 \
		--address=/db.corp.example/192.168.20.32 \
		--address=/www.example.net/203.0.113.80 \
		--address=/www.example.net/2001:db8:80::80 \
		--address=/tracker.example.org/203.0.113.90
	start rt1 dnsmasq -k -C /dev/null -u root --port=0 --log-facility=- \
		--dhcp-relay=192.168.10.1,192.168.20.5 --dhcp-relay=192.168.30.1,192.168.20.5
	cat >"$WORK/radvd.conf" <<-'END'
		interface lan {
			AdvSendAdvert on; MinRtrAdvInterval 10; MaxRtrAdvInterval 15;
			prefix fd00:10::/64 {};
		};
		interface dc {
			AdvSendAdvert on; MinRtrAdvInterval 10; MaxRtrAdvInterval 15;
			prefix fd00:20::/64 { AdvAutonomous off; };
		};
	END
	start rt1 radvd -n -m stderr -C "$WORK/radvd.conf" -p /run/radvd.pid
	time_server srv1
	start srv1 socat -u UDP-RECV:514 /dev/null
}

services()
{
	web_server web1 intranet.corp.example
	web_server inet www.example.net
	ssh_server web1
	snmp_agent web1 'Intranet server'
	snmp_agent printer 'Laser printer'
	database db1
	torrent 32000 http://tracker.example.org:6969/announce
	file_server file1
	tracker inet 203.0.113.90
}

# The printer announces itself twice, as Bonjour and as a UPnP media server.
appliances()
{
	on printer tee /etc/avahi/services/ipp.service >/dev/null <<-'END'
		<service-group><name>Laser printer</name>
		<service><type>_ipp._tcp</type><port>631</port></service>
		</service-group>
	END
	on printer chmod 644 /etc/avahi/services/ipp.service
	bonjour printer
	mkdir -p "$WORK/media"
	printf '%s\n' "media_dir=$WORK/media" 'friendly_name=Lobby display' port=8200 \
		network_interface=eth0 db_dir=/run/minidlna notify_interval=20 \
		"log_dir=/run" uuid=00000000-0000-4000-8000-000000000001 >"$WORK/minidlna.conf"
	start printer socat -u TCP-LISTEN:9100,fork /dev/null
	start printer minidlnad -S -f "$WORK/minidlna.conf" -P /run/minidlna.pid
}

morning()
{
	dhcp_client phone1; dhcp_client phone2
	start pc2 dhclient -d eth0
	dhcp_client pc1
	await pc1 15 ip route get 192.168.20.5
	await pc2 15 ip route get 192.168.20.5
	bonjour pc1
	name_service pc3
	start pc3 llmnrd -H PC3
	time_client pc3 192.168.20.5
	time_client web1 192.168.20.5
	start srv1 fping -l -p 5000 192.168.10.50 192.168.20.16 192.168.30.101
}

looking_around()
{
	run pc1 5 avahi-browse -a -t -r
	provoke pc1 8 upnpc -m eth0 -l
	run pc1 5 llmnr-query -I eth0 PC3
	run pc1 5 nmblookup -B 192.168.10.255 PC3
	provoke pc1 5 nmblookup -B 192.168.10.255 NOBODY
	run pc3 5 etherwake -i eth0 02:00:00:01:00:99
}

browsing()
{
	fetch pc1 http://intranet.corp.example/
	fetch pc2 https://www.example.net/
	run pc1 8 ping -6 -c 3 fd00:20::16
}

updating()
{
	fetch pc1 -6 https://intranet.corp.example/update.bin
	fetch pc2 -4 http://www.example.net/update.bin
}

working()
{
	database_query pc1 db.corp.example
	database_query web1 db.corp.example
	ssh_session pc2 192.168.20.16
	run pc3 10 smbclient -N //192.168.20.48/share -c 'get film.bin /dev/null'
	run pc2 10 sh -c "busybox nc 192.168.10.50 9100 <$WORK/intranet.corp.example/index.html"
	provoke pc1 3 ping -b -c 2 192.168.10.255
}

managing()
{
	run srv1 10 snmpbulkwalk -v2c -c public 192.168.10.50 .1.3.6.1.2.1.2
	run srv1 10 snmpwalk -v2c -c public 192.168.20.16 .1.3.6.1.2.1.1
	run web1 5 logger -n 192.168.20.5 -P 514 -d -t intranet 'worker 3 was restarted'
	run printer 5 logger -n 192.168.20.5 -P 514 -d -t printer 'paper tray 2 is empty'
}

# Two calls: between phones, and between a phone and a program on a computer.
calling()
{
	mark phone1 'udp dport 6000-6999' ef
	mark phone2 'udp dport 6000-6999' ef
	answer_calls phone2 192.168.30.102
	call phone1 192.168.30.101 192.168.30.102 160
	call pc1 192.168.10.101 192.168.30.102 60
}

# The seeder is outside; the two leechers inside find each other.
sharing()
{
	peer inet seed 198.51.100.7 -M -i 198.51.100.7
	peer pc2 leech 198.51.100.7
	peer pc3 leech 198.51.100.7
}

scene office 1
cables
meeting_room
addresses
infrastructure
services
appliances
record sw1 recorder
morning
RENEWING=$DHCP_CLIENT
sleep 8
looking_around
browsing
updating
sharing
managing
working
sleep 5
kill -USR1 "$RENEWING"
calling
sleep 12
browsing
managing
sleep 5
kill -TERM "$RENEWING"
sleep 2
publish pcapng
