#!/usr/bin/env bash
# Every check, in the order that finds mistakes soonest. The last line says how many tests ran.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. e2e/env.sh

echo "== format, vet, generated files"
make -s format vet fresh

echo "== tests"
mkdir -p .cache
log=.cache/test.json
status=0
go test -timeout 20m -json ./... >"$log" || status=$?
# A summary of every package, and the whole output of what failed.
python3 - "$log" <<'PY'
import collections, json, sys
out, result, counts = collections.defaultdict(list), {}, collections.Counter()
skipped = []
for line in open(sys.argv[1]):
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
        if key[1]:
            counts[e["Action"]] += 1
            if e["Action"] == "skip":
                skipped.append(key)
    elif e["Action"] == "build-fail":
        print("".join(out[key]))
for (pkg, test), (action, took) in sorted(result.items(), key=lambda r: (r[0][0], r[0][1] or "")):
    if test is None and action != "skip":
        print(f"{'ok  ' if action == 'pass' else 'FAIL'} {pkg} {took:.1f}s")
for key, (action, _) in result.items():
    if action == "fail":
        print(f"\n--- {key[0]} {key[1] or ''}\n{''.join(out[key])}")
for pkg, test in skipped:
    print(f"skipped: {pkg} {test}: {' '.join(l.strip() for l in out[(pkg, test)] if '.go:' in l)}")
print(f"{counts['pass']} tests passed, {counts['fail']} failed, {counts['skip']} skipped")
PY
[ $status -eq 0 ] || exit $status

echo "== fuzzing, a little"
fuzz() { go test -run '^$' -fuzz "^$2\$" -fuzztime "${GATEHOUSE_FUZZ:-8s}" -fuzzminimizetime 1x "$1" | tail -n 2; }
fuzz ./cmd/gatehouse FuzzEveryEndpoint
fuzz ./handlers/oidc FuzzTokenEndpoint
fuzz ./handlers/aws/wire FuzzDecodeJSON
fuzz ./handlers/aws/wire FuzzDecodeQuery
fuzz ./internal/sigv4 FuzzVerify
fuzz ./internal/token FuzzVerifyAccess
