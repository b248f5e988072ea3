#!/bin/sh
# Before the first `docker compose up`: the file of settings and the secrets, where they are not there yet.
set -eu
cd "$(dirname "$0")"
umask 077
[ -e .env ] || { cp .env.example .env; chmod 0644 .env; echo ".env: set the operator's address"; }
mkdir -p secrets
for name in ami_secret postgres_password grafana_password; do
  [ -e "secrets/$name" ] || head -c 24 /dev/urandom | base64 | tr '+/' '-_' > "secrets/$name"
done
[ -e secrets/trunk_password ] || : > secrets/trunk_password
# Nobody else gets into the folder; within containers users without rights must read the files Compose mounts.
chmod 0700 secrets
chmod 0644 secrets/*
