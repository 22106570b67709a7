#!/bin/sh
# What the audit says of exemptions is what happens. Programs talk on a small
# network of namespaces: recorded without IPsec, then with policies that
# require it for everything, then with the exemptions that the audit wrote.
# What it says needs one must stop, and work again; all else must stay shut.
#
# There are no associations here, and some kernels have no ESP to make any: so
# what would be protected stays blocked too, for want of an association.
#
# usage: e2e_closed_loop.sh IPSEC-AUDIT
# shellcheck disable=SC2317 # functions are called by their names
. "$(dirname "$0")/e2e.lib"
[ "$(id -u)" -eq 0 ] || skip "only root can make network namespaces"
need ip tcpdump sysctl ping dig dnsmasq busybox chronyd snmpd snmpget logger \
	nmbd nmblookup keepalived sshd ssh-keyscan socat timeout ssh-keygen

# A wire with client, server and a device that knows no IPsec; a router; a
# host outside, behind a link with a smaller MTU.
hosts="wire client server device router outside"
space() { echo "ipsec-audit-$$-$1"; }
on() {
	where=$1
	shift
	ip netns exec "$(space "$where")" "$@"
}

# All that runs in namespaces of this test, this test has started.
made=
cleanup() {
	for host in $hosts; do
		pids=$(ip netns pids "$(space "$host")" 2>/dev/null)
		# shellcheck disable=SC2086 # one word for each number
		[ -z "$pids" ] || kill -KILL $pids 2>/dev/null
		ip netns delete "$(space "$host")" 2>/dev/null
	done
	[ -z "$made" ] || rmdir "$made" 2>/dev/null
}

for host in $hosts; do
	add_namespace "$(space "$host")"
	ip -n "$(space "$host")" link set lo up
	on "$host" sysctl -qw net.ipv6.conf.all.accept_dad=0 \
		net.ipv6.conf.default.accept_dad=0 \
		net.ipv6.conf.all.router_solicitations=0 \
		net.ipv4.icmp_ratelimit=0 2>/dev/null
done

# plug HOST NUMBER ADDRESS...: into the wire
plug() {
	host=$1 number=$2
	shift 2
	ip -n "$(space wire)" link add "to-$host" type veth peer name eth0 \
		address "02:00:00:00:77:$number" netns "$(space "$host")" ||
		skip "no veth here"
	ip -n "$(space wire)" link set "to-$host" master bridge up
	ip -n "$(space "$host")" link set eth0 up
	for address in "$@"; do
		ip -n "$(space "$host")" address add "$address" \
			broadcast + dev eth0 2>/dev/null ||
			ip -n "$(space "$host")" address add "$address" dev eth0
	done
}

ip -n "$(space wire)" link add bridge type bridge mcast_snooping 0 ||
	skip "no bridge here"
ip -n "$(space wire)" link set bridge up
plug client 10 10.77.0.10/24 fd00:77::10/64
plug server 20 10.77.0.20/24 fd00:77::20/64
plug device 30 10.77.0.30/24 fd00:77::30/64
plug router 01 10.77.0.1/24
ip -n "$(space router)" link add out mtu 1400 type veth peer name eth0 \
	mtu 1400 netns "$(space outside)"
ip -n "$(space router)" link set out up
ip -n "$(space outside)" link set eth0 up
ip -n "$(space router)" address add 203.0.113.1/24 dev out
ip -n "$(space outside)" address add 203.0.113.9/24 dev eth0
on router sysctl -qw net.ipv4.ip_forward=1
for host in client server device; do
	ip -n "$(space "$host")" route add default via 10.77.0.1
done
ip -n "$(space outside)" route add default via 203.0.113.1

on client ip xfrm policy add src 10.9.0.0/16 dst 10.9.0.0/16 dir out \
	tmpl proto esp mode transport level required 2>"$temp/why" ||
	skip "no IPsec policies here: $(cat "$temp/why")"
on client ip xfrm policy flush

