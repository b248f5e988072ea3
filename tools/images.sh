#!/usr/bin/env bash
# Build the images without a Docker engine: Debian's buildah, on base images made by mmdebstrap. As root.
#   tools/images.sh [robot] [asterisk]     makes localhost/zvonar/robot and localhost/zvonar/asterisk
#   tools/images.sh ahead                  what takes long and does not change with the sources
# Bases and build caches are kept in ~/.cache/zvonar/images; ZVONAR_IMAGES names another folder.
set -euo pipefail
cd "$(dirname "$0")/.."
kept=${ZVONAR_IMAGES:-$HOME/.cache/zvonar/images}
certificates=/etc/ssl/certs/ca-certificates.crt
say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
die() { printf 'images: %s\n' "$*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || die "needs root (chroot)"
for program in buildah mmdebstrap; do command -v $program >/dev/null || die "apt-get install $program"; done

mkdir -p "$kept"
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=${STORAGE_DRIVER:-overlay} TMPDIR=$kept/tmp
mkdir -p "$TMPDIR"
run() { buildah --root "$kept/store" --runroot "$kept/run" "$@"; }

base() { # Debian's release as a local image
  local release=$1 name=localhost/zvonar/debian:$1 container
  run inspect --type image "$name" >/dev/null 2>&1 && return
  say "making the base image of Debian $release"
  # Mirrors that are a snapshot are past the date that testing's lists carry.
  mmdebstrap --quiet --variant=minbase --components=main --aptopt='Acquire::Check-Valid-Until "false"' \
    --dpkgopt=force-unsafe-io "$release" "$TMPDIR/$release.tar"
  container=$(run from scratch)
  run add -q "$container" "$TMPDIR/$release.tar" / >/dev/null
  run config --cmd /bin/bash "$container"
  run commit -q --rm "$container" "$name" >/dev/null
  rm "$TMPDIR/$release.tar"
}

image() ( # name, Debian's release, context; more options. Each image by one at a time: the next one finds the cache.
  name=$1 release=$2 context=$3; shift 3
  exec 9>"$kept/$name.lock"
  flock 9
  base "$release"
  say "building zvonar/$name $*"
  run build -q --layers --format docker --secret "id=pip_cert,src=$certificates" \
    --build-arg "BASE=localhost/zvonar/debian:$release" -f "docker/$name/Dockerfile" "$@" "$context" 9>&- >/dev/null
)

[ $# -gt 0 ] || set -- robot asterisk
for wanted in "$@"; do
  case $wanted in
    robot) image robot trixie . -t localhost/zvonar/robot ;;
    asterisk) image asterisk forky docker/asterisk -t localhost/zvonar/asterisk ;;
    ahead)
      image asterisk forky docker/asterisk -t localhost/zvonar/asterisk
      image robot trixie . --target packages -t localhost/zvonar/robot-packages ;;
    *) die "no such image: $wanted" ;;
  esac
done
