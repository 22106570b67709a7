"""Counts the bytes of unicast IP packets in classic little-endian pcaps of
Ethernet, by itself; compares with the paths of a report.

usage: e2e_cost.py REPORT PCAP
"""

import json
import struct
import sys


def frames(path):
    with open(path, "rb") as file:
        data = file.read()
    at = 24
    while at < len(data):
        captured = struct.unpack_from("<I", data, at + 8)[0]
        yield data[at + 16 : at + 16 + captured]
        at += 16 + captured


def unicast_len(frame):
    """The IP length of a unicast datagram, 0 for all else; and its family."""
    at = 12
    while frame[at : at + 2] in (b"\x81\x00", b"\x88\xa8"):
        at += 4
    kind, ip = frame[at : at + 2], frame[at + 2 :]
    if kind == b"\x08\x00" and frame[:6] != b"\xff" * 6 and ip[16] < 224:
        return int.from_bytes(ip[2:4], "big"), "ipv4"
    if kind == b"\x86\xdd" and ip[24] != 0xFF:
        return int.from_bytes(ip[4:6], "big") + 40, "ipv6"
    return 0, None


def main(report_path, capture):
    with open(report_path, encoding="utf-8") as file:
        report = json.load(file)
    counted = {"ipv4": 0, "ipv6": 0}
    for frame in frames(capture):
        length, family = unicast_len(frame)
        if family:
            counted[family] += length
    rows = [row for path in report["paths"] for row in path["cost"]
            if row["suite"] == "aes-gcm-16" and not row["nat_traversal"]]
    wanted = {"transport": counted, "tunnel": dict.fromkeys(counted, sum(counted.values()))}
    failed = False
    for mode, families in wanted.items():
        for family, length in families.items():
            plain = sum(row["plain_bytes"] for row in rows
                        if (row["mode"], row["outer"]) == (mode, family))
            if plain != length:
                print(f"{mode} over {family}: {plain} bytes instead of {length}")
                failed = True
    if not sum(counted.values()):
        print("no unicast to count")
        failed = True
    sys.exit(failed)


main(*sys.argv[1:])