cat >"$temp/segments.json" <<'END'
{ "segments": [
	{ "name": "office", "prefixes": ["10.77.0.0/24", "fd00:77::/64"] }
] }
END

# serve HOST COMMAND...: until the end
serve() {
	where=$1
	shift
	(exec ip netns exec "$(space "$where")" "$@") </dev/null \
		>>"$temp/log-$where" 2>&1 &
}

serve server dnsmasq --no-daemon --conf-file=/dev/null --no-resolv --no-hosts \
	--pid-file --bind-interfaces --interface=eth0 \
	--host-record=here.example,10.77.0.5 \
	--dhcp-range=10.77.0.100,10.77.0.110,1h --no-ping --dhcp-leasefile="$temp/leases"
printf 'local stratum 3\nallow\ncmdport 0\nbindcmdaddress /\npidfile %s\n' \
	"$temp/chronyd.pid" >"$temp/chrony.conf"
serve server chronyd -x -d -u root -f "$temp/chrony.conf"
ssh-keygen -q -t ed25519 -N '' -f "$temp/key"
mkdir /run/sshd 2>/dev/null && made=/run/sshd
serve server "$(command -v sshd)" -D -e -f /dev/null -h "$temp/key" \
	-o PidFile=none
mkdir "$temp/nmb"
cat >"$temp/nmb.conf" <<END
[global]
netbios name = server
workgroup = corp
disable netbios = no
interfaces = eth0
bind interfaces only = no
local master = no
pid directory = $temp/nmb
lock directory = $temp/nmb
state directory = $temp/nmb
cache directory = $temp/nmb
private dir = $temp/nmb
ncalrpc dir = $temp/nmb
log file = $temp/nmb/log
END
serve server nmbd -F --no-process-group -s "$temp/nmb.conf"
printf 'agentaddress udp:161\nrocommunity public\n' >"$temp/snmpd.conf"
serve device env SNMP_PERSISTENT_DIR="$temp/snmp" snmpd -f -Lo -C -c "$temp/snmpd.conf" -p "$temp/snmpd.pid"
serve device socat -u UDP4-RECV:514 OPEN:"$temp/syslog",create,append
serve device socat TCP4-LISTEN:8080,fork,reuseaddr SYSTEM:'echo other'

# keep HOST PRIORITY: a virtual router of two, whose messages are multicast
keep() {
	cat >"$temp/keepalived-$1.conf" <<END
global_defs {
	vrrp_version 3
	vrrp_garp_master_repeat 1
}
vrrp_instance one {
	state BACKUP
	interface eth0
	virtual_router_id 7
	priority $2
	advert_int 0.2
	virtual_ipaddress {
		10.77.0.254/32
	}
}
END
	serve "$1" keepalived -n -l -P -f "$temp/keepalived-$1.conf" \
		-p "$temp/keepalived-$1.pid" -r "$temp/vrrp-$1.pid"
}
keep server 200
wait_for 10 sh -c "ip -n $(space server) address show dev eth0 | grep -q 10.77.0.254" ||
	complain "keepalived does not start: $(tail -3 "$temp/log-server")"
keep client 100

