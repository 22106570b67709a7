#!/usr/bin/python3
"""Policies of the kernel, and those that a report's exemptions mean.

usage: e2e_policies.py installed              of this network namespace
       e2e_policies.py intended REPORT        by its exemptions for one model
       e2e_policies.py same OLD NEW           but for DHCP, see below
       e2e_policies.py mirrored OLD NEW       NEW has OLD, and their mirror
                                              images, and nothing else

One policy is one line: direction, source, target, protocol, and value/mask of
the ports, which for ICMP are type and code. What a report says of DHCP does
not tell clients, whom the baseline exempts, from relays, whom it does not: of
DHCP only the baseline is compared.
"""
import ipaddress
import json
import socket
import struct
import sys

DIRECTIONS = ["in", "out", "fwd"]
XFRM_MSG_GETPOLICY = 0x15
NLM_F_DUMP = 0x301
NLMSG_DONE = 3
XFRMA_TMPL = 5
ICMP = {1, 58}
ANSWERS = {(1, 8): 0, (1, 13): 14, (1, 15): 16, (1, 17): 18, (58, 128): 129,
           (58, 139): 140}
NUMBERS = {"icmp": 1, "igmp": 2, "tcp": 6, "udp": 17, "gre": 47, "esp": 50,
           "ah": 51, "ipv6-icmp": 58, "eigrp": 88, "ospfigp": 89, "ospf": 89,
           "pim": 103, "vrrp": 112, "sctp": 132, "rsvp": 46, "ipv4": 4,
           "ipv6": 41, "l2tp": 115, "ipip": 94}
# Of these programs write the header, and Linux looks for protocol 255.
OWN_HEADER = {46, 88, 89, 103, 112}


def line(direction, source, target, protocol, ports):
    return " ".join([direction, str(source), str(target), str(protocol),
                     "%d/%#x %d/%#x" % ports])


def network(address, length, family):
    size = 4 if family == socket.AF_INET else 16
    return ipaddress.ip_network((address[:size], length))


def policy(message):
    """The line of one message; None if it is a socket's or protects."""
    target, source = message[0:16], message[16:32]
    dport, dmask, sport, smask = struct.unpack("!4H", message[32:40])
    family, target_len, source_len, protocol = struct.unpack(
        "=H3B", message[40:45])
    direction, action = message[160], message[161]
    attributes = message[168:]
    while len(attributes) >= 4:
        length, kind = struct.unpack("=2H", attributes[:4])
        if kind == XFRMA_TMPL:
            return None
        attributes = attributes[(length + 3) & ~3:]
    if direction >= len(DIRECTIONS) or action != 0:
        return None
    return line(DIRECTIONS[direction], network(source, source_len, family),
                network(target, target_len, family), protocol,
                (sport, smask, dport, dmask))


def installed():
    """All policies that let past, by netlink, which shows the masks too."""
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 6)
    link.send(struct.pack("=IHHII", 16 + 64, XFRM_MSG_GETPOLICY, NLM_F_DUMP,
                          1, 0) + bytes(64))
    while True:
        data = link.recv(1 << 20)
        while len(data) >= 16:
            length, kind = struct.unpack("=IH", data[:6])
            if kind == NLMSG_DONE:
                return
            text = policy(data[16:length])
            if text:
                yield text
            data = data[(length + 3) & ~3:]


def baseline():
    any4, any6 = "0.0.0.0/0", "::/0"

    def both(network_, protocol, ports):
        for direction in ("in", "out"):
            yield line(direction, network_, network_, protocol, ports)

    def icmp(kind, code):
        return (kind, 0xffff, code, 0xffff)

    def udp(source, target):
        return (source, 0xffff, target, 0xffff)

    for kind in range(133, 138):
        yield from both(any6, 58, icmp(kind, 0))
    yield from both(any4, 1, icmp(3, 4))
    yield from both(any6, 58, icmp(2, 0))
    for source, target in ((68, 67), (67, 68)):
        yield from both(any4, 17, udp(source, target))
    for source, target in ((546, 547), (547, 546)):
        yield from both(any6, 17, udp(source, target))
    for network_ in (any4, any6):
        yield from both(network_, 50, (0, 0, 0, 0))
        for port in (500, 4500):
            yield from both(network_, 17, udp(port, port))


def selectors(rule, protocol, to_service):
    """Values and masks of the ports, or of type and code."""
    if protocol in ICMP:
        for icmp in rule["icmp"]:
            kind = icmp["type"]
            if not to_service and rule["kind"] == "service":
                kind = ANSWERS.get((protocol, kind), kind)
            yield (kind, 0xffff, icmp["code"], 0xffff)
        return
    if not rule["ports"]:
        yield (0, 0, 0, 0)
    for ports in rule["ports"]:
        for port in range(ports["first"], ports["last"] + 1):
            yield ((0, 0, port, 0xffff) if to_service
                   else (port, 0xffff, 0, 0))


