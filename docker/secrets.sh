#!/bin/sh
# Makes the secrets of compose.production.yaml in docker/secrets, which git does not see: passwords by
# chance, and the addresses that hold them. What is there already stays as it is.
set -eu
cd "$(dirname "$0")"
# Compose hands files on as they are, and the engine is not their owner: they must be readable, and the
# folder is what keeps others out.
mkdir -p secrets
chmod 700 secrets
umask 022

password() {
  if [ ! -s "secrets/$1" ]; then
    head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n' > "secrets/$1"
  fi
  cat "secrets/$1"
}

admin=$(password eventstoredb-admin-password)
ops=$(password eventstoredb-ops-password)
engine=$(password eventstoredb-engine-password)
postgres=$(password postgres-password)

nodes=eventstoredb-1:2113,eventstoredb-2:2113,eventstoredb-3:2113
cat > secrets/eventstoredb.env << END
EVENTSTORE_DEFAULT_ADMIN_PASSWORD=$admin
EVENTSTORE_DEFAULT_OPS_PASSWORD=$ops
END
printf 'esdb://satu-atap:%s@%s?tls=true&tlsCAFile=/certificates/ca/ca.crt' "$engine" "$nodes" \
  > secrets/event-store
printf 'postgres://satu_atap:%s@postgres/satu_atap' "$postgres" > secrets/read-models
# Wraps the keys of personal data. Lost, these data are: keep a copy where no backup of the keys is.
if [ ! -s secrets/keys-master ]; then
  head -c 32 /dev/urandom | base64 > secrets/keys-master
fi
# Signs checkpoints of the log: Ed25519 is 32 bytes by chance behind a fixed beginning (RFC 8410, 7).
if [ ! -s secrets/log-signing ]; then
  {
    echo '-----BEGIN PRIVATE KEY-----'
    { printf '\060\056\002\001\000\060\005\006\003\053\145\160\004\042\004\040'
      head -c 32 /dev/urandom; } | base64
    echo '-----END PRIVATE KEY-----'
  } > secrets/log-signing
fi
echo "docker/secrets: $(ls secrets | tr '\n' ' ')"