# The kinds of traffic: each succeeds if it gets through.
try_dns() {
	on client dig +tries=1 +time=1 +short @10.77.0.20 here.example |
		grep -q 10.77.0.5
}
try_ntp() {
	on client timeout 5 chronyd -Q -t 2 -f /dev/null \
		'server 10.77.0.20 iburst maxsamples 1' 2>&1 | grep -q wrong
}
try_dhcp() {
	on client busybox udhcpc -f -n -q -t 2 -T 1 -A 0 -i eth0 -s /bin/true
}
try_snmp() {
	on client snmpget -v 2c -c public -r 0 -t 1 10.77.0.30 1.3.6.1.2.1.1.3.0
}
try_syslog() {
	mark=$(date +%s%N)
	on client logger -d -n 10.77.0.30 -P 514 "mark $mark"
	wait_for 1 grep -q "$mark" "$temp/syslog"
}
try_netbios() {
	on client nmblookup -s /dev/null -B 10.77.0.255 server | grep -q 10.77.0.20
}
# The backup remains one for as long as it hears the master.
try_vrrp() {
	sleep 1.5
	! ip -n "$(space client)" address show dev eth0 | grep -q 10.77.0.254
}
# hear HOST GROUP PORT: what comes to a group within two seconds
hear() {
	(exec ip netns exec "$(space "$1")" timeout 2 socat -u \
		"UDP4-RECV:$3,reuseaddr,ip-add-membership=$2:eth0" STDOUT) \
		>"$temp/heard" &
	heard=$!
	sleep 0.4
}
# heard TEXT: whether it came
heard() {
	sleep 0.3
	kill "$heard" 2>/dev/null
	wait "$heard" 2>/dev/null
	grep -q "$1" "$temp/heard"
}
try_mdns() {
	hear server 224.0.0.251 5353
	printf '\0\0\0\0\0\1\0\0\0\0\0\0\5_ipps\4_tcp\5local\0\0\14\0\1' |
		on client socat -u STDIN \
		UDP4-DATAGRAM:224.0.0.251:5353,ip-multicast-if=10.77.0.10,sourceport=5353
	heard ipps
}
# A report of membership, seen on the wire.
try_igmp() {
	on wire timeout 2 tcpdump -Z root -c 1 -n -i to-client igmp \
		and src 10.77.0.10 >"$temp/igmp" 2>/dev/null &
	report=$!
	sleep 0.4
	hear client 239.77.0.1 7777
	wait "$report"
	status=$?
	heard nothing
	return "$status"
}
try_outside_ping() {
	on client ping -q -c 1 -W 1 203.0.113.9
}
try_time_exceeded() {
	on client ping -c 1 -W 1 -t 1 203.0.113.9 | grep -q exceeded
}
try_path_mtu() {
	on client ip route flush cache
	on client ping -c 1 -W 1 -M 'do' -s 1450 203.0.113.9 >/dev/null 2>&1
	on client ip route get 203.0.113.9 | grep -q 'mtu 1400'
}
# Whether the client can be found: the ping itself may not get through.
try_neighbour() {
	ip -n "$(space device)" -6 neighbour flush dev eth0
	on device ping -6 -q -c 1 -W 1 fd00:77::10 >/dev/null
	ip -n "$(space device)" -6 neighbour show fd00:77::10 | grep -q lladdr
}
try_ping() {
	on client ping -q -c 1 -W 1 10.77.0.20
}
try_ssh() {
	on client ssh-keyscan -T 1 10.77.0.20 2>/dev/null | grep -q ssh
}
# Nobody does these while it is recorded.
try_other_service() {
	on client socat -u -T 1 TCP4:10.77.0.30:8080,connect-timeout=1 STDOUT |
		grep -q other
}
try_source_port() {
	hear client 239.77.0.1 9999
	for port in 53 123; do
		echo hole | on device socat -u STDIN \
			"UDP4-DATAGRAM:10.77.0.10:9999,sourceport=$port,reuseaddr"
	done
	heard hole
}
try_other_ping() {
	on device ping -q -c 1 -W 1 10.77.0.10
}

# What the report calls each. A baseline is exempt whatever was found.
cat >"$temp/kinds" <<'END'
dns dns
ntp ntp
dhcp dhcpv4
snmp snmp-v1v2c
syslog syslog
netbios netbios-ns
mdns mdns
igmp igmp
outside_ping icmp-echo outside
time_exceeded icmp-time-exceeded
path_mtu icmp-fragneeded
neighbour ipv6-nd
ping icmp-echo
ssh ssh
vrrp vrrp-carp
END
unseen="other_service source_port other_ping"
kinds=$(cut -d ' ' -f 1 "$temp/kinds")

# try_all FILE KIND...: what got through
try_all() {
	into=$1
	shift
	for kind in "$@"; do
		"try_$kind" >/dev/null 2>>"$temp/log-try" &&
			echo "$kind" >>"$into"
	done
}

