#!/bin/sh
# Makes what the nodes of EventStoreDB know each other by, where it is not there yet: a certificate
# authority, valid for five years, and for each name in NODES a certificate with its key, valid for
# one. Each folder is a volume of its own, so that a node holds its own key only, and the authority's
# is with nobody. To renew a certificate, remove its volume's files and run this again.
set -eu
cd /certificates
umask 077

if [ ! -f authority/ca.key ]; then
  es-gencert-cli create-ca -out authority
fi
cp authority/ca.crt ca/ca.crt
chmod 0444 ca/ca.crt

for node in $NODES; do
  if [ -f "$node/node.key" ]; then continue; fi
  es-gencert-cli create-node -ca-certificate authority/ca.crt -ca-key authority/ca.key \
    -out "$node" -dns-names "$node,localhost" -ip-addresses 127.0.0.1
  # The user that the server runs as. It refuses a key that others can read.
  chown -R 1000:1000 "$node"
  chmod 0500 "$node"
done
