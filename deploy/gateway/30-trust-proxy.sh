#!/bin/sh
# Says whom nginx may believe about the client's address and scheme: nobody, or the proxy in GATEWAY_TRUSTED_PROXY
# that ends TLS in front of this gateway: an address, a network, or `host` for one on the machine that runs Docker.
set -eu
trusted=${GATEWAY_TRUSTED_PROXY:-}
if [ "$trusted" = host ]; then
  # The default route leads there; the kernel writes its address backwards, in hexadecimal.
  trusted=$(awk '$2 == "00000000" { print $3; exit }' /proc/net/route | sed -E 's/(..)(..)(..)(..)/0x\4 0x\3 0x\2 0x\1/')
  # shellcheck disable=SC2086 # four words
  trusted=$(printf '%d.%d.%d.%d' $trusted)
fi
exec >/tmp/trusted-proxy.conf
if [ -z "$trusted" ]; then
  echo 'map "" $public_scheme { default $scheme; }'
  exit
fi
cat <<CONF
set_real_ip_from $trusted;
real_ip_header X-Forwarded-For;
real_ip_recursive on;
geo \$realip_remote_addr \$from_trusted_proxy {
    default no;
    $trusted yes;
}
map \$from_trusted_proxy:\$http_x_forwarded_proto \$public_scheme {
    default \$scheme;
    yes:https https;
}
CONF