# 1. Without IPsec: everything works, and is recorded.
wait_for 5 try_snmp
wait_for 5 try_netbios
(exec ip netns exec "$(space wire)" tcpdump -Z root -q -n -U -i bridge \
	-w "$temp/clear.pcap") 2>"$temp/tcpdump" &
recorder=$!
wait_for 5 grep -q listening "$temp/tcpdump" || complain "tcpdump does not listen"
: >"$temp/clear"
# shellcheck disable=SC2086 # one word for each kind
try_all "$temp/clear" $kinds
sleep 0.5
kill -INT "$recorder"
wait "$recorder"
for kind in $kinds; do
	grep -qx "$kind" "$temp/clear" ||
		complain "$kind fails even without IPsec"
done
: >"$temp/unseen"
# shellcheck disable=SC2086 # one word for each kind
try_all "$temp/unseen" $unseen
for kind in $unseen; do
	grep -qx "$kind" "$temp/unseen" ||
		complain "$kind fails even without IPsec"
done

"$audit" -q -s "$temp/segments.json" -r "$temp/clear.pcap" -o "$temp/report.json" ||
	{ complain "the audit fails"; finish; }
"$audit" render xfrm "$temp/report.json" >"$temp/exemptions" 2>"$temp/warnings" ||
	{ complain "no exemptions are written"; finish; }

# impact SIGNATURE PATH: under host-any
cat >"$temp/impact.py" <<'END'
import json
import sys

report, signature, path = sys.argv[1:]
ends = {"office": ["office", "office"], "outside": ["office", "outside"]}[path]
for candidate in json.load(open(report))["paths"]:
    for finding in candidate["findings"]:
        if (candidate["segments"] in (ends, ["outside", "outside"])
                and finding["signature"] == signature):
            print(finding["impact"]["host-any"])
            sys.exit()
print("not-found")
END
: >"$temp/needing"
while read -r kind signature path; do
	impact=$("$python" "$temp/impact.py" "$temp/report.json" "$signature" \
		"${path:-office}")
	case $impact in
	needs-exemption | breaks) echo "$kind" >>"$temp/needing" ;;
	degrades | protected) ;; # with an association; here is none
	*) complain "$kind: $signature is $impact" ;;
	esac
done <"$temp/kinds"
[ "$(wc -l <"$temp/needing")" -ge 10 ] ||
	complain "only $(wc -l <"$temp/needing") kinds need an exemption"

# 2. IPsec for everything, and no exemptions: nothing works.
for host in client server; do
	for direction in out in; do
		for prefix in 0.0.0.0/0 ::/0; do
			on "$host" ip xfrm policy add src "$prefix" \
				dst "$prefix" dir "$direction" priority 1000 \
				tmpl proto esp mode transport level required ||
				skip "no policies that require IPsec here"
		done
	done
done
sleep 1
: >"$temp/blocked"
# shellcheck disable=SC2086 # one word for each kind
try_all "$temp/blocked" $kinds $unseen
while read -r kind; do
	complain "$kind works though IPsec is required"
done <"$temp/blocked"

# 3. The exemptions: what needs one works again, and only that.
for host in client server; do
	on "$host" ip -batch "$temp/exemptions" ||
		complain "ip does not read the exemptions"
done
sleep 2
: >"$temp/exempt"
# shellcheck disable=SC2086 # one word for each kind
try_all "$temp/exempt" $kinds $unseen
while read -r kind; do
	grep -qx "$kind" "$temp/exempt" ||
		complain "$kind does not work in spite of its exemption"
done <"$temp/needing"
while read -r kind; do
	grep -qx "$kind" "$temp/needing" ||
		complain "$kind works though nothing exempts it"
done <"$temp/exempt"

if [ "$failed" -ne 0 ] && [ -n "${KEEP_LOGS-}" ]; then
	mkdir -p "$KEEP_LOGS" && cp -r "$temp/." "$KEEP_LOGS"
fi
finish "$(wc -l <"$temp/needing") kinds stop without exemptions and work with" \
	"them: $(tr '\n' ' ' <"$temp/needing")"
