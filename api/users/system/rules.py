"""How the services of the blog are, as they say themselves."""

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import orjson

from api.shared.transport import ServiceUnavailable, Transport
from api.users.context import Context

PROGRAM = "flask-blog"
READY = 200


def services(context: Context) -> list[Mapping[str, Any]]:
    """Return the state of each service that this one can ask, and of itself."""
    others = [_asked(name, transport) for name, transport in sorted(context.peers.items())]
    return sorted([*others, {"name": "users", "state": "ready", "checks": {}}], key=lambda each: str(each["name"]))


def program_version() -> str | None:
    """Return the version of this program, or None where it runs without having been installed."""
    try:
        return version(PROGRAM)
    except PackageNotFoundError:
        return None


def _asked(name: str, transport: Transport) -> Mapping[str, Any]:
    try:
        reply = transport.request("GET", "/readyz")
        checks = orjson.loads(reply.body)["checks"]
    except (ServiceUnavailable, ValueError, KeyError, TypeError):
        return {"name": name, "state": "away", "checks": {}}
    return {"name": name, "state": "ready" if reply.status == READY else "not_ready", "checks": checks}
