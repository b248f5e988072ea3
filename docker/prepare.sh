#!/bin/sh
# Before the first `docker compose up`: the file of settings and the secrets, where they are not there yet. And after each
# change of who is told of alerts: Alertmanager's configuration is made of both.
set -eu
cd "$(dirname "$0")"
umask 077
[ -e .env ] || { cp .env.example .env; chmod 0644 .env; echo ".env: set the operator's address"; }
mkdir -p secrets
for name in ami_secret postgres_password grafana_password; do
  [ -e "secrets/$name" ] || head -c 24 /dev/urandom | base64 | tr '+/' '-_' > "secrets/$name"
done
for name in trunk_password alerts_telegram_token alerts_mail_password alerts_webhook_url alerts_webhook_url_plan; do
  [ -e "secrets/$name" ] || : > "secrets/$name"
done
# Whole or not there: what is refused leaves the one before.
[ -e secrets/alertmanager ] || cp alertmanager/alertmanager.yml secrets/alertmanager
alertmanager=$(sh alertmanager/render.sh .env secrets) || refused=yes
[ "${refused:-}" ] || printf '%s\n' "$alertmanager" > secrets/alertmanager
# Nobody else gets into the folder; within containers users without rights must read the files Compose mounts.
chmod 0700 secrets
chmod 0644 secrets/*
[ -z "${refused:-}" ]
