"""Two reports must be alike, but for the named members of their roots.

usage: e2e_same.py A B [MEMBER...]
"""

import json
import sys


def differences(a, b, place=""):
    """Lines about where two values differ."""
    if type(a) is not type(b):
        yield f"{place}: {a!r:.90} and {b!r:.90}"
    elif isinstance(a, dict):
        for key in sorted(a.keys() | b.keys()):
            if key not in a or key not in b:
                yield f"{place}.{key}: only in the {'second' if key in b else 'first'}"
            else:
                yield from differences(a[key], b[key], f"{place}.{key}")
    elif isinstance(a, list):
        if len(a) != len(b):
            yield f"{place}: {len(a)} and {len(b)} elements"
        for i, (x, y) in enumerate(zip(a, b)):
            yield from differences(x, y, f"{place}[{i}]")
    elif a != b:
        yield f"{place}: {a!r:.90} and {b!r:.90}"


def main(first, second, *ignored):
    reports = []
    for path in first, second:
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        reports.append({k: v for k, v in report.items() if k not in ignored})
    found = list(differences(*reports))
    for line in found[:8]:
        print(f"  {line}", file=sys.stderr)
    if len(found) > 8:
        print(f"  ... and {len(found) - 8} more", file=sys.stderr)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
