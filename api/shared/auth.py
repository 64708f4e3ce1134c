"""Who is calling: access tokens and personal access tokens, roles and scopes.

Access tokens are JWS (RFC 7515) signed with Ed25519 (RFC 8037), profiled after RFC 9068; they are verified locally
against the published keys (JWKS). What may have changed since a token was signed - role, suspension, revocation - is
asked of a `Standings` source, which each service backs with its own database.
"""

import base64
import hashlib
import re
import tomllib
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from cachetools import TLRUCache
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.shared import json_text
from api.shared.clock import Clock, parse_rfc3339
from api.shared.problems import FORBIDDEN, UNAUTHENTICATED, Problem

ROLES = ("anonymous", "reader", "author", "editor", "admin", "owner")
AUDIENCE = "flask-blog"
ALGORITHM = "Ed25519"  # RFC 9864; the older name EdDSA left the curve open
TOKEN_TYPE = "at+jwt"  # noqa: S105 - a media type of RFC 9068
TOKEN_PREFIX = "fb_"  # noqa: S105 - the recognisable beginning of a token, no token
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
REVOCATION_SECONDS = 2.0
CLOCK_SKEW_SECONDS = 5
ACCESS_TABLE = Path(__file__).parent.parent / "access.toml"

_TOKEN = re.compile(r"fb_([0-9A-Za-z]{32})([0-9A-Za-z]{6})")
_JOSE = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody whose token was accepted. `scopes` is None when the token is good for all that the role may do."""

    account_id: str
    role: str
    scopes: frozenset[str] | None
    session_id: str | None = None
    token_id: str | None = None

    def is_at_least(self, role: str) -> bool:
        """Tell whether the caller's role includes another role."""
        return ROLES.index(self.role) >= ROLES.index(role)

    @property
    def key(self) -> str:
        """Return what scopes idempotency keys and rate limits to this caller."""
        return f"account:{self.account_id}"


@dataclass(frozen=True, slots=True)
class Access:
    """One row of `api/access.toml`: who may call an operation, and what the audit says of it."""

    role: str
    scope: str | None = None
    foreign: str | None = None
    audit: str | None = None
    unaudited: str | None = None
    besides: tuple[str, ...] = ()

    @property
    def scopes(self) -> tuple[str, ...]:
        """Return all scopes that a personal access token needs; none where no such token is enough."""
        return () if self.scope is None else (self.scope, *self.besides)

    def demand(self, caller: Caller | None) -> None:
        """Let the caller through or raise a Problem: 401 without a token, 403 with too little."""
        if self.role == "anonymous":
            return
        if caller is None:
            raise Problem(UNAUTHENTICATED, headers={"WWW-Authenticate": "Bearer"})
        if not caller.is_at_least(self.role):
            raise Problem(FORBIDDEN, f"This needs the role {self.role}; yours is {caller.role}.")
        if caller.scopes is not None and self.scope is None:
            raise Problem(FORBIDDEN, "No personal access token may do this; sign in.")
        missing = [] if caller.scopes is None else [scope for scope in self.scopes if scope not in caller.scopes]
        if missing:
            raise Problem(FORBIDDEN, f"The token lacks the scope {', '.join(missing)}.")

    def demand_own(self, caller: Caller, owners: Iterable[str]) -> None:
        """Let only an owner of the object, or the role that may touch others' objects, pass."""
        if caller.account_id in owners or (self.foreign and caller.is_at_least(self.foreign)):
            return
        raise Problem(FORBIDDEN, "This is somebody else's.")


def load_access(path: Path = ACCESS_TABLE) -> Mapping[str, Access]:
    """Read the table of operations: operationId → Access."""
    rows = tomllib.loads(path.read_text("utf-8"))
    return {name: Access(**{**row, "besides": tuple(row.get("besides", ()))}) for name, row in rows.items()}


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds now for the bearer of a token."""

    account_id: str
    role: str
    scopes: frozenset[str] | None = None
    token_id: str | None = None


class Standings(Protocol):
    """Tells what holds now; answers None for whoever may not call any more."""

    def of_session(self, account_id: str, session_id: str, role: str) -> Standing | None:
        """Return the standing behind an access token; `role` is what the token claims."""

    def of_token(self, digest: str) -> Standing | None:
        """Return the standing behind a personal access token, by its SHA-256 in hex."""


def token_digest(token: str) -> str:
    """Return the SHA-256 (hex) under which a personal access token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_checksum(body: str) -> str:
    """Return the six base-62 characters (CRC-32) that end a personal access token."""
    number = zlib.crc32(body.encode())
    digits = ""
    for _ in range(6):
        number, rest = divmod(number, 62)
        digits = BASE62[rest] + digits
    return digits


def _ignore(_token: str) -> None:
    """Do nothing about the use of a token."""


