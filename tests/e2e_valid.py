"""Validates reports and flow logs (.ndjson) against a JSON Schema.

usage: e2e_valid.py SCHEMA FILE...
       e2e_valid.py --strict SCHEMA FILE

--strict spoils the document in every way that the schema must notice, one at
a time: an unknown member in every kind of object, a value of a wrong type in
the place of every kind of value. It fails if a spoilt one still validates.
"""

import copy
import json
import sys

from jsonschema import Draft202012Validator

WRONG = {"a": ["wrong", None]}  # no schema of ours allows this anywhere


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def documents(path):
    if not path.endswith(".ndjson"):
        yield path, read(path)
        return
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            yield f"{path}:{number}", json.loads(line)


def validate(validator, paths):
    complaints = 0
    for path in paths:
        for name, document in documents(path):
            for error in validator.iter_errors(document):
                complaints += 1
                if complaints <= 8:
                    place = "/".join(map(str, error.absolute_path))
                    print(f"  {name}: {place}: {error.message:.160}", file=sys.stderr)
    return complaints


def places(value, shape=(), path=()):
    """Every place in a document, one for each shape: indices do not count."""
    yield shape, path, value
    if isinstance(value, dict):
        for key, member in value.items():
            yield from places(member, shape + (key,), path + (key,))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from places(element, shape + ("*",), path + (index,))


def shapes(value):
    return {shape for shape, _, _ in places(value)}


def prune(value, shape, seen):
    """Without the objects of lists that look like those before them."""
    if isinstance(value, dict):
        return {k: prune(v, shape + (k,), seen) for k, v in value.items()}
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        return value
    kept = []
    for element in value:
        new = {(shape, *rest) for rest in shapes(element)} - seen
        seen |= new
        if new:
            kept.append(prune(element, shape + ("*",), seen))
    return kept


def at(document, path):
    for step in path:
        document = document[step]
    return document


def spoilt(document):
    """Copies with one fault each, and what the fault is."""
    seen = set()
    for shape, path, value in places(document):
        if (shape, isinstance(value, dict)) in seen:
            continue
        seen.add((shape, isinstance(value, dict)))
        if isinstance(value, dict):
            broken = copy.deepcopy(document)
            at(broken, path)["no such member"] = 1
            yield broken, f"an unknown member in {'/'.join(shape)}"
        if path:
            broken = copy.deepcopy(document)
            at(broken, path[:-1])[path[-1]] = WRONG
            yield broken, f"a wrong value for {'/'.join(shape)}"


def check_strict(validator, path):
    _, document = next(documents(path))
    document = prune(document, (), set())
    if not validator.is_valid(document):
        print(f"  {path}: not even valid before it is spoilt", file=sys.stderr)
        return True
    count = slipped = 0
    for broken, fault in spoilt(document):
        count += 1
        if validator.is_valid(broken):
            slipped += 1
            print(f"  {path}: {fault} is not noticed", file=sys.stderr)
    print(f"  {count} ways to spoil {path.rsplit('/', 1)[-1]} were tried")
    return slipped


def main(*arguments):
    strict = arguments[0] == "--strict"
    schema = read(arguments[strict])
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    if strict:
        return bool(check_strict(validator, arguments[2]))
    return bool(validate(validator, arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
