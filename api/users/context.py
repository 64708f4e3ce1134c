"""What the rules of this service work with; made once by `create_app`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from api.shared.auth import ROLES, Access
from api.shared.clock import Clock, rfc3339
from api.shared.limits import Limiter, Policy
from api.shared.store import Store
from api.shared.transport import Transport
from api.users.audit.failures import Failures
from api.users.jwks.rules import SigningKeys
from api.users.passwords import Passwords
from api.users.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """The store, the clock, the keys and the settings of one User Service."""

    settings: Settings
    store: Store
    clock: Clock
    keys: SigningKeys
    passwords: Passwords
    access: Mapping[str, Access]
    limiter: Limiter
    sign_in_policy: Policy
    second_factor_policy: Policy
    failures: Failures
    # The services that this one can ask how they are; whoever composes them adds to it
    peers: dict[str, Transport]

    def now(self) -> str:
        """Return the moment as it is stored and sent."""
        return rfc3339(self.clock.now())

    def next_moment(self) -> str:
        """Return the first moment after this one: what ends now is over."""
        return rfc3339(self.clock.now() + timedelta(microseconds=1))

    def scopes_of(self, role: str) -> list[str]:
        """Return every scope that the role may use, by the table of access."""
        within = ROLES[: ROLES.index(role) + 1]
        return sorted({row.scope for row in self.access.values() if row.scope and row.role in within})
