"""Checks a report and a flow log of one of bench_input's floods: that flows
which were established before it are each still one, with all their packets.

usage: e2e_flood.py REPORT FLOWS.ndjson CAPTURE-KIND FLOWS PACKETS
"""

import collections
import json
import sys

OPENING = 8  # packets of each established flow before the flood begins
SHARE = 8  # and one packet out of so many afterwards
QUIET_ROUNDS = 5  # in which the quiet half of the flows is heard


def established(log):
    """Packets of each record of an established flow, by what flow it is of."""
    records = collections.defaultdict(list)
    for line in log:
        if '"172.16.' not in line:
            continue
        flow = json.loads(line)
        ends = flow["source"], flow["destination"]
        key = (flow["network"]["transport"],
               *sorted((end["ip"], end["port"]) for end in ends))
        records[key].append([end["packets"] for end in ends])
    return records


def complaints(observation, records, kind, flows, packets):
    wanted = flows * OPENING + (packets if kind == "calm" else packets // SHARE)
    seen = sum(sum(both) for parts in records.values() for both in parts)
    torn = sum(len(parts) > 1 for parts in records.values())
    one_way = sum(min(both) == 0 for parts in records.values() for both in parts)
    least = min((sum(both) for parts in records.values() for both in parts), default=0)
    if len(records) != flows:
        yield f"{len(records)} established flows instead of {flows}"
    if torn:
        yield (f"{torn} of {flows} established flows were torn, into "
               f"{sum(map(len, records.values()))} records")
    if seen != wanted:
        yield f"established flows have {seen} packets instead of {wanted}"
    if not torn and (one_way or least < OPENING + QUIET_ROUNDS - 1):
        yield f"{one_way} established flows lack a direction, the least has {least} packets"
    if observation["frames"] != flows * OPENING + packets:
        yield f"{observation['frames']} frames were read"
    if kind == "calm" and observation["evicted_flows"]:
        yield f"{observation['evicted_flows']} flows evicted without a flood"
    if kind != "calm" and not observation["evicted_flows"]:
        yield "no flow counted as evicted"
    if (kind in ("syns", "strangers")) != (observation["dpi_skipped"] > 0):
        yield f"{observation['dpi_skipped']} flows not shown to nDPI"
    if observation["packets"] < observation["frames"] and not observation["refused"]:
        yield "packets are missing from the sums, and nothing says so"


def main(report, log, kind, flows, packets):
    with open(report, encoding="utf-8") as file:
        observation = json.load(file)["observation"]
    with open(log, encoding="utf-8") as lines:
        records = established(lines)
    said = list(complaints(observation, records, kind, int(flows), int(packets)))
    for complaint in said:
        print(f"{kind}: {complaint}")
    sys.exit(bool(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
