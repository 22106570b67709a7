# shellcheck shell=bash
# What every scene needs: machines, wires, a recorder, and a way home.
#
# A machine is a network namespace with its own host name, /run, /etc and
# /var, so that unmodified Debian daemons run side by side as if each were
# alone, and nothing of this computer's configuration is changed or recorded.
#
#   scene NAME NUMBER      begin; NUMBER keeps hardware addresses apart
#   machine NAME...        switch machines on
#   wire A IF B IF         connect two machines by an Ethernet cable
#   address M IF CIDR...   bring an interface up with these addresses
#   on M COMMAND           set something up; failure ends the scene
#   start M COMMAND        leave a daemon running until the scene ends
#   run M SECONDS COMMAND  act for at most so long; failure is only reported
#   provoke M SECONDS CMD  the same where failure is what is wanted
#   record M IF            start recording
#   publish pcap|pcapng    stop recording and keep the sample

set -u -o pipefail

SCENES=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
SAMPLES=${SAMPLES:-$(dirname "$SCENES")}
RECORDER=

say() { printf '%s: %s\n' "$SCENE" "$*" >&2; }
die() { say "$*"; exit 1; }

scene()
{
	SCENE=$1
	SCENE_NUMBER=$2
	CARDS=0
	# Two recordings at the same time must not share a machine.
	PREFIX=audit$$
	WORK=$(mktemp -d "/tmp/$PREFIX.XXXXXX")
	chmod 755 "$WORK"
	mkdir "$WORK/log" "$WORK/spaces"
	# Mounts made for one machine must not show through in the others.
	mount --bind "$WORK/spaces" "$WORK/spaces"
	mount --make-private "$WORK/spaces"
	trap leave EXIT
	trap 'exit 1' INT TERM HUP
}

# Everything that runs in our namespaces was started by us, including what
# daemons forked behind our back, so the namespaces say what to end.
leave()
{
	local spaces file
	trap - EXIT
	spaces=$(ip netns list | awk -v p="$PREFIX-" 'index($1, p) == 1 { print $1 }')
	end_all TERM "$spaces"
	end_all KILL "$spaces"
	for space in $spaces; do ip netns delete "$space"; done
	for file in "$WORK"/spaces/*; do umount "$file" 2>/dev/null; done
	umount "$WORK/spaces"
	[ -z "${KEEP_LOGS-}" ] || cp -r "$WORK/log/." "$KEEP_LOGS"
	rm -rf "$WORK"
}

end_all()
{
	local space tries left
	for tries in 1 2 3 4 5 6 7 8; do
		left=$(for space in $2; do ip netns pids "$space"; done)
		[ "$left" ] || return
		# shellcheck disable=SC2086 # one word for each number
		[ "$tries" != 1 ] || kill -s "$1" $left 2>/dev/null
		sleep 0.2
	done
}

machine()
{
	local name
	for name; do
		ip netns add "$PREFIX-$name" || die "cannot make machine $name"
		touch "$WORK/spaces/$name.mnt" "$WORK/spaces/$name.uts"
		nsenter --net="/run/netns/$PREFIX-$name" \
			unshare --uts="$WORK/spaces/$name.uts" --mount="$WORK/spaces/$name.mnt" \
			sh -c "$FURNISH" "$name" ||
			die "cannot furnish machine $name"
		ip -n "$PREFIX-$name" link set dev lo up
	done
}

# An overlay discards what a daemon writes when its machine is switched off.
# shellcheck disable=SC2016
FURNISH='
	hostname "$0"
	mount -t sysfs sysfs /sys
	mount -t tmpfs -o mode=755 tmpfs /run
	for tree in etc var; do
		mkdir -p /run/.$tree/upper /run/.$tree/work
		options=lowerdir=/$tree,upperdir=/run/.$tree/upper,workdir=/run/.$tree/work
		mount -t overlay -o $options overlay /$tree || exit
	done
	echo "127.0.0.1 localhost $0" >/etc/hosts'

# The way into a machine is an array, so that "$!" is the program's own number.
door()
{
	DOOR=(nsenter --net="/run/netns/$PREFIX-$1" --mount="$WORK/spaces/$1.mnt"
		--uts="$WORK/spaces/$1.uts" --)
}

enter()
{
	door "$1"
	"${DOOR[@]}" "${@:2}"
}

on() { enter "$@" || die "failed on $*"; }

start()
{
	local log
	command -v "$2" >/dev/null || { say "skipped, not installed: $2"; return; }
	log=$WORK/log/$1-${2##*/}
	door "$1"
	"${DOOR[@]}" "${@:2}" </dev/null >>"$log" 2>&1 &
	STARTED=$!
	# The shell would announce the end of every daemon when the scene is over.
	disown "$STARTED"
}

