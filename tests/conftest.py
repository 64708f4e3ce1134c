"""What every test stands on: the fixtures of tests/support, and no network beyond this machine."""

import ipaddress
import sys
from importlib.util import find_spec

import pytest

PLUGINS = ("databases", "live", "browser", "redis", "skipped_parts")
pytest_plugins = [f"tests.support.{name}" for name in PLUGINS if find_spec(f"tests.support.{name}")]


def _loopback_only(event: str, arguments: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    address = arguments[1]
    if not isinstance(address, tuple):
        return
    host = str(address[0])
    if host == "localhost" or ipaddress.ip_address(host.partition("%")[0]).is_loopback:
        return
    raise PermissionError(f"a test tried to reach {host}; tests stay on this machine")


def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(_loopback_only)