def one_way(rule, source_end, target_end, to_service):
    protocol = NUMBERS.get(rule["transport"]) or int(rule["transport"])
    group = rule["kind"] == "group"
    ours = [group or end["segment"] != "outside"
            for end in (source_end, target_end)]
    for source in source_end["prefixes"]:
        for target in target_end["prefixes"]:
            for ports in selectors(rule, protocol, to_service):
                if ours[0]:
                    yield line("out", source, target, protocol, ports)
                if ours[1]:
                    yield line("in", source, target, protocol, ports)
                if ours[0] and protocol in OWN_HEADER and "." in source:
                    yield line("out", source, target, 255, (0, 0, 0, 0))


def rules_of(report):
    for path in json.load(open(report, encoding="utf-8"))["paths"]:
        for rule in path["exemptions"]:
            ends = rule["clients"], rule["service"]
            if "to-service" in rule["directions"]:
                yield from one_way(rule, *ends, True)
            if "from-service" in rule["directions"]:
                yield from one_way(rule, *ends[::-1], False)


def is_exempt_anyway(text, always):
    """An ICMP type of the baseline, between any addresses."""
    direction, source, _, protocol, *ports = text.split()
    every = "::/0" if ":" in source else "0.0.0.0/0"
    return int(protocol) in ICMP and \
        " ".join([direction, every, every, protocol, *ports]) in always


def intended(report):
    always = set(baseline())
    yield from always
    for text in rules_of(report):
        if not is_exempt_anyway(text, always):
            yield text


def is_dhcp(text):
    sport, dport = text.split()[4:]
    ports = {int(port.split("/")[0]) for port in (sport, dport)}
    return text.split()[3] == "17" and 0 in ports and \
        bool(ports & {67, 68, 546, 547})


def same(old, new):
    first, second = ({text for text in open(path).read().splitlines()
                      if not is_dhcp(text)} for path in (old, new))
    for text in sorted(first - second):
        print("missing:", text)
    for text in sorted(second - first):
        print("too much:", text)
    return first == second


def is_baseline_of_daemons(text):
    """IKE's sockets are exempt already where a daemon owns them."""
    return text.split()[3] == "50" or " 500/0xffff 500/" in text or \
        " 4500/0xffff 4500/" in text


def normal(text):
    """Code 0 is any code to a daemon, but for type 0; ports with a mask are
    one by one."""
    direction, source, target, protocol, sport, dport = text.split()
    if int(protocol) in ICMP and dport == "0/0xffff":
        dport = "0/0x0"
    if int(protocol) in ICMP:
        yield " ".join([direction, source, target, protocol, sport, dport])
        return

    def each(port):
        value, mask = (int(part, 0) for part in port.split("/"))
        if not mask:
            return ["0/0x0"]
        return ["%d/0xffff" % (value + i) for i in range((~mask & 0xffff) + 1)]

    for first in each(sport):
        for second in each(dport):
            yield " ".join([direction, source, target, protocol, first,
                            second])


def mirror(text):
    """What a daemon makes of a selector besides: its other direction."""
    direction, source, target, protocol, sport, dport = text.split()
    other = {"in": "out", "out": "in"}[direction]
    if int(protocol) in ICMP:
        return " ".join([other, target, source, protocol, sport, dport])
    return " ".join([other, target, source, protocol, dport, sport])


def read(path):
    found = set()
    with open(path, encoding="utf-8") as file:
        for text in file.read().splitlines():
            if not is_dhcp(text):
                found.update(normal(text))
    return found


def mirrored(old, new):
    wanted = {text for text in read(old) if not is_baseline_of_daemons(text)}
    found = {text for text in read(new) if not text.startswith("fwd")}
    allowed = wanted | {mirror(text) for text in wanted}
    for text in sorted(wanted - found):
        print("missing:", text)
    for text in sorted(found - allowed):
        print("too much:", text)
    for text in sorted(found):
        if text.split()[3:] == ["0", "0/0x0", "0/0x0"]:
            print("no narrower than addresses:", text)
    return wanted <= found <= allowed


def main(command, *arguments):
    if command in ("same", "mirrored"):
        compare = same if command == "same" else mirrored
        return 0 if compare(*arguments) else 1
    lines = installed() if command == "installed" else intended(*arguments)
    for text in sorted(set(lines)):
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
