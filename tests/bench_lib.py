"""What the benchmarks share: runs with their time and memory, the machine,
tables, results as JSON.

The tools are programs that are built beside the one under test: bench_input
makes captures, bench_read reads them and does nothing else, bench_run takes
a command's time and memory.
"""

import argparse
import glob
import json
import os
import platform
import statistics
import subprocess
import sys
from typing import NamedTuple


class Run(NamedTuple):
    seconds: float
    cpu: float  # user and system, of all threads
    peak: int  # bytes


def give_up(why):
    sys.exit(f"{os.path.basename(sys.argv[0])}: {why}")


def said_by(command):
    """What a command prints, which has to end well."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        give_up(f"exit {done.returncode} of {' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def rounds_of(bench, commands):
    """Runs of each command, in turns, so that what else the machine does
    falls on all of them alike."""
    runs = [[] for _ in commands]
    for _ in range(bench.rounds):
        for command, seen in zip(commands, runs):
            seen.append(bench.run(command))
    return runs


def observation(report):
    """What a report says of the observation as a whole."""
    with open(report, encoding="utf-8") as file:
        return json.load(file)["observation"]


def median(runs, what):
    return statistics.median(getattr(one, what) for one in runs)


class Bench:
    """The program under test, its tools, and a folder for what is made."""

    def __init__(self, audit, folder, rounds):
        self.audit = os.path.realpath(audit)
        self.folder = folder
        self.rounds = rounds
        beside = os.path.dirname(self.audit)
        tools = [os.path.join(beside, f"bench_{name}") for name in ("input", "read", "run")]
        self.input, self.reader, self.runner = tools
        for program in [self.audit, *tools]:
            if not os.access(program, os.X_OK):
                give_up(f"no program {program}; 'make bench' builds it")
        os.makedirs(folder, exist_ok=True)

    def run(self, command):
        """Run to the end, which has to be a good one; time and memory of it. A
        report of the run before goes first: filesystems write a file to disk at
        once when it takes another one's place, which is no time of the program's."""
        if "-o" in command and os.path.isfile(command[command.index("-o") + 1]):
            os.remove(command[command.index("-o") + 1])
        seconds, cpu, peak = said_by([self.runner, *command]).split()
        return Run(float(seconds), float(cpu), int(peak))

    def path(self, name):
        return os.path.join(self.folder, name)

    def make(self, name, kind, *arguments):
        """A capture of this kind, made where it is missing or older than what
        it is made with. Sizes belong into its name."""
        path = self.path(name)
        newest = max(os.path.getmtime(each) for each in
                     [self.input] + [a for a in arguments if os.path.exists(a)])
        if not os.path.exists(path) or os.path.getmtime(path) < newest:
            print(f"making {path}", file=sys.stderr)
            said_by([self.input, kind, path + ".part", *arguments])
            os.replace(path + ".part", path)
        return path

    def mix(self, copies, rounds):
        """Many short flows of many protocols: the samples over and over."""
        samples = sorted(glob.glob("samples/*.pcap") + glob.glob("samples/*.pcapng"))
        if not samples:
            give_up("no samples/ here; start it in the project's folder")
        return self.make(f"mix-{copies}-{rounds}.pcap", "mix", str(copies), str(rounds),
                         *samples)

    def count(self, capture):
        """Frames and their bytes; the reading also warms the page cache."""
        frames, total, _ = said_by([self.reader, capture]).split()
        return int(frames), int(total)

    def machine(self):
        model = "unknown processor"
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    model = line.split(":", 1)[1].strip()
                    break
        return {
            "processor": model,
            "processors": processors(),
            "kernel": platform.release(),
            "libpcap": said_by([self.reader, "-V"]).strip(),
            "program": said_by([self.audit, "-V"]).strip(),
        }

    def write(self, name, result):
        """The figures as JSON, with where they were taken."""
        path = self.path(name)
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"machine": self.machine(), "rounds": self.rounds, **result},
                      file, indent=2)
            file.write("\n")
        print(f"\nThe same figures are in {path}.")

    def head(self):
        """What every table is to be read with."""
        machine = self.machine()
        print(f"{machine['processor']}, {machine['processors']} processors, "
              f"Linux {machine['kernel']}")
        print(f"{machine['program']}, {machine['libpcap']}")
        print(f"medians of {self.rounds} interleaved rounds")


def processors():
    """Those this process may use, as the program under test counts them."""
    return len(os.sched_getaffinity(0))


def arguments(**defaults):
    """The command line: the program, where to work, how often, and sizes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("audit", metavar="IPSEC-AUDIT")
    parser.add_argument("--folder", default="build/bench")
    parser.add_argument("--rounds", type=int,
                        default=int(os.environ.get("BENCH_ROUNDS") or 5))
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    given = parser.parse_args()
    if given.rounds < 1:
        parser.error("at least one round")
    return given, Bench(given.audit, given.folder, given.rounds)


def table(columns, rows):
    """Print a table: the first column to the left, the others to the right."""
    lines = [columns] + [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines)]
    for line in lines:
        cells = [cell.rjust(width) for cell, width in zip(line, widths)]
        cells[0] = line[0].ljust(widths[0])
        print("  ".join(cells).rstrip())


def mebibytes(count):
    return f"{count / (1 << 20):,.0f} MiB"


def figure(value, form):
    """A number, or a dash for what is not known."""
    return "-" if value is None else format(value, form)
