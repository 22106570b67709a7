# shellcheck shell=bash
# Programs that more than one scene needs, each configured in one place.

# Answers DHCP's client scripts with addresses and a resolver; nothing else
# here would install them, since no network manager is running.
dhcp_script()
{
	cat >"$WORK/dhcp-script" <<-'END'
		#!/bin/sh
		[ "$1" = bound ] || exit 0
		ip address replace "$ip/$mask" broadcast "$broadcast" dev "$interface"
		ip route replace default via "${router%% *}"
		echo "nameserver ${dns%% *}" >/etc/resolv.conf
	END
	chmod 755 "$WORK/dhcp-script"
}

# The process number is kept because USR1 asks udhcpc for a renewal.
dhcp_client()
{
	[ -e "$WORK/dhcp-script" ] || dhcp_script
	start "$1" busybox udhcpc -f -i eth0 -s "$WORK/dhcp-script" -x "hostname:$1"
	# shellcheck disable=SC2034 # for the scene
	DHCP_CLIENT=$STARTED
}

# certificate NAME [KEY]
certificate()
{
	[ -e "$WORK/curve" ] || openssl ecparam -name prime256v1 -out "$WORK/curve"
	openssl req -x509 -newkey "${2-ec:$WORK/curve}" -nodes \
		-days 3650 -subj "/CN=$1" -addext "subjectAltName=DNS:$1" \
		-keyout "$WORK/$1.key" -out "$WORK/$1.crt" 2>/dev/null
	chmod 644 "$WORK/$1.key"
}

# Enough to fill segments, and little enough to commit.
web_server()
{
	local name=$1 site=$2
	certificate "$site"
	mkdir -p "$WORK/$site"
	seq -f "<p>Row %g of a page like any other.</p>" 300 >"$WORK/$site/index.html"
	head -c 24000 /dev/zero | openssl enc -aes-128-ctr -K 00 -iv 00 2>/dev/null \
		>"$WORK/$site/update.bin"
	cat >"$WORK/$site.conf" <<-END
		daemon off; pid /run/nginx.pid; error_log stderr;
		events {}
		http {
			access_log off;
			server {
				listen 80; listen [::]:80;
				listen 443 ssl; listen [::]:443 ssl;
				ssl_certificate $WORK/$site.crt;
				ssl_certificate_key $WORK/$site.key;
				root $WORK/$site;
			}
		}
	END
	start "$name" nginx -c "$WORK/$site.conf"
}

fetch() { run "$1" 20 curl -sS -k -o /dev/null "${@:2}"; }

# A clock that is served but never set: -x keeps chronyd off this computer's.
time_server()
{
	printf 'local stratum 3\nallow\n' >"$WORK/chrony-$1.conf"
	start "$1" chronyd -x -d -u root -f "$WORK/chrony-$1.conf"
}

time_client()
{
	printf 'server %s iburst minpoll 2 maxpoll 3\n' "$2" >"$WORK/chrony-$1.conf"
	start "$1" chronyd -x -d -u root -f "$WORK/chrony-$1.conf"
}

# Views keep the walk to the system and interface groups; the rest of the tree
# would describe this computer.
snmp_agent()
{
	cat >"$WORK/snmpd-$1.conf" <<-END
		agentaddress udp:161
		view audit included .1.3.6.1.2.1.1
		view audit included .1.3.6.1.2.1.2
		rocommunity public default -V audit
		sysdescr $2
		syslocation Office
	END
	start "$1" snmpd -f -Lo -C -c "$WORK/snmpd-$1.conf" -p /run/snmpd.pid
}

ssh_server()
{
	ssh-keygen -q -t ed25519 -N '' -C host -f "$WORK/ssh-host"
	ssh-keygen -q -t ed25519 -N '' -C user -f "$WORK/ssh-user"
	on "$1" mkdir -p /run/sshd
	start "$1" /usr/sbin/sshd -D -e -f /dev/null -h "$WORK/ssh-host" \
		-o PermitRootLogin=yes -o StrictModes=no -o UsePAM=no \
		-o AuthorizedKeysFile="$WORK/ssh-user.pub"
}

ssh_session()
{
	run "$1" 20 ssh -i "$WORK/ssh-user" -o StrictHostKeyChecking=no \
		-o UserKnownHostsFile=/dev/null "root@$2" \
		'for i in 1 2 3; do ls -l /usr/bin | head -n 80; sleep 1; done'
}

