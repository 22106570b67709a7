#!/bin/bash
# Records the samples anew, as root, on Debian 12:
#
#   samples/record.sh --install      install the programs that act in them
#   samples/record.sh [NAME...]      record all samples, or those named
#
# Everything happens between network namespaces of this computer: nothing is
# sent to any real network. KEEP_LOGS=DIRECTORY keeps what the actors said.

set -u

SCENES="office pmtu multicast routing voip p2p tunnels ike time ipv6 domain"

# The recorder and its network; the actors, in order of appearance; what the
# map of networks needs.
PACKAGES="
	iproute2 util-linux ethtool nftables openvswitch-switch tcpdump
	wireshark-common iputils-ping openssl procps
	dnsmasq-base busybox isc-dhcp-client radvd lldpd llmnrd avahi-daemon
	avahi-utils dbus miniupnpc minidlna etherwake samba smbclient nginx-light
	curl openssh-server openssh-client postgresql-15 postgresql-client-15 snmpd
	snmp chrony fping socat bsdutils sip-tester transmission-daemon
	transmission-cli opentracker
	iperf3 iperf traceroute bind9-dnsutils frr keepalived
	wireguard-go wireguard-tools openvpn xl2tpd
	charon-systemd strongswan-swanctl libcharon-extra-plugins
	libstrongswan-standard-plugins libstrongswan-extra-plugins linuxptp
	samba-ad-provision samba-dsdb-modules samba-vfs-modules winbind krb5-user
	ldap-utils libsasl2-modules-gssapi-mit
	libmaxmind-db-writer-perl"

# Debian starts a daemon when it is installed, unless this file forbids it.
install_actors()
{
	local policy=/usr/sbin/policy-rc.d
	if [ ! -e $policy ]; then
		printf '#!/bin/sh\nexit 101\n' >$policy
		chmod 755 $policy
		# shellcheck disable=SC2064 # the path is known now
		trap "rm -f $policy" EXIT
	fi
	apt-get update
	# shellcheck disable=SC2086 # one word for each package
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $PACKAGES
}

record()
{
	local scene=$HERE/scenes/$1.sh
	case " $SCENES " in
	*" $1 "*) ;;
	*) echo "no sample is called \"$1\"; there are: $SCENES" >&2; return 2 ;;
	esac
	[ -z "${KEEP_LOGS-}" ] || mkdir -p "$KEEP_LOGS/$1"
	KEEP_LOGS=${KEEP_LOGS:+$KEEP_LOGS/$1} timeout --foreground -k 130 240 "$scene"
}

HERE=$(cd "$(dirname "$0")" && pwd)
[ "$(id -u)" = 0 ] || { echo "only root can make network namespaces" >&2; exit 1; }

if [ "${1-}" = --install ]; then
	install_actors
	exit
fi

failed=0
# shellcheck disable=SC2086 # one word for each scene
[ $# -gt 0 ] || set -- $SCENES
for name; do
	record "$name" || { echo "$name: not recorded" >&2; failed=1; }
done
"$HERE/mmdb/make-mmdb.pl" "$HERE/outside.mmdb" || failed=1
exit $failed
