"""Who is told of new posts, as the settings say."""

import re
from dataclasses import dataclass
from ipaddress import ip_network
from urllib.parse import urlsplit

from api.blog.outgoing.addresses import Network
from api.shared.environment import SettingRefused

INDEXNOW_URL = "https://api.indexnow.org/indexnow"
# what the protocol allows
_KEY = re.compile(r"[A-Za-z0-9-]{8,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Targets:
    """A hub and the key for search engines, each empty while nobody is to be told; networks allowed besides."""

    hub: str = ""
    indexnow_key: str = ""
    indexnow_url: str = INDEXNOW_URL
    allowed: tuple[Network, ...] = ()


def hub_of(text: str, name: str) -> str:
    """Read the address of a hub; empty is none. Raises SettingRefused."""
    try:
        parts = urlsplit(text)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        sound = False
    if text and not sound:
        raise SettingRefused(f"{name} has to be like https://hub.example.org/.")
    return text


def key_of(text: str, name: str) -> str:
    """Read a key for IndexNow; empty is none. Raises SettingRefused."""
    if text and not _KEY.fullmatch(text):
        raise SettingRefused(f"{name} has to be 8 to 128 letters, digits and hyphens.")
    return text


def networks_of(text: str, name: str) -> tuple[Network, ...]:
    """Read networks, separated by commas. Raises SettingRefused."""
    try:
        return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())
    except ValueError as error:
        raise SettingRefused(f"{name} has to list networks, such as 10.1.0.0/16, fd00::/8.") from error
