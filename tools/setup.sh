#!/usr/bin/env bash
# Set the project up on Debian 12/13 or Ubuntu: system packages, a virtual environment with locked packages, a
# recognition model. Safe to run again: what is there already is not touched.
#   tools/setup.sh runtime|dev        VOICES=rhvoice adds the RHVoice voices (Debian's non-free component)
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-runtime}
say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "needs root to install: $* — run as root, or install sudo"; fi
}

apt_updated=
apt_update() { [ -n "$apt_updated" ] || { as_root apt-get update -qq; apt_updated=1; }; }
missing_packages() {
  local p
  for p in "$@"; do
    case $(dpkg-query -W -f '${Status}' "$p" 2>/dev/null) in *"ok installed") ;; *) echo "$p" ;; esac
  done
}

apt_install() {
  local missing; missing=$(missing_packages "$@")
  [ -z "$missing" ] && return
  command -v apt-get >/dev/null || die "this system has no apt-get: install by hand: $(echo $missing)"
  say "installing system packages: $(echo $missing)"
  apt_update
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o DPkg::Lock::Timeout=120 $missing >/dev/null
}

enable_non_free() { # RHVoice lies there; a sources file of our own beside the system's, same mirrors
  [ -z "$(missing_packages rhvoice rhvoice-russian)" ] && return
  apt_update
  case $(apt-cache policy rhvoice 2>/dev/null) in *"Candidate: "[0-9]*) return ;; esac
  local system=/etc/apt/sources.list.d/debian.sources
  [ -f "$system" ] || die "cannot find $system: enable the component non-free by hand, then run this again"
  say "enabling Debian's component non-free (RHVoice)"
  sed 's/^Components:.*/Components: non-free/' "$system" | as_root tee /etc/apt/sources.list.d/zvonar-non-free.sources >/dev/null
  apt_updated=; apt_update
}

find_python() {
  for p in python3.13 python3.12 python3.11 python3; do
    command -v "$p" >/dev/null && "$p" -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] <= (3,13))' && { echo "$p"; return; }
  done
}

apt_install espeak-ng libespeak-ng1 festival festvox-ru
apt_install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-paratype # documents as PDF
apt_install mmdebstrap # the lab unpacks Debian's Asterisk
[ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || apt_install debian-archive-keyring
if [ "$kind" = dev ]; then # tests send SMS by Kannel, read PDFs, look at pages
  apt_install kannel kannel-extras poppler-utils chromium
  apt_install prometheus prometheus-alertmanager # alerts and dashboards are tried on real ones
  apt_install buildah # images are built and started without a Docker engine
fi
if [ "${VOICES:-}" = rhvoice ] || [ "${CI:-}" = true ]; then enable_non_free; apt_install rhvoice rhvoice-russian; fi

if [ ! -x .venv/bin/python ]; then
  [ -n "$(find_python)" ] || apt_install python3
  python=$(find_python); [ -n "$python" ] || die "needs Python 3.11, 3.12 or 3.13"
  "$python" -c 'import ensurepip, venv' 2>/dev/null || apt_install "$(basename "$(readlink -f "$(command -v "$python")")")-venv"
  say "making the virtual environment"
  "$python" -m venv .venv
fi
stamp=.venv/zvonar-installed
lock=$( { echo "$kind"; cat pyproject.toml requirements/"$kind".txt; } | sha256sum)
if [ "$(cat "$stamp" 2>/dev/null)" != "$lock" ] && [ "$(cat "$stamp-dev" 2>/dev/null)" != "$lock" ]; then
  say "installing locked Python packages ($kind)"
  .venv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/"$kind".txt
  .venv/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
  echo "$lock" > "$stamp"
fi
.venv/bin/zvonar models ensure $([ "$kind" = dev ] && echo --for-tests)
if [ "$kind" = dev ]; then # the tests' Odoo takes minutes to download: beside the tests that need none of it, which wait for it
  nohup .venv/bin/python -m robot.proving.odoo </dev/null >.venv/odoo.log 2>&1 &
  # So do the images' parts that do not change with the sources.
  [ "$(id -u)" != 0 ] || nohup nice -n 19 tools/images.sh ahead </dev/null >.venv/images.log 2>&1 &
fi
