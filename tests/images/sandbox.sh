#!/bin/sh
# Run a command in an unpacked image as a container would: the image read-only, a user without rights, processes, /tmp and
# /dev of its own; the network is this machine's.
#   sandbox.sh ROOT UID:GID FROM=TO … -- COMMAND …        FROM is a folder or a file here, TO its place in the image
# The environment is handed on as it is. As root; runs in a mount and a PID namespace of its own (unshare).
set -eu
root=$1 user=$2; shift 2
while [ "$1" != -- ]; do
  from=${1%%=*} to=$root${1#*=}; shift
  if [ -d "$from" ]; then mkdir -p "$to"; else mkdir -p "$(dirname "$to")"; [ -e "$to" ] || : > "$to"; fi
  bound="${bound:-} $from=$to"
done
shift
mount --bind "$root" "$root"
mount -o remount,bind,ro,nosuid "$root"
for one in ${bound:-}; do mount --bind "${one%%=*}" "${one#*=}"; done
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/tmp"
mount -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
for device in null zero full random urandom; do : > "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
ln -s /proc/self/fd "$root/dev/fd"
mkdir "$root/dev/shm"
mount -t tmpfs -o mode=1777,nosuid,nodev,size=64m tmpfs "$root/dev/shm"
exec chroot "$root" /usr/bin/setpriv --reuid "${user%:*}" --regid "${user#*:}" --clear-groups --bounding-set -all \
  --inh-caps -all --no-new-privs "$@"
