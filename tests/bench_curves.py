"""Whether a packet costs more where there is more of something: segments,
signatures, or live flows.

A packet's cost is the difference between two captures of the same flows,
hosts and paths, one of which has more packets: so neither reading a map nor
writing a report is in it. Those are shown beside it. Times are processor time
of one worker, which bears other work on the machine better than a clock.

usage: bench_curves.py IPSEC-AUDIT [--rounds N] [--folder FOLDER]
"""

import ipaddress
import json
import os
import random
import struct

import bench_lib

PLENTY = "4G"  # of memory, so that no budget is what is measured


def empty_capture(bench):
    path = bench.path("empty.pcap")
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    return path


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file)


def segment_map(bench, count):
    """A map of so many segments. Between them they share out 10.0.0.0/8 and
    192.0.0.0/8, where the samples' traffic is, evenly; most see none of it."""
    extra = 1
    while 2 << extra < count:
        extra += 1
    pieces = [piece for pair in zip(
        *(ipaddress.ip_network(net).subnets(prefixlen_diff=extra)
          for net in ("10.0.0.0/8", "192.0.0.0/8"))) for piece in pair]
    segments = [{"name": f"segment-{i}", "prefixes": [f"fd00:{i:x}::/32"]}
                for i in range(count)]
    for i, piece in enumerate(pieces):
        segments[i % count]["prefixes"].append(str(piece))
    path = bench.path(f"segments-{count}.json")
    write_json(path, {"segments": segments})
    return path


def match_of(i, dice):
    """What a signature looks for: mostly a port of its own with a payload, at
    times a busy port, a group, a size, or what nDPI says."""
    payload = {"offset": dice.choice((0, 0, 0, 2, 4, 8)), "bytes": dice.randbytes(4).hex()}
    transport = dice.choice(("tcp", "udp"))
    own_port = 1024 + i * 13 % 60000
    return dice.choices((
        [{"transport": transport, "port": own_port, "payload": payload}],
        [{"transport": transport, "port": own_port, "packets": "20-"}],
        [{"transport": transport, "port": dice.choice((443, 80, 53, 22, 5060, 123, 445)),
          "payload": payload}],
        [{"transport": "udp", "destination": f"239.{dice.randrange(256)}.{i % 256}.1/32"}],
        [{"application": dice.choice(("TLS", "HTTP", "DNS", "SIP", "RTP")),
          "payload-length": f"{400 + i % 900}-{410 + i % 900}"},
         {"transport": transport, "any-port": own_port, "payload": payload}],
    ), weights=(6, 1, 1, 1, 1))[0]


def signatures(bench, count):
    """A folder of so many more signatures."""
    dice = random.Random(count)
    column = {"host": "needs-exemption", "gateway-policy": "degrades",
              "gateway-route": "protected", "remote-access": "needs-exemption"}
    folder = bench.path(f"signatures-{count}")
    os.makedirs(folder, exist_ok=True)
    write_json(os.path.join(folder, "made.json"), {"signatures": [{
        "id": f"made-{i}", "name": f"Made up, number {i}", "category": "bulk",
        "match": match_of(i, dice), "impact": column, "benefits": True,
        "why": "Made up to see what one more signature costs.",
        "remedy": ["bypass"], "references": []} for i in range(count)]})
    bench_lib.said_by([bench.audit, "check", folder])
    return folder


def built_in(bench):
    """How many signatures the program comes with."""
    listed = bench_lib.said_by([bench.audit, "explain"])
    return sum(line.startswith("  ") for line in listed.splitlines())


def measure(bench, points):
    """A row for each point: what it is, its options, a shorter and a longer
    capture."""
    nothing = empty_capture(bench)
    frames = {path: bench.count(path)[0] for point in points for path in point[2:]}
    all_runs = iter(bench_lib.rounds_of(bench, [
        [bench.audit, "-q", "-j", "1", *options, "-r", capture,
         "-o", bench.path("report-curve.json")]
        for _, options, short, long in points for capture in (nothing, short, long)]))
    for label, _, short, long in points:
        runs = [next(all_runs) for _ in range(3)]
        start, first, second = (bench_lib.median(each, "cpu") for each in runs)
        packet = (second - first) / (frames[long] - frames[short])
        yield {
            "label": label,
            "frames": frames[long] - frames[short],
            "ns_per_frame": packet * 1e9,
            "start_seconds": start,
            "once_seconds": first - start,
            "once_frames": frames[short],
            "peak_bytes": int(bench_lib.median(runs[2], "peak")),
        }


def show(title, what, once, rows):
    print(f"\n{title}")
    bench_lib.table(
        [what, "ns/packet", "x first", "start s", once + " s", "peak"],
        [[row["label"],
          f"{row['ns_per_frame']:,.0f}",
          f"{row['ns_per_frame'] / rows[0]['ns_per_frame']:.2f}",
          f"{row['start_seconds']:.2f}",
          f"{row['once_seconds']:.2f}",
          bench_lib.mebibytes(row["peak_bytes"])]
         for row in rows])
    return rows


def curve_segments(bench, sizes):
    mixes = bench.mix(sizes.copies, 1), bench.mix(sizes.copies, sizes.repeats)
    rows = measure(bench, [
        (f"{count:,}", ["--memory", PLENTY, "-s", segment_map(bench, count)], *mixes)
        for count in (10, 100, 1000, 10000) if count <= sizes.segments])
    return show("Segments in the map", "segments", "first pass and report", list(rows))


def curve_signatures(bench, sizes):
    mixes = bench.mix(sizes.copies, 1), bench.mix(sizes.copies, sizes.repeats)
    options = ["--memory", PLENTY, "-s", "samples/segments.json"]
    ours = built_in(bench)
    points = [(f"{ours:,}", options, *mixes)]
    points += [(f"{count:,}", options + ["--signatures", signatures(bench, count - ours)],
                *mixes) for count in (1000, 4000) if ours < count <= sizes.signatures]
    return show("Signatures", "signatures", "first pass and report",
                list(measure(bench, points)))


def curve_flows(bench, sizes, memory):
    points = []
    count = 1000
    while count <= sizes.flows:
        long = bench.make(f"flows-{count}-{sizes.packets}.pcap", "flows", str(count),
                          str(sizes.packets))
        short = bench.make(f"flows-{count}-1.pcap", "flows", str(count), "1")
        points.append((f"{count:,}", ["--memory", memory], short, long))
        count *= 10
    return show(f"Live flows, --memory {memory}", "flows", "opening and report",
                list(measure(bench, points)))


def main():
    given, bench = bench_lib.arguments(copies=32, repeats=8, segments=10000,
                                       signatures=4000, flows=1000000, packets=4000000)
    bench.head()
    print("processor time of one worker; a packet's cost is the difference that "
          "further packets make")
    bench.write("curves.json", {
        "segments": curve_segments(bench, given),
        "signatures": curve_signatures(bench, given),
        "flows": curve_flows(bench, given, PLENTY),
        "flows_default_memory": curve_flows(bench, given, "512M"),
    })


main()
