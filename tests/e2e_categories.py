"""Score flow logs of the samples against samples/labels.csv.

usage: e2e_categories.py LABELS FOLDER
FOLDER holds SAMPLE.ndjson for each sample. Prints recall and precision of
both categories; exits with 1 if one falls short of what is wanted.
"""
import csv
import json
import os
import sys

WANTED = {"real-time": (0.95, 0.97), "peer-to-peer": (0.98, 0.99)}
COLUMN = {"real-time": "real_time", "peer-to-peer": "peer_to_peer"}


def read_labels(path):
    with open(path, encoding="utf-8") as lines:
        return list(csv.DictReader(row for row in lines if row[0] != "#"))


def names(row, sample, flow):
    ends = [flow["source"], flow["destination"]]
    return (row["sample"] == sample
            and row["transport"] in ("*", flow["network"]["transport"])
            and any(row["port"] == str(end.get("port"))
                    and row["address"] in ("*", end["ip"]) for end in ends))


def label(labels, sample, flow, category):
    for row in labels:
        if names(row, sample, flow):
            return row[COLUMN[category]]
    return "0"


def main():
    labels, folder = read_labels(sys.argv[1]), sys.argv[2]
    cells = {category: {"hit": 0, "miss": 0, "wrong": 0} for category in WANTED}
    for name in sorted(os.listdir(folder)):
        sample = name.split(".")[0]
        with open(os.path.join(folder, name), encoding="utf-8") as lines:
            for line in lines:
                flow = json.loads(line)
                for category in WANTED:
                    want = label(labels, sample, flow, category)
                    have = category in flow["ipsec_audit"]["categories"]
                    if want == "-" or want == "0" and not have:
                        continue
                    cell = "wrong" if want == "0" else "hit" if have else "miss"
                    cells[category][cell] += 1
                    if cell != "hit":
                        print(cell, category, sample, flow["source"],
                              flow["destination"], flow["ipsec_audit"])
    failed = False
    for category, cell in cells.items():
        found = cell["hit"] + cell["miss"]
        recall = cell["hit"] / found if found else 0
        said = cell["hit"] + cell["wrong"]
        precision = cell["hit"] / said if said else 0
        print(f"{category}: {cell['hit']} found, {cell['miss']} missed, "
              f"{cell['wrong']} wrong; recall {recall:.3f}, "
              f"precision {precision:.3f}")
        failed |= recall < WANTED[category][0]
        failed |= precision < WANTED[category][1]
    sys.exit(1 if failed else 0)


main()
