"""Prints what a `go test -json` log says: a line a package, the whole output of what failed, and what was skipped.
Fails when a test was skipped that the list does not name.

usage: summary.py LOG SKIPPED
"""
import collections
import json
import sys


def read(log):
    """The output, the result and the build errors by (package, test); test is None for a package itself."""
    out, result, broken = collections.defaultdict(list), {}, []
    for line in open(log):
        try:
            e = json.loads(line)
        except ValueError:
            print(line, end="")
            continue
        key = (e.get("Package") or e.get("ImportPath", ""), e.get("Test"))
        if e["Action"] in ("output", "build-output"):
            out[key].append(e["Output"])
        elif e["Action"] in ("pass", "fail", "skip"):
            result[key] = (e["Action"], e.get("Elapsed", 0))
        elif e["Action"] == "build-fail":
            broken.append(key)
    return out, result, broken


def allowed(path):
    """The (package, test) pairs of the list; a subtest goes with its test."""
    lines = [line.split() for line in open(path) if line.strip() and not line.startswith("#")]
    return {(words[0], words[1]) for words in lines}


def main(log, skips):
    out, result, broken = read(log)
    for key in broken:
        print("".join(out[key]))
    for (pkg, test), (action, took) in sorted(result.items(), key=lambda r: (r[0][0], r[0][1] or "")):
        if test is None and action != "skip":
            print(f"{'ok  ' if action == 'pass' else 'FAIL'} {pkg} {took:.1f}s")
    for key, (action, _) in result.items():
        if action == "fail":
            print(f"\n--- {key[0]} {key[1] or ''}\n{''.join(out[key])}")
    may, surprises = allowed(skips), 0
    for (pkg, test), (action, _) in result.items():
        if test is None or action != "skip":
            continue
        known = (pkg, test.split("/")[0]) in may
        surprises += not known
        why = " ".join(line.strip() for line in out[(pkg, test)] if ".go:" in line)
        print(f"{'skipped' if known else 'SKIPPED, which fails the run'}: {pkg} {test}: {why}")
    counts = collections.Counter(action for (_, test), (action, _) in result.items() if test)
    print(f"{counts['pass']} tests passed, {counts['fail']} failed, {counts['skip']} skipped")
    return 1 if surprises else 0


sys.exit(main(*sys.argv[1:]))