run()
{
	local name=$1 seconds=$2 log
	shift 2
	command -v "$1" >/dev/null || { say "skipped, not installed: $1"; return; }
	log=$WORK/log/$name-${1##*/}
	enter "$name" timeout "$seconds" "$@" </dev/null >>"$log" 2>&1 ||
		say "ended with $?: $name: $*"
}

# For what is meant to go unanswered.
provoke() { run "$@" 2>/dev/null; }

# For programs whose answer is the point: waits until COMMAND succeeds.
await()
{
	local name=$1 seconds=$2
	shift 2
	for ((i = 0; i < seconds * 5; i++)); do
		enter "$name" "$@" </dev/null >/dev/null 2>&1 && return
		sleep 0.2
	done
	say "waited in vain: $name: $*"
}

hardware_address()
{
	CARDS=$((CARDS + 1))
	printf -v HARDWARE '02:00:00:%02x:00:%02x' "$SCENE_NUMBER" "$CARDS"
}

wire()
{
	local first second
	hardware_address; first=$HARDWARE
	hardware_address; second=$HARDWARE
	ip link add name "$2" netns "$PREFIX-$1" address "$first" type veth \
		peer name "$4" netns "$PREFIX-$3" address "$second" ||
		die "cannot wire $1 to $3"
	real_frames "$1" "$2"
	real_frames "$3" "$4"
}

# Virtual cables pass 64 kB segments without checksums; a network does not.
real_frames()
{
	enter "$1" ethtool -K "$2" tx off tso off gso off gro off >/dev/null 2>&1
	enter "$1" ip link set dev "$2" up
}

address()
{
	local name=$1 card=$2 cidr
	shift 2
	for cidr; do on "$name" ip address add "$cidr" dev "$card"; done
	on "$name" ip link set dev "$card" up
}

gateway()
{
	local name=$1 router
	shift
	for router; do on "$name" ip route add default via "$router"; done
}

# An IPv6 address is not used as a source until nobody else has claimed it.
settled()
{
	local name
	for name; do
		await "$name" 5 sh -c '! ip -6 address show tentative | grep -q inet6'
	done
}

forwards()
{
	local name
	for name; do
		on "$name" sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	done
}

resolver()
{
	local name
	echo "nameserver $1" >"$WORK/resolv.conf"
	for name in "${@:2}"; do on "$name" cp "$WORK/resolv.conf" /etc/resolv.conf; done
}

# Marks what leaves a machine the way a phone or its switch port would.
mark()
{
	on "$1" nft add table ip marks
	on "$1" nft add chain ip marks out '{ type filter hook output priority 0; }'
	on "$1" nft add rule ip marks out "$2" ip dscp set "$3"
}

# Where IPv6 is not the subject its chatter would only hide the subject.
only_ipv4()
{
	local name
	for name; do
		on "$name" sysctl -q -w net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv6.conf.default.disable_ipv6=1
	done
}

# A switch that knows VLANs and port mirroring, without help from the kernel.
switch()
{
	local name=$1
	on "$name" mkdir -p /run/openvswitch /var/lib/openvswitch
	on "$name" ovsdb-tool create /run/openvswitch/conf.db \
		/usr/share/openvswitch/vswitch.ovsschema
	start "$name" ovsdb-server /run/openvswitch/conf.db -vsyslog:off \
		--remote=punix:/run/openvswitch/db.sock
	await "$name" 5 ovs-vsctl --no-wait init
	start "$name" ovs-vswitchd -vsyslog:off
	bridge "$name" br0
}

bridge()
{
	hardware_address
	on "$1" ovs-vsctl --timeout=10 add-br "$2" -- set bridge "$2" datapath_type=netdev \
		other_config:forward-bpdu=true "other_config:hwaddr=\"$HARDWARE\""
}

# The mirror port is a trunk, so frames reach the recorder with their VLAN tag.
mirror()
{
	wire "$1" span "$1" recorder
	on "$1" ovs-vsctl add-port br0 span -- --id=@port get port span -- \
		--id=@mirror create mirror name=span select_all=true output_port=@port -- \
		set bridge br0 mirrors=@mirror >/dev/null
}

record()
{
	RAW=$WORK/raw.pcap
	door "$1"
	"${DOOR[@]}" tcpdump -Z root -i "$2" -s 0 -B 16384 -U --immediate-mode \
		-w "$RAW" "${@:3}" 2>"$WORK/log/recorder" &
	RECORDER=$!
	await "$1" 5 test -s "$RAW"
}

# pcapng by editcap rather than dumpcap, which would write the name of this
# computer's kernel and processor into the file.
publish()
{
	local format=$1
	kill -TERM "$RECORDER"
	wait "$RECORDER"
	tcpdump -r "$RAW" -c 1 2>/dev/null | grep -q . || die "nothing was recorded"
	editcap -F "$format" "$RAW" "$WORK/kept" || die "cannot convert the recording"
	install -m 644 "$WORK/kept" "$SAMPLES/$SCENE.$format"
	say "$(tail -n 3 "$WORK/log/recorder" | paste -sd ' ')"
}
