"""Speed and memory of the audit under a flood of strangers, beside its normal
speed; and what became of the flows that were established before.

usage: bench_flood.py IPSEC-AUDIT [--rounds N] [--folder FOLDER]
"""

import subprocess

import bench_lib
import e2e_flood

BUDGET = 512 << 20  # the program's default
FLOODS = {
    "calm": "no flood: the established flows alone",
    "syns": "SYNs from anywhere to one server",
    "strangers": "datagrams from anywhere to anywhere",
    "answered": "the same, each answered once",
}


def kept(bench, capture):
    """How many established flows are one record in the flow log. The log of a
    flood is long, so it is read as it comes."""
    command = [bench.audit, "-q", "-r", capture, "-o", "/dev/null", "--flows", "/dev/stdout"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        records = e2e_flood.established(child.stdout)
    if child.returncode:
        bench_lib.give_up(f"exit {child.returncode} of {' '.join(command)}")
    return sum(len(parts) == 1 for parts in records.values())


def main():
    given, bench = bench_lib.arguments(copies=200, flows=2000, packets=4000000)
    flows, packets = str(given.flows), str(given.packets)
    captures = {"mix": bench.mix(given.copies, 1)}
    for kind in FLOODS:
        captures[kind] = bench.make(f"{kind}-{flows}-{packets}.pcap", kind, flows, packets)
    frames = {kind: bench.count(path)[0] for kind, path in captures.items()}
    reports = {kind: bench.path(f"report-{kind}.json") for kind in captures}
    all_runs = bench_lib.rounds_of(bench, [
        [bench.audit, "-q", "-r", path, "-o", reports[kind]]
        for kind, path in captures.items()])
    speed = {kind: frames[kind] / bench_lib.median(runs, "seconds")
             for kind, runs in zip(captures, all_runs)}
    results = []
    for kind, runs in zip(captures, all_runs):
        observation = bench_lib.observation(reports[kind])
        results.append({
            "input": kind,
            "frames": frames[kind],
            "seconds": [one.seconds for one in runs],
            "frames_per_second": speed[kind],
            "times_calm": speed[kind] / speed["calm"],
            "times_mix": speed[kind] / speed["mix"],
            "peak_bytes": int(bench_lib.median(runs, "peak")),
            "evicted_flows": observation["evicted_flows"],
            "refused": observation["refused"],
            "established": given.flows if kind in FLOODS else None,
            "established_kept": kept(bench, captures[kind]) if kind in FLOODS else None,
        })
    show(bench, results)
    bench.write("flood.json", {"budget_bytes": BUDGET, "inputs": results})


def show(bench, results):
    print("\nUnder a flood, with the default budget of "
          f"{bench_lib.mebibytes(BUDGET)} and workers")
    bench.head()
    for kind, meaning in FLOODS.items():
        print(f"{kind}: {meaning}")
    print()
    bench_lib.table(
        ["", "packets/s", "x calm", "x mix", "peak", "of budget", "evicted", "refused",
         "established flows kept"],
        [[row["input"],
          f"{row['frames_per_second']:,.0f}",
          f"{row['times_calm']:.2f}",
          f"{row['times_mix']:.2f}",
          bench_lib.mebibytes(row["peak_bytes"]),
          f"{row['peak_bytes'] / BUDGET:.0%}",
          f"{row['evicted_flows']:,}",
          f"{row['refused']:,}",
          "-" if row["established"] is None
          else f"{row['established_kept']:,} of {row['established']:,}"]
         for row in results])


main()
