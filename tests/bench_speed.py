"""Speed and memory of the audit, beside a bare read of the same capture and
ndpiReader.

usage: bench_speed.py IPSEC-AUDIT [--rounds N] [--folder FOLDER]

BENCH_ROUNDS is the number of rounds, BENCH_INPUTS lists captures to measure
in place of those that are made here from the samples.
"""

import filecmp
import os
import shutil

import bench_lib

NDPI_READER = "ndpiReader"


def inputs(bench, sizes):
    """Name and path of every capture to measure."""
    wanted = os.environ.get("BENCH_INPUTS", "").split()
    if wanted:
        return [(os.path.basename(path), path) for path in wanted]
    flows, packets = str(sizes.flows), str(sizes.packets)
    return [
        ("mix", bench.mix(sizes.copies, 1)),
        ("long", bench.make(f"long-{flows}-{packets}.pcap", "long", flows, packets)),
    ]


def workers():
    """One, two, and as many as there are processors."""
    return sorted({1, 2, bench_lib.processors()})


def programs(bench, capture):
    """Name, command and report, where there is one, of all that is measured."""
    yield "libpcap, read only", [bench.reader, capture], None
    if shutil.which(NDPI_READER):
        yield NDPI_READER, [NDPI_READER, "-q", "-i", capture], None
    for count in workers():
        report = bench.path(f"report-{count}.json")
        command = [bench.audit, "-q", "-j", str(count), "-r", capture, "-o", report]
        yield f"ipsec-audit -j {count}", command, report


def dpi_calls_per_flow(report):
    """None where the report does not say how often nDPI was asked."""
    observation = bench_lib.observation(report)
    if "dpi_calls" not in observation or not observation["flows"]:
        return None
    return observation["dpi_calls"] / observation["flows"]


def measure(bench, name, capture):
    frames, total = bench.count(capture)
    if not frames:
        bench_lib.give_up(f"{capture} holds no frames to measure with")
    names, commands, reports = zip(*programs(bench, capture))
    all_runs = bench_lib.rounds_of(bench, commands)
    times = {name: bench_lib.median(runs, "seconds")
             for name, runs in zip(names, all_runs)}
    floor, rival = times[names[0]], times.get(NDPI_READER)
    rows = [{
        "program": program,
        "seconds": [one.seconds for one in runs],
        "frames_per_second": frames / times[program],
        "times_read": times[program] / floor,
        "times_faster_than_ndpireader": rival and rival / times[program],
        "peak_bytes": int(bench_lib.median(runs, "peak")),
        "dpi_calls_per_flow": report and dpi_calls_per_flow(report),
    } for program, runs, report in zip(names, all_runs, reports)]
    written = [report for report in reports if report]
    same = all(filecmp.cmp(written[0], other, shallow=False) for other in written[1:])
    return {"input": name, "path": capture, "frames": frames, "frame_bytes": total,
            "reports_identical": same, "programs": rows}


def show(result):
    print(f"\n{result['input']}: {result['frames']:,} frames, "
          f"{bench_lib.mebibytes(result['frame_bytes'])}")
    bench_lib.table(
        ["", "packets/s", "x bare read", "x ndpiReader", "peak", "DPI calls/flow"],
        [[row["program"],
          f"{row['frames_per_second']:,.0f}",
          f"{row['times_read']:.2f}",
          bench_lib.figure(row["times_faster_than_ndpireader"], ".1f"),
          bench_lib.mebibytes(row["peak_bytes"]),
          bench_lib.figure(row["dpi_calls_per_flow"], ".2f")]
         for row in result["programs"]])
    counts = ", ".join(f"-j {count}" for count in workers())
    print(f"reports of {counts}: "
          + ("identical" if result["reports_identical"] else "THEY DIFFER"))


def main():
    given, bench = bench_lib.arguments(copies=200, flows=20000, packets=3000000)
    bench.head()
    print("x bare read: its time, in times that of the bare read; less is better")
    print("x ndpiReader: how many times as fast as ndpiReader; more is better")
    if not shutil.which(NDPI_READER):
        print("ndpiReader is not installed (Debian: libndpi-bin), so nothing is "
              "compared with it")
    results = []
    for name, capture in inputs(bench, given):
        results.append(measure(bench, name, capture))
        show(results[-1])
    bench.write("bench.json", {"inputs": results})
    if not all(result["reports_identical"] for result in results):
        bench_lib.give_up("reports differ with the number of workers")


main()
