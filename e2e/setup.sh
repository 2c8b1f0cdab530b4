#!/usr/bin/env bash
# Installs what the checks need, as far as it is missing; a second run takes about a second.
# Debian packages need root or sudo; Python and Node packages stay inside the repository.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

missing=()
need() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed' || missing+=("$1"); }
need postgresql
need chromium
need apache2
need libapache2-mod-auth-openidc
need nginx-light
need caddy
need python3-venv
if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "setup: needs root or sudo to install: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  echo "setup: installing ${missing[*]}"
  # The tests start servers of their own: keep packages from starting theirs.
  policy=/usr/sbin/policy-rc.d
  made_policy=
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod +x "$policy"
    made_policy=yes
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  [ -z "$made_policy" ] || "${as_root[@]}" rm -f "$policy"
fi

for tool in go node npm python3; do
  command -v "$tool" >/dev/null || { echo "setup: $tool is missing (Go 1.26, Node 20, Python 3)" >&2; exit 1; }
done

mkdir -p .cache
stamp() { sha256sum "$@" | sha256sum | cut -d' ' -f1; }

want=$(stamp e2e/requirements.txt)
if [ "$(cat .cache/venv.stamp 2>/dev/null)" != "$want" ]; then
  echo "setup: Python packages"
  python3 -m venv .cache/venv
  .cache/venv/bin/pip install -q --disable-pip-version-check -r e2e/requirements.txt
  echo "$want" >.cache/venv.stamp
fi

# A real S3 server, to stand behind a proxy.
want=v1.8.0
if [ "$(cat .cache/versitygw.stamp 2>/dev/null)" != "$want" ]; then
  echo "setup: versitygw"
  GOBIN="$PWD/.cache/bin" go install "github.com/versity/versitygw/cmd/versitygw@$want"
  echo "$want" >.cache/versitygw.stamp
fi

# Every folder with a package-lock.json of its own.
git ls-files '*package-lock.json' | while read -r lock; do
  dir=$(dirname "$lock")
  want=$(stamp "$lock")
  if [ "$(cat "$dir/node_modules/.stamp" 2>/dev/null)" != "$want" ]; then
    echo "setup: Node packages of $dir"
    (cd "$dir" && npm ci --silent --no-audit --no-fund </dev/null)
    echo "$want" >"$dir/node_modules/.stamp"
  fi
done
