#!/bin/sh
# Makes the user `satu-atap` in EventStoreDB, or sets its password anew, and says what it may do: read
# everything, `$all` too, and append to streams that are not the server's own. It may not delete, nor
# set a stream's metadata, which can hide events. To be run again whenever the password has changed.
#
# EVENTSTOREDB: https://host:2113 of a node. CA_FILE: the authority's certificate.
# ADMIN_PASSWORD_FILE, ENGINE_PASSWORD_FILE: files that hold a password as secrets.sh makes them.
set -eu
admin_password=$(cat "$ADMIN_PASSWORD_FILE")
engine_password=$(cat "$ENGINE_PASSWORD_FILE")

# call METHOD PATH [CONTENT-TYPE BODY]: prints the status. What is secret reaches curl over standard
# input: anybody may read the arguments of a process.
call() {
  {
    printf 'user = "admin:%s"\n' "$admin_password"
    printf 'request = "%s"\n' "$1"
    if [ $# -gt 2 ]; then
      printf 'header = "Content-Type: %s"\n' "$3"
      printf 'data = "%s"\n' "$(printf '%s' "$4" | sed 's/"/\\"/g')"
    fi
  } | curl --config - --silent --show-error --max-time 20 --cacert "$CA_FILE" \
    --output /dev/null --write-out '%{http_code}' "$EVENTSTOREDB$2"
}

# wants STATUS WHAT GOT
wants() {
  if [ "$3" != "$1" ]; then
    echo "engine-user: $2: EventStoreDB answers $3" >&2
    exit 1
  fi
  echo "engine-user: $2"
}

# event TYPE DATA: the one event to append, with an id of its own.
event() {
  printf '[{"eventId":"%s","eventType":"%s","data":%s}]' \
    "$(cat /proc/sys/kernel/random/uuid)" "$1" "$2"
}

if [ "$(call GET /users/satu-atap)" = 200 ]; then
  wants 200 'the password is set' "$(call POST /users/satu-atap/command/reset-password \
    application/json "{\"newPassword\":\"$engine_password\"}")"
else
  wants 201 'the user is made' "$(call POST /users/ application/json \
    "{\"loginName\":\"satu-atap\",\"fullName\":\"Satu Atap\",\"groups\":[],\"password\":\"$engine_password\"}")"
fi

events=application/vnd.eventstore.events+json
wants 201 'it may read and append' "$(call POST /streams/%24settings $events "$(
  event update-default-acl '{
    "$userStreamAcl":{"$r":"satu-atap","$w":"satu-atap","$d":"$admins","$mr":"satu-atap","$mw":"$admins"},
    "$systemStreamAcl":{"$r":"$admins","$w":"$admins","$d":"$admins","$mr":"$admins","$mw":"$admins"}
  }' | tr -d '\n'
)")"
wants 201 'it may read $all' "$(call POST /streams/%24all/metadata $events "$(
  event '$metadata' '{"$acl":{"$r":["$admins","satu-atap"]}}'
)")"
