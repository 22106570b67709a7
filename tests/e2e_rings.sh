#!/bin/sh
# However many capture rings share an interface, the flows are those that the
# file has: what the kernel does not bring together, we do.
#
# usage: e2e_rings.sh IPSEC-AUDIT
# shellcheck disable=SC2317 # functions are called by their names
. "$(dirname "$0")/e2e.lib"
[ "$(id -u)" -eq 0 ] || skip "only root can make network namespaces"
need ip tcpreplay tcpdump sysctl
# shellcheck source=tests/e2e_wire.lib
. tests/e2e_wire.lib

# Conversations whose parts hash apart: each has an ICMP error of a router,
# an answer in fragments, two SPIs, or lies in a tunnel.
cat >"$temp/scatter.py" <<'END'
import socket
import struct
import sys

PAIRS = 32


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def ip(source, target, protocol, payload, number=0, fragment=0x4000):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), number,
                       fragment, 64, protocol, 0, socket.inet_aton(source),
                       socket.inet_aton(target))
    return (head[:10] + struct.pack("!H", checksum(head)) + head[12:] +
            payload)


def tcp(source, target, flags, payload=b""):
    return struct.pack("!HHIIBBHHH", source, target, 1, 1, 0x50, flags, 512,
                       0, 0) + payload


def udp(source, target, payload):
    return struct.pack("!HHHH", source, target, 8 + len(payload), 0) + payload


def too_big(quoted):
    body = struct.pack("!BBHHH", 3, 4, 0, 0, 1400) + quoted[:28]
    return body[:2] + struct.pack("!H", checksum(body)) + body[4:]


def conversations(n):
    client, server, router = f"10.1.0.{n}", "10.2.0.1", f"10.3.0.{n}"
    port = 40000 + n
    yield ip(client, server, 6, tcp(port, 443, 2))
    yield ip(server, client, 6, tcp(443, port, 18))
    data = ip(client, server, 6, tcp(port, 443, 24, bytes(1000)))
    yield data
    yield ip(router, client, 1, too_big(data))
    yield ip(client, server, 17, udp(port, 2049, bytes(100)))
    answer = udp(2049, port, bytes(2000))
    yield (ip(server, client, 17, answer[:1480], n, 0x2000),
           ip(server, client, 17, answer[1480:], n, 1480 // 8))
    for spi in (7 * n, 11 * n):
        ends = (client, server) if spi % 7 == 0 else (server, client)
        yield ip(*ends, 50, struct.pack("!II", spi << 20 | spi, 1) +
                 bytes(64))
    for inner in range(4):
        ends = (f"10.4.{inner}.{n}", "10.5.0.1")
        yield ip(client, server, 47, struct.pack("!HH", 0, 0x800) +
                 ip(*ends, 17, udp(port, 53, bytes(40))))
        yield ip(server, client, 47, struct.pack("!HH", 0, 0x800) +
                 ip(*ends[::-1], 17, udp(53, port, bytes(40))))


def flatten(row):
    for item in row:
        yield from item if isinstance(item, tuple) else (item,)


with open(sys.argv[1], "wb") as out:
    out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
    streams = [conversations(n) for n in range(1, PAIRS + 1)]
    at = 0
    for row in zip(*streams):
        for packet in flatten(row):
            frame = bytes.fromhex("02000000000102000000000208") + b"\0" + packet
            out.write(struct.pack("<IIII", 1700000000, at, len(frame),
                                  len(frame)) + frame)
            at += 500
END

# What a flow is, whenever it was; and how often a packet was too big.
cat >"$temp/flows.py" <<'END'
import json
import sys

lines = []
for line in open(sys.argv[1]):
    flow = json.loads(line)
    lines.append(json.dumps([flow[k] for k in (
        "network", "source", "destination", "ipsec_audit")], sort_keys=True))
print(*sorted(lines), sep="\n")
report = json.load(open(sys.argv[2]))
print("too big:", sum(path["load"]["path_mtu_discovery"]["too_big_flows"]
                      for path in report["paths"]))
END

# rings_heard LOG: how many had frames
rings_heard() {
	grep -c '^wire, ring [0-9]*: [1-9]' "$1"
}

# hear RINGS CAPTURE NAME: what that many rings make of a capture
hear() {
	rings=$1 capture=$2 name_of=$3
	listen "$temp/log" -v -j "$rings" -s samples/segments.json \
		--flows "$temp/live.ndjson" -o "$temp/live.json"
	[ "$rings" -eq 1 ] ||
		grep -q "^wire: $rings capture rings$" "$temp/log" ||
		complain "$(grep '^wire' "$temp/log")"
	ip netns exec "$there" tcpreplay -q -i wire --pps 2000 "$capture" \
		>"$temp/replayed" 2>&1 || cat "$temp/replayed" >&2
	sleep 1
	kill -USR1 "$listener"
	wait_for 5 grep -q 'flows live' "$temp/log" || complain "no counters"
	[ "$rings" -eq 1 ] || [ "$(rings_heard "$temp/log")" -ge 2 ] ||
		complain "$name_of came by one of $rings rings"
	stop TERM
	"$python" "$temp/flows.py" "$temp/live.ndjson" "$temp/live.json" \
		>"$temp/live"
	diff "$temp/file" "$temp/live" >"$temp/diff" || {
		head -c 3000 "$temp/diff" >&2
		complain "$name_of: other flows by $rings rings"
	}
	valid report/report.schema.json "$temp/live.json"
}

"$python" "$temp/scatter.py" "$temp/scatter.pcap"
for sample in scatter pmtu tunnels routing; do
	[ "$sample" = scatter ] ||
		pcap "samples/$sample.pcapng" "$temp/$sample.pcap"
	"$audit" -q -r "$temp/$sample.pcap" -s samples/segments.json \
		--flows "$temp/file.ndjson" -o "$temp/file.json" ||
		complain "exit $? of $sample"
	"$python" "$temp/flows.py" "$temp/file.ndjson" "$temp/file.json" \
		>"$temp/file"
	for rings in 1 2 4; do
		hear "$rings" "$temp/$sample.pcap" "$sample"
	done
	[ "$sample" != scatter ] || grep -qx 'too big: 32' "$temp/file" ||
		complain "$(tail -n 1 "$temp/file"), and not 32"
done

# Told to stop amidst traffic, it has reported within a second.
listen "$temp/log" -v -j 2 -o "$temp/live.json"
ip netns exec "$there" tcpreplay -q -i wire --loop 0 --pps 20000 \
	"$temp/scatter.pcap" >"$temp/replayed" 2>&1 &
replay=$!
sleep 1
kill -TERM "$listener"
wait_for 1 ended || complain "not over within a second"
kill "$replay"
wait "$listener" || complain "exit $? after TERM"
listener=
[ "$(figure "$temp/live.json" frames)" -gt 0 ] || complain "no last report"

# An interface that goes away is said once, whatever came by its rings.
listen "$temp/log" -v -j 2 -o "$temp/live.json"
ip netns exec "$there" tcpreplay -q -i wire "$temp/scatter.pcap" \
	>"$temp/replayed" 2>&1
ip -n "$there" link delete wire
wait_for 5 ended || complain "goes on without an interface"
wait "$listener"
[ $? -eq 1 ] || complain "it is no failure that the interface disappears"
listener=
[ "$(grep -c 'wire: the interface disappeared$' "$temp/log")" -eq 1 ] ||
	complain "$(cat "$temp/log")"
valid report/report.schema.json "$temp/live.json"
finish "flows are the same by 1, 2 and 4 rings as in the file"
