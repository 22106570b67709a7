"""Rewrites a classic little-endian pcap with microseconds from standard input
to standard output.

usage: e2e_pcap.py later SECONDS     every frame so much later
       e2e_pcap.py nanoseconds       as classic pcap with nanoseconds
       e2e_pcap.py big-endian        as classic pcap of the other byte order
       e2e_pcap.py pcapng            as pcapng with nanoseconds
       e2e_pcap.py short BYTES       with a snap length
       e2e_pcap.py halves N FILE     to standard output up to frame N, the rest
                                     to FILE
"""

import struct
import sys

HEADER = struct.Struct("<IHHiIII")
FRAME = struct.Struct("<IIII")
MICROSECONDS = 0xA1B2C3D4
NANOSECONDS = 0xA1B23C4D


def read(stream):
    """The header's fields, and frames as (seconds, microseconds, len, bytes)."""
    header = list(HEADER.unpack(stream.read(HEADER.size)))
    assert header[0] == MICROSECONDS
    frames = []
    while head := stream.read(FRAME.size):
        seconds, part, captured, length = FRAME.unpack(head)
        frames.append((seconds, part, length, stream.read(captured)))
    return header, frames


def classic(out, header, frames, order="<"):
    out.write(struct.pack(order + HEADER.format[1:], *header))
    for seconds, part, length, data in frames:
        out.write(struct.pack(order + "IIII", seconds, part, len(data), length) + data)


def block(kind, body):
    body += bytes(-len(body) % 4)
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


def pcapng(out, header, frames):
    resolution = struct.pack("<HHBxxxHH", 9, 1, 9, 0, 0)
    out.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
    out.write(block(1, struct.pack("<HHI", header[6], 0, header[5]) + resolution))
    out.write(block(0x0BADF00D, b"a block that nobody knows"))
    for seconds, part, length, data in frames:
        time = seconds * 10**9 + part * 1000
        head = struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, len(data), length)
        out.write(block(6, head + data))


def main(what, argument="0", path=None):
    header, frames = read(sys.stdin.buffer)
    number = int(argument)
    out = sys.stdout.buffer
    if what == "later":
        frames = [(seconds + number, *rest) for seconds, *rest in frames]
    elif what == "nanoseconds":
        header[0] = NANOSECONDS
        frames = [(s, part * 1000, *rest) for s, part, *rest in frames]
    elif what == "short":
        header[5] = number
        frames = [(*rest, data[:number]) for *rest, data in frames]
    elif what == "halves":
        with open(path, "wb") as rest:
            classic(rest, header, frames[number:])
        frames = frames[:number]
    if what == "pcapng":
        pcapng(out, header, frames)
    else:
        classic(out, header, frames, ">" if what == "big-endian" else "<")


if __name__ == "__main__":
    main(*sys.argv[1:])
