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
go test -timeout 40m -json ./... >"$log" || status=$?
python3 e2e/summary.py "$log" e2e/skipped.txt || status=1
[ $status -eq 0 ] || exit $status

echo "== fuzzing, a little"
fuzz() { go test -run '^$' -fuzz "^$2\$" -fuzztime "${GATEHOUSE_FUZZ:-8s}" -fuzzminimizetime 1x "$1" | tail -n 2; }
fuzz ./cmd/gatehouse FuzzEveryEndpoint
fuzz ./handlers/oidc FuzzTokenEndpoint
fuzz ./handlers/aws/wire FuzzDecodeJSON
fuzz ./handlers/aws/wire FuzzDecodeQuery
fuzz ./internal/sigv4 FuzzVerify
fuzz ./internal/token FuzzVerifyAccess
