"""Rate limits per token and per address, told in the `RateLimit` headers of the IETF draft.

The counting is the `limits` package's; in memory for one process, or in Redis by URL when replicas share it.
"""

import hashlib
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import structlog
from flask import Flask, Request, Response, g, request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter, RateLimiter, SlidingWindowCounterRateLimiter

from api.shared import environment
from api.shared.clock import SystemClock
from api.shared.environment import SettingRefused
from api.shared.memory_counts import SweptMemoryStorage
from api.shared.problems import TOO_MANY_REQUESTS, Problem

MEMORY = "memory://"
IN_MEMORY = f"{SweptMemoryStorage.STORAGE_SCHEME[0]}://"
SHARED = ("redis://", "rediss://", "redis+unix://")
ANSWER_SECONDS = 0.5
# How long a shared store that did not answer is not asked again
AWAY = timedelta(seconds=5)
IPV6_SUBSCRIBER_PREFIX = 64
# What supervisors and scrapers ask
UNLIMITED = {"/healthz", "/readyz", "/metrics"}


@dataclass(frozen=True, slots=True)
class Policy:
    """A named limit such as `anonymous`, `600 per minute`."""

    name: str
    item: RateLimitItem

    @classmethod
    def of(cls, name: str, text: str) -> "Policy":
        """Read a limit written as `600 per minute`."""
        return cls(name, parse(text))


class Limiter:
    """Counts hits against policies.

    `exact` remembers each hit of a window, for limits of a few; otherwise two counters stand for a window, so that a
    hit costs the same and takes the same memory whatever the limit is. While a shared store is away, each process
    counts by itself: nobody is let in without a count, and nobody is kept out for want of one.
    """

    def __init__(self, storage_url: str, *, exact: bool = False) -> None:
        self._strategy = MovingWindowRateLimiter if exact else SlidingWindowCounterRateLimiter
        self._alone = self._strategy(storage_from_string(IN_MEMORY))
        shared = not storage_url.startswith(MEMORY)
        self._shared = self._strategy(_shared_storage(storage_url)) if shared else None
        # the package counts by the machine's clock, so the seconds left are told by it too
        self._clock = SystemClock()
        self._away_until = self._clock.now()

    def hit(self, policy: Policy, key: str, *, told: bool = True) -> None:
        """Count one hit. Raises a 429 Problem with `Retry-After` when the limit is reached.

        How many are left is not `told` where that would say what others did.
        """
        allowed, reset, remaining = self._counted(policy, key)
        seconds = max(1, round(reset - self._clock.now().timestamp()))
        if told or not allowed:
            g.rate_limit = (
                f'"{policy.name}";q={policy.item.amount};w={policy.item.get_expiry()}',
                f'"{policy.name}";r={remaining};t={seconds}',
            )
        if not allowed:
            raise Problem(TOO_MANY_REQUESTS, headers={"Retry-After": str(seconds)})

    def _counted(self, policy: Policy, key: str) -> tuple[bool, float, int]:
        if self._shared is not None and self._clock.now() >= self._away_until:
            try:
                return _count(self._shared, policy, key)
            except StorageError as error:
                self._away_until = self._clock.now() + AWAY
                # The cause's kind alone: its text may hold the address with its password
                reason = type(error.__cause__ or error).__name__
                structlog.get_logger("limits").warning("the shared counts are away", reason=reason)
        return _count(self._alone, policy, key)


def _count(window: RateLimiter, policy: Policy, key: str) -> tuple[bool, float, int]:
    allowed = window.hit(policy.item, policy.name, key)
    reset, remaining = window.get_window_stats(policy.item, policy.name, key)
    return allowed, reset, remaining


def _shared_storage(url: str) -> Storage:
    storage = storage_from_string(
        url, wrap_exceptions=True, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
    )
    # its type allows for the asynchronous ones, whose addresses begin otherwise
    return cast("Storage", storage)


def storage_setting(name: str) -> str:
    """Return where counts are kept, as the environment says. Raises SettingRefused."""
    url = environment.text(name, MEMORY)
    if url != MEMORY and not url.startswith(SHARED):
        # Without what was given: it may hold a password
        raise SettingRefused(f"{name} has to be {MEMORY} or begin with one of {', '.join(SHARED)}.")
    return url


def address_key(incoming: Request) -> str:
    """Return the caller's network address; IPv6 neighbours of one /64 are one subscriber."""
    text = incoming.remote_addr or "unknown"
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, IPV6_SUBSCRIBER_PREFIX), strict=False))
    return text


def install(
    app: Flask,
    limiter: Limiter,
    *,
    anonymous: Policy,
    bearer: Policy,
    looks_at_tokens: Callable[[str], bool],
) -> None:
    """Limit every request: by token when there is one that its endpoint looks at, by address otherwise."""

    def count() -> None:
        if request.path in UNLIMITED:
            return
        token = request.headers.get("Authorization") if looks_at_tokens(request.endpoint or "") else None
        if token is None:
            limiter.hit(anonymous, address_key(request))
        else:
            limiter.hit(bearer, hashlib.sha256(token.encode()).hexdigest())

    def tell(response: Response) -> Response:
        told = g.get("rate_limit")
        if told is not None:
            response.headers["RateLimit-Policy"], response.headers["RateLimit"] = told
        return response

    app.before_request(count)
    app.after_request(tell)