class Authenticator:
    """Turns an `Authorization` header into a Caller."""

    def __init__(
        self,
        *,
        issuer: str,
        keys: Callable[[str], KeySet | None],
        standings: Standings,
        clock: Clock,
        used: Callable[[str], None] = _ignore,
    ) -> None:
        """`keys(kid)` returns the published keys, fetched anew when the key id is unknown.

        `used` is told of each personal access token that was accepted, and must not wait.
        """
        self._used = used
        self._issuer = issuer
        self._keys = keys
        self._standings = standings
        self._clock = clock
        self._verified: TLRUCache[str, Mapping[str, Any]] = TLRUCache(
            4096, ttu=lambda _key, claims, _now: float(claims["exp"]), timer=lambda: clock.now().timestamp()
        )
        self._standing: TLRUCache[str, Standing] = TLRUCache(
            4096,
            ttu=lambda _key, _value, now: now + REVOCATION_SECONDS,
            timer=lambda: clock.now().timestamp(),
        )

    def caller(self, authorization: str | None) -> Caller | None:
        """Return who calls, or None without credentials. Raises a 401 Problem for a token that is not good."""
        if authorization is None:
            return None
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer":
            raise _refused("Use `Authorization: Bearer …`.")
        if token.startswith(TOKEN_PREFIX):
            return self._by_personal_token(token)
        return self._by_access_token(token)

    def forget(self) -> None:
        """Drop what is remembered of standings, because the change feed spoke of callers."""
        self._standing.clear()

    def _by_personal_token(self, token: str) -> Caller:
        match = _TOKEN.fullmatch(token)
        if match is None or token_checksum(match[1]) != match[2]:
            raise _refused("This is no personal access token of this blog.")
        digest = token_digest(token)
        standing = self._remember(digest, lambda: self._standings.of_token(digest))
        if standing is None:
            raise _refused("The token is unknown, expired or revoked.")
        self._used(token)
        return Caller(standing.account_id, standing.role, standing.scopes, token_id=standing.token_id)

    def _by_access_token(self, token: str) -> Caller:
        claims = self._verified.get(token)
        if claims is None:
            claims = self._verify(token)
            self._verified[token] = claims
        account_id, session_id, role = claims["sub"], claims["sid"], claims["role"]
        standing = self._remember(
            f"{account_id} {session_id} {role}",
            lambda: self._standings.of_session(account_id, session_id, role),
        )
        if standing is None:
            raise _refused("The session has ended.")
        return Caller(account_id, standing.role, None, session_id=session_id)

    def _remember(self, key: str, ask: Callable[[], Standing | None]) -> Standing | None:
        known = self._standing.get(key)
        if known is None:
            known = ask()
            if known is not None:
                self._standing[key] = known
        return known

    def _verify(self, token: str) -> Mapping[str, Any]:
        if not _JOSE.fullmatch(token):
            raise _refused("This is no access token.")
        try:
            header = _header(token)
            keys = self._keys(header["kid"])
            if keys is None:
                raise _refused("The token's key is unknown.")
            signed = jws.deserialize_compact(token, keys, algorithms=[ALGORITHM])
            return self._checked(signed.payload)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise _refused("The access token is not valid.") from error

    def _checked(self, payload: bytes) -> Mapping[str, Any]:
        claims = _json(payload)
        now = self._clock.now().timestamp()
        if claims["iss"] != self._issuer or claims["aud"] != AUDIENCE:
            raise _refused("The token was made for another place.")
        if claims["exp"] <= now:
            raise _refused("The access token has expired.")
        if claims["iat"] > now + CLOCK_SKEW_SECONDS or claims["role"] not in ROLES:
            raise _refused("The access token is not valid.")
        if not all(isinstance(claims[name], str) for name in ("sub", "sid")):
            raise _refused("The access token is not valid.")
        return claims


def _header(token: str) -> Mapping[str, Any]:
    encoded = token.split(".", 1)[0]
    header = _json(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    # Only these three: `jku`, `x5u`, `jwk` and `crit` could make a verifier trust the sender's key or skip a rule
    if set(header) != {"alg", "typ", "kid"} or header["alg"] != ALGORITHM or header["typ"] != TOKEN_TYPE:
        raise ValueError("unexpected JOSE header")
    if not isinstance(header["kid"], str):
        raise TypeError("kid is no string")
    return header


def _json(data: bytes) -> dict[str, Any]:
    value = json_text.loads(data)
    if not isinstance(value, dict):
        raise TypeError("no JSON object")
    return value


def _refused(detail: str) -> Problem:
    return Problem(UNAUTHENTICATED, detail, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


def has_expired(moment: str | None, clock: Clock) -> bool:
    """Tell whether an RFC 3339 time, if there is one, has passed."""
    return moment is not None and parse_rfc3339(moment) <= clock.now()
