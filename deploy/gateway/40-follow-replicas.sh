#!/bin/sh
# Tells nginx the addresses of every service's replicas, and again within two seconds of a change.
#
# nginx asks DNS about an `upstream` once, when it reads its configuration. A `proxy_pass` to a variable would ask
# again and again, but keeps no connection alive; `server … resolve` does both and needs nginx 1.27.3.
set -eu
services="frontend blog users"
folder=/tmp/upstreams
mkdir -p "$folder"

# nginx 1.27.4 learned to leave a client's connection open for a while when it reloads; older ones may close it just
# when the client uses it again (browsers then repeat the request). Asked rather than guessed from the version.
printf 'pid /tmp/probe.pid; events {} http { keepalive_min_timeout 5s; }' >/tmp/probe.conf
if nginx -q -t -c /tmp/probe.conf 2>/dev/null; then
  echo 'keepalive_min_timeout 5s;' >"$folder/clients.conf"
fi

# Prints "service address" for each replica. getent names the service in the first line of its addresses only.
look() {
  # shellcheck disable=SC2086 # several names
  getent ahostsv4 $services | awk '$2 == "STREAM" { if (NF == 3) name = $3; print name, $1 }' | sort -u
}

# Writes the upstream of one service. Without an address (no replica runs now) it keeps those it had: whoever comes
# back often comes back there. Idle connections are given up before granian closes them after 30 s, so that no request
# meets the closing.
write() {
  servers=$(echo "$seen" | awk -v name="$1" '$1 == name { print "    server " $2 ":8000 fail_timeout=2s;" }')
  if [ -z "$servers" ]; then
    [ ! -e "$folder/$1.conf" ] || return 0
    servers='    server 127.0.0.1:9;' # nobody listens there: "unavailable" at once
  fi
  printf 'upstream %s {\n    zone %s 64k;\n%s\n    keepalive 16;\n    keepalive_timeout 20s;\n}\n' \
    "$1" "$1" "$servers" >"$folder/$1.conf"
}

write_all() {
  for service in $services; do write "$service"; done
}

seen=$(look)
write_all
while sleep 1; do
  now=$(look)
  if [ "$now" != "$seen" ]; then
    seen=$now
    write_all
    nginx -s reload
  fi
done </dev/null &