database()
{
	local bin home=$WORK/database
	bin=$(echo /usr/lib/postgresql/*/bin)
	[ -x "$bin/postgres" ] || { say "skipped, not installed: postgres"; return; }
	install -d -o postgres -m 700 "$home"
	on "$1" runuser -u postgres -- "$bin/initdb" -D "$home" -A trust --no-sync \
		>"$WORK/log/initdb" 2>&1
	# The old method "password" sends it in clear, which is what an audit finds.
	echo 'host all all all password' >>"$home/pg_hba.conf"
	start "$1" runuser -u postgres -- "$bin/postgres" -D "$home" \
		-c listen_addresses='*' -c unix_socket_directories="$WORK/database"
	await "$1" 10 psql -h "$home" -U postgres -c "alter role postgres password 'secret'"
}

database_query()
{
	run "$1" 20 env PGPASSWORD=secret PGSSLMODE=disable psql -h "$2" -U postgres -c \
		'select n, md5(n::text) from generate_series(1, 200) n'
}

# sipp's built-in caller plays a recorded voice and expects it to be echoed.
answer_calls() { start "$1" sipp -sn uas -i "$2" -mi "$2" -rtp_echo -nostdin; }

# call FROM ADDRESS TO PACKETS: after so many packets of voice, silence.
call()
{
	mkdir -p "$WORK/call/pcap"
	cp /usr/share/sip-tester/dtmf_2833_1.pcap "$WORK/call/pcap/"
	editcap -r /usr/share/sip-tester/g711a.pcap "$WORK/call/pcap/g711a.pcap" "1-$4"
	run "$1" 30 env -C "$WORK/call" \
		sipp -sn uac_pcap -i "$2" -mi "$2" -m 1 -nostdin "$3"
}

# One file for all peers, announced to a tracker, unless that is "none".
torrent()
{
	mkdir -p "$WORK/torrent"
	head -c "$1" /dev/zero | openssl enc -aes-128-ctr -K 01 -iv 00 2>/dev/null \
		>"$WORK/torrent/film.bin"
	transmission-create -o "$WORK/film.torrent" -s 32 -t "$2" \
		"$WORK/torrent/film.bin" >/dev/null
}

# A seeder gets the file, everyone gets one node of the distributed hash table.
peer()
{
	local name=$1 role=$2 node=$3 home=$WORK/peer-$1
	mkdir -p "$home/files" "$home/watch"
	[ "$role" = seed ] && cp "$WORK/torrent/film.bin" "$home/files/"
	cp "$WORK/film.torrent" "$home/watch/"
	echo "$node 51413" >"$home/dht.bootstrap"
	start "$name" transmission-daemon -f -g "$home" -w "$home/files" \
		-c "$home/watch" --dht --lpd --utp -P 51413 "${@:4}"
}

# Debian's tracker serves only torrents that it was told of.
tracker()
{
	transmission-show "$WORK/film.torrent" | awk '$1 == "Hash:" { print $2 }' \
		>"$WORK/allowed"
	start "$1" opentracker -i "$2" -p 6969 -P 6969 -d "$WORK" -w allowed -u nobody
}

name_service()
{
	cat >"$WORK/smb-$1.conf" <<-END
		[global]
		netbios name = $1
		workgroup = CORP
		server string = $1
		map to guest = Bad User
		disable netbios = no
		interfaces = eth0
		log file = /run/samba.log
		printing = bsd
		load printers = no
		[share]
		path = $WORK/torrent
		guest ok = yes
	END
	on "$1" mkdir -p /run/samba /var/lib/samba/private /var/cache/samba /var/log/samba
	start "$1" nmbd -F -s "$WORK/smb-$1.conf"
}

file_server()
{
	name_service "$1"
	start "$1" smbd -F -s "$WORK/smb-$1.conf"
}

# Avahi speaks with its users over D-Bus, so each machine has its own.
bonjour()
{
	on "$1" mkdir -p /run/dbus
	start "$1" dbus-daemon --system --nofork --nopidfile
	await "$1" 5 test -S /run/dbus/system_bus_socket
	start "$1" avahi-daemon --no-chroot
}
