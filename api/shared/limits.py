"""Rate limits per token and per address, told in the `RateLimit` headers of the IETF draft.

The counting is the `limits` package's; in memory for one process, or in Redis by URL when replicas share it.
"""

import hashlib
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Request, Response, g, request
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter, SlidingWindowCounterRateLimiter

from api.shared.clock import SystemClock
from api.shared.memory_counts import SweptMemoryStorage
from api.shared.problems import TOO_MANY_REQUESTS, Problem

IN_MEMORY = f"{SweptMemoryStorage.STORAGE_SCHEME[0]}://"
IPV6_SUBSCRIBER_PREFIX = 64


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
    hit costs the same and takes the same memory whatever the limit is.
    """

    def __init__(self, storage_url: str, *, exact: bool = False) -> None:
        strategy = MovingWindowRateLimiter if exact else SlidingWindowCounterRateLimiter
        self._window = strategy(storage_from_string(storage_url.replace("memory://", IN_MEMORY)))
        # the package counts by the machine's clock, so the seconds left are told by it too
        self._clock = SystemClock()

    def hit(self, policy: Policy, key: str) -> None:
        """Count one hit. Raises a 429 Problem with `Retry-After` when the limit is reached."""
        allowed = self._window.hit(policy.item, policy.name, key)
        reset, remaining = self._window.get_window_stats(policy.item, policy.name, key)
        seconds = max(1, round(reset - self._clock.now().timestamp()))
        g.rate_limit = (
            f'"{policy.name}";q={policy.item.amount};w={policy.item.get_expiry()}',
            f'"{policy.name}";r={remaining};t={seconds}',
        )
        if not allowed:
            raise Problem(TOO_MANY_REQUESTS, headers={"Retry-After": str(seconds)})


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


def install(app: Flask, limiter: Limiter, *, anonymous: Policy, bearer: Policy, exempt: Callable[[str], bool]) -> None:
    """Limit every request: by token when there is one, by address otherwise."""

    def count() -> None:
        if exempt(request.path):
            return
        token = request.headers.get("Authorization")
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
