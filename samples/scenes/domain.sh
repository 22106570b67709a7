#!/bin/bash
# A member of a Windows-style domain, played by Samba: the services that must
# work before a machine can authenticate at all, and so before any IPsec that
# authenticates by Kerberos.
# shellcheck source=samples/scenes/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=samples/scenes/actors.sh
. "$(dirname "$0")/actors.sh"

network()
{
	machine dc1 router member1
	only_ipv4 dc1 router member1
	wire member1 eth0 router members
	wire router servers dc1 eth0
	forwards router
	address member1 eth0 10.49.1.10/24
	address router members 10.49.1.1/24
	address router servers 10.49.2.1/24
	address dc1 eth0 10.49.2.10/24
	gateway member1 10.49.1.1
	gateway dc1 10.49.2.1
	resolver 10.49.2.10 member1 dc1
	on dc1 sh -c 'echo 10.49.2.10 dc1.corp.example dc1 >/etc/hosts'
	on member1 sh -c 'echo 10.49.1.10 member1.corp.example member1 >/etc/hosts'
}

controller()
{
	run dc1 120 samba-tool domain provision --targetdir="$WORK/dc" --realm=CORP.EXAMPLE \
		--domain=CORP --server-role=dc --dns-backend=SAMBA_INTERNAL --host-name=dc1 \
		--host-ip=10.49.2.10 --adminpass="$PASSWORD" \
		--option='interfaces=eth0' --option='bind interfaces only=yes'
	on dc1 mkdir -p /run/samba /var/log/samba
	start dc1 samba -i -s "$WORK/dc/etc/smb.conf" --debug-stdout
	await dc1 30 smbclient -L 10.49.2.10 -N
	# Samba answers some seconds before all of its services agree on who it is.
	sleep 6
	time_server dc1
}

member()
{
	cat >"$WORK/krb5.conf" <<-'END'
		[libdefaults]
		default_realm = CORP.EXAMPLE
		dns_lookup_kdc = true
		rdns = false
		default_ccache_name = FILE:/run/tickets
		default_cc_name = FILE:/run/tickets
	END
	on member1 cp "$WORK/krb5.conf" /etc/krb5.conf
	cat >"$WORK/smb-member.conf" <<-'END'
		[global]
		realm = CORP.EXAMPLE
		workgroup = CORP
		security = ads
		netbios name = member1
		idmap config * : backend = tdb
		idmap config * : range = 3000-7999
		kerberos method = secrets and keytab
	END
	on member1 cp "$WORK/smb-member.conf" /etc/samba/smb.conf
	on member1 mkdir -p /run/samba /var/lib/samba/private /var/log/samba
}

# In the order in which a machine that is switched on would ask.
logging_on()
{
	time_client member1 10.49.2.10
	run member1 10 net ads lookup -S dc1.corp.example
	run member1 30 net ads join -U "administrator%$PASSWORD"
	start member1 winbindd -F --no-process-group
	run member1 15 sh -c "echo '$PASSWORD' | kinit administrator"
	run member1 15 smbclient --use-kerberos=required -c 'recurse; ls' //dc1.corp.example/sysvol
	run member1 15 ldapsearch -Y GSSAPI -N -H ldap://dc1.corp.example -LLL \
		-b dc=corp,dc=example '(objectClass=computer)' name
	run member1 15 ldapsearch -x -H ldap://dc1.corp.example -LLL -b '' -s base
	run member1 15 rpcclient --use-kerberos=required -c 'querydominfo' dc1.corp.example
	run member1 10 wbinfo -i 'CORP\administrator'
}

PASSWORD='Only-4-this-recording'

scene domain 49
network
controller
member
record router members
logging_on
sleep 2
publish pcapng
