"""Who may do what: keys tell services apart, a table says which service may do what to which database."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from api.shared.problems import FORBIDDEN, UNAUTHENTICATED, Problem

Operation = Literal["read", "commit", "changes", "replay", "databases", "backups", "checks"]

_OWN: frozenset[Operation] = frozenset({"read", "commit", "changes", "replay"})
_OPERATE: frozenset[Operation] = frozenset({"databases", "backups", "checks"})
EVERY_DATABASE = "*"

# What is not listed is refused
CAPABILITIES: Mapping[str, Mapping[str, frozenset[Operation]]] = MappingProxyType(
    {
        "blog": {"blog": _OWN},
        # For /system: administrators see the databases and make backups through the User Service
        "users": {"users": _OWN, EVERY_DATABASE: _OPERATE},
        "operator": {EVERY_DATABASE: _OPERATE},
    }
)


class Credentials:
    """Knows the keys that services present. Only their digests are kept."""

    def __init__(self, keys: Mapping[str, Sequence[str]]) -> None:
        self._digests = [(service, _digest(key)) for service, several in keys.items() for key in several]

    def service(self, authorization: str | None) -> str:
        """Return the service that an `Authorization` header belongs to. Raises Problem."""
        scheme, _, key = (authorization or "").partition(" ")
        given = _digest(key)
        # Every digest is compared, so that the time taken tells nothing
        matching = [service for service, digest in self._digests if hmac.compare_digest(digest, given)]
        if scheme.lower() != "bearer" or not matching:
            raise Problem(UNAUTHENTICATED, "The operation needs a service key.", headers={"WWW-Authenticate": "Bearer"})
        return matching[0]

    def authorize(self, authorization: str | None, database: str, operation: Operation) -> str:
        """Return the service that may do this. Raises Problem: 401 for no known key, 403 for the wrong one."""
        service = self.service(authorization)
        if operation not in CAPABILITIES[service].get(database, frozenset()):
            raise Problem(FORBIDDEN, "This key does not allow this operation on this database.")
        return service


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
