#!/bin/sh
# Alertmanager's configuration with the receivers of .env and of the secrets, on standard output; prepare.sh calls it.
#   alertmanager/render.sh .env secrets
# Tokens stand in the result: it is a secret itself.
set -eu
env=$1 secrets=$2 base=$(dirname "$0")/alertmanager.yml

die() { echo "alerts: $1" >&2; exit 1; }
value() { # of a variable, as Compose reads the file
  sed -n "s/^$1=//p" "$env" | tail -n 1 | tr -d '\r' |
    sed "s/[[:space:]][[:space:]]*#.*\$//; s/[[:space:]]*\$//; s/^\"\(.*\)\"\$/\1/; s/^'\(.*\)'\$/\1/"
}
secret() { [ ! -e "$secrets/$1" ] || tr -d '\r\n' < "$secrets/$1"; }
quoted() { printf "'%s'" "$(printf %s "$1" | sed "s/'/''/g")"; }

telegram() { # chat
  [ -n "$1" ] || return 0
  case ${1#-} in *[!0-9]* | '') die "a chat in Telegram is a number, a group's with a minus before it: $1" ;; esac
  token=$(secret alerts_telegram_token)
  [ -n "$token" ] || die "ALERTS_TELEGRAM_CHAT is set: put the bot's token into docker/secrets/alerts_telegram_token"
  cat <<EOF
    telegram_configs:
      - bot_token: $(quoted "$token")
        chat_id: $1
        send_resolved: true
        parse_mode: ''
        message: '{{ range .Alerts }}{{ if eq .Status "firing" }}🔴{{ else }}✅{{ end }} {{ .Annotations.summary }} ({{ .Annotations.runbook }}){{ "\n" }}{{ end }}'
EOF
}

mail() { # address
  [ -n "$1" ] || return 0
  from=$(value ALERTS_MAIL_FROM) server=$(value ALERTS_MAIL_SERVER) user=$(value ALERTS_MAIL_USER)
  [ -n "$from" ] && [ -n "$server" ] || die "ALERTS_MAIL_TO is set: set ALERTS_MAIL_FROM and ALERTS_MAIL_SERVER, too"
  case ${server##*:} in "$server" | '' | *[!0-9]*) die "ALERTS_MAIL_SERVER needs a port: smtp.example.ru:587" ;; esac
  cat <<EOF
    email_configs:
      - to: $(quoted "$1")
        from: $(quoted "$from")
        smarthost: $(quoted "$server")
        send_resolved: true
        headers:
          Subject: '{{ if eq .Status "firing" }}🔴{{ else }}✅{{ end }} {{ (index .Alerts 0).Annotations.summary }}{{ if gt (len .Alerts) 1 }} (+{{ len (slice .Alerts 1) }}){{ end }}'
EOF
  [ -z "$user" ] || {
    password=$(secret alerts_mail_password)
    [ -n "$password" ] || die "ALERTS_MAIL_USER is set: put his password into docker/secrets/alerts_mail_password"
    printf '        auth_username: %s\n        auth_password: %s\n' "$(quoted "$user")" "$(quoted "$password")"
  }
  case $(value ALERTS_MAIL_TLS) in
    '' | true) ;;
    false) echo '        require_tls: false' ;;
    *) die "ALERTS_MAIL_TLS is true or false" ;;
  esac
}

webhook() { # URL
  [ -n "$1" ] || return 0
  case $1 in http://?* | https://?*) ;; *) die "a webhook begins with https:// (docker/secrets/alerts_webhook_url…)" ;; esac
  printf '    webhook_configs:\n      - url: %s\n        send_resolved: true\n' "$(quoted "$1")"
}

receiver() { # name, chat, address, URL
  # Each runs in a shell of its own: what it refuses must end this one.
  telegram=$(telegram "$2") || exit 1
  mail=$(mail "$3") || exit 1
  webhook=$(webhook "$4") || exit 1
  printf '  - name: %s\n' "$1"
  for part in "$telegram" "$mail" "$webhook"; do [ -z "$part" ] || printf '%s\n' "$part"; done
}

chat=$(value ALERTS_TELEGRAM_CHAT) address=$(value ALERTS_MAIL_TO) url=$(secret alerts_webhook_url)
plan_chat=$(value ALERTS_TELEGRAM_CHAT_PLAN) plan_address=$(value ALERTS_MAIL_TO_PLAN)
plan_url=$(secret alerts_webhook_url_plan)
[ -n "$chat$address$url" ] || {
  echo "alerts: nobody is told of faults: set ALERTS_TELEGRAM_CHAT or ALERTS_MAIL_TO in docker/.env, or put an address" \
    "into docker/secrets/alerts_webhook_url; then run docker/prepare.sh again" >&2
}
[ -n "$plan_chat$plan_address$plan_url" ] || { plan_chat=$chat plan_address=$address plan_url=$url; }

duty=$(receiver duty "$chat" "$address" "$url") || exit 1
plan=$(receiver head_of_sales "$plan_chat" "$plan_address" "$plan_url") || exit 1
sed '/^receivers:$/q' "$base"
printf '%s\n%s\n' "$duty" "$plan"
