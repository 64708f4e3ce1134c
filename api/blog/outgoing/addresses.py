"""Which addresses of the internet are public, so that anybody may ask the blog to speak to them."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network

UNICAST = IPv6Network("2000::/3")
# RFC 6890 (with Teredo), RFC 3849 and RFC 9637 (documentation), RFC 3056 (6to4): not every Python knows each of them
NOT_PUBLIC = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
# RFC 6052: IPv4 hosts as an IPv6-only network sees them
NAT64 = IPv6Network("64:ff9b::/96")


def may_reach(address: str, allowed: Sequence[Network] = ()) -> bool:
    """Tell whether a numeric address is public, or one of the networks that are allowed besides."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.scope_id is not None:
            return False
        inside = found.ipv4_mapped or (IPv4Address(int(found) & 0xFFFFFFFF) if found in NAT64 else None)
        if inside is not None:
            found = inside
    return any(found in network for network in allowed) or _is_public(found)


def is_numeric(host: str) -> bool:
    """Tell whether a host is an address itself, and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    """IANA's special-purpose registries, as Python knows them; of IPv6 what is given out at all."""
    if isinstance(address, IPv6Address) and (
        address not in UNICAST or any(address in network for network in NOT_PUBLIC)
    ):
        return False
    return address.is_global and not address.is_multicast
