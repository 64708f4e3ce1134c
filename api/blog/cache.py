"""Answers anonymous reads again without asking Flask: a WSGI layer in front of the application.

An answer is remembered with the names of the records it shows. It is dropped when one of them changes: at once for
commits of this process, within half a second for those of others, who are heard of by the change feed. It expires
when the next scheduled post that it could show falls due. While the feed is silent nothing is believed; and when the
reads fail too, what was answered before is answered still, marked as stale. Nobody with credentials is ever answered
from here.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from api.blog.cache_shares import Key, share_for, shares_of
from api.shared.clock import Clock, parse_rfc3339
from api.shared.http import JSON_ANSWERS, acceptable, bare, matches, request_id
from api.shared.responses import SHOWS_KEY

SILENCE = timedelta(seconds=2)
PATIENCE_SECONDS = 10
REMEMBERED_DROPS = 1000
LARGEST_PART = 16
OVERHEAD_BYTES = 1000
UNAVAILABLE = "503"
HOW = ("hit", "miss", "stale")
NOT_MODIFIED = "304 NOT MODIFIED"
# what belongs to one exchange, not to the answer
PASSING = frozenset({"x-request-id", "ratelimit", "ratelimit-policy"})
KEPT_BY_304 = frozenset({"etag", "cache-control", "vary", "access-control-allow-origin"})
JSON = "application/json"
UNCACHED_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
# who sends credentials is never answered from here, and who wants a part gets it from where the whole is
PASSED_ON = ("HTTP_AUTHORIZATION", "HTTP_COOKIE", "HTTP_RANGE")

Headers = list[tuple[str, str]]
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]


@dataclass(slots=True)
class Entry:
    """One remembered answer, ready to be sent."""

    status: str
    headers: Headers
    body: bytes
    etag: str | None
    media_type: str
    shows: frozenset[str]
    fresh_until: datetime
    used: bool = False
    told_by_304: Headers = field(init=False)

    def __post_init__(self) -> None:
        """Choose what a 304 says once, not with each of them."""
        self.told_by_304 = [pair for pair in self.headers if pair[0].lower() in KEPT_BY_304]

    @property
    def size(self) -> int:
        """Return roughly how many bytes it takes to remember it."""
        return len(self.body) + OVERHEAD_BYTES


@dataclass(slots=True)
class Flight:
    """A miss on its way to the application, and those who wait for it."""

    landed: threading.Event = field(default_factory=threading.Event)
    entry: Entry | None = None


class Cache:
    """The entries, in shares that are bounded in bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._entries: dict[Key, Entry] = {}
        self._by_name: dict[str, set[Key]] = {}
        self.shares = shares_of(most_bytes)
        self._flights: dict[Key, Flight] = {}
        self._moment = 0
        self._drops: deque[tuple[int, frozenset[str]]] = deque(maxlen=REMEMBERED_DROPS)
        self._lock = threading.Lock()
        self.find = self._entries.get
        self.believed_until = datetime.min.replace(tzinfo=UTC)

    def heard(self, moment: datetime) -> None:
        """Believe the entries for a while, because nothing was committed before this moment that was not heeded."""
        self.believed_until = moment + SILENCE

    def depart(self, key: Key) -> tuple[Flight, bool, int]:
        """Return the flight that fetches a key, whether it is the caller's own to fly, and the moment it began."""
        with self._lock:
            flight = self._flights.get(key)
            if flight is not None:
                return flight, False, self._moment
            flight = self._flights[key] = Flight()
            return flight, True, self._moment

    def land(self, key: Key, flight: Flight, entry: Entry | None, began: int) -> None:
        """End a flight; its entry is kept unless something it shows has changed since the flight began."""
        with self._lock:
            if self._flights.get(key) is flight:
                del self._flights[key]
            if entry is not None and entry.size * LARGEST_PART <= self._most_bytes and not self._outdated(entry, began):
                self._forget(key)
                self._keep(key, entry)
        flight.entry = entry
        flight.landed.set()

    def drop(self, names: Iterable[str]) -> None:
        """Forget every answer that shows one of these records, and take no more passengers on flights that began."""
        changed = frozenset(names)
        with self._lock:
            self._moment += 1
            self._drops.append((self._moment, changed))
            self._flights.clear()
            for name in changed:
                for key in list(self._by_name.get(name, ())):
                    self._forget(key)

    def clear(self) -> None:
        """Forget everything, because nobody knows what has changed."""
        with self._lock:
            self._moment += REMEMBERED_DROPS
            self._drops.clear()
            self._flights.clear()
            for key in list(self._entries):
                self._forget(key)

    def _outdated(self, entry: Entry, began: int) -> bool:
        missed = self._moment - began
        if missed > len(self._drops):
            return True
        return any(not entry.shows.isdisjoint(names) for moment, names in self._drops if moment > began)

    def _keep(self, key: Key, entry: Entry) -> None:
        self._entries[key] = entry
        for name in entry.shows:
            self._by_name.setdefault(name, set()).add(key)
        share = self.shares[share_for(key)]
        share.keep(key, entry)
        for surplus in share.surplus():
            self._forget(surplus)

    def _forget(self, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self.shares[share_for(key)].forget(key)
        for name in entry.shows:
            keys = self._by_name[name]
            keys.discard(key)
            if not keys:
                del self._by_name[name]


class CachingLayer:
    """The WSGI application that answers from the cache, or from the application behind it."""

    def __init__(
        self, app: WsgiApp, cache: Cache, clock: Clock, *, wake: Callable[[], None], count: Callable[[str], None]
    ) -> None:
        """`wake` is called on each miss: it starts whatever listens to the feed in this process.

        `count` is told of each answer whether it was a hit, a miss or stale.
        """
        self._app = app
        self._cache = cache
        self._now = clock.now
        self._wake = wake
        self._count = count

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or any(name in environ for name in PASSED_ON):
            return self._app(environ, start_response)
        key = (environ["PATH_INFO"], environ.get("QUERY_STRING", ""))
        entry = self._cache.find(key)
        if entry is not None:
            if not _acceptable(entry, environ):
                return self._app(environ, start_response)
            now = self._now()
            if now < self._cache.believed_until and now < entry.fresh_until:
                entry.used = True
                self._count("hit")
                return _send(entry, environ, start_response, "hit")
        if key[0] in UNCACHED_PATHS:
            return self._app(environ, start_response)
        self._wake()
        return self._miss(key, environ, start_response)

    def _miss(self, key: Key, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        flight, own, began = self._cache.depart(key)
        if not own and flight.landed.wait(PATIENCE_SECONDS):
            shared = flight.entry
            if shared is not None and _acceptable(shared, environ):
                self._count("hit")
                return _send(shared, environ, start_response, "hit")
        entry = None
        try:
            status, headers, body, entry = self._fetch(environ)
        finally:
            if own:
                self._cache.land(key, flight, entry, began)
        known = self._cache.find(key) if entry is None and status.startswith(UNAVAILABLE) else None
        self._count("miss" if known is None else "stale")
        if entry is not None:
            passing = [pair for pair in headers if pair[0].lower() in PASSING]
            return _send(entry, environ, start_response, "miss", passing)
        if known is not None:
            return _send(known, environ, start_response, "stale")
        start_response(status, [*headers, ("X-Cache", "miss")])
        return [body] if environ["REQUEST_METHOD"] == "GET" else []

    def _fetch(self, environ: Environ) -> tuple[str, Headers, bytes, Entry | None]:
        """Ask the application for the whole answer, whatever part of it the client wants."""
        asked = {**environ, "REQUEST_METHOD": "GET"}
        asked.pop("HTTP_IF_NONE_MATCH", None)
        started: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, _exc_info: object = None) -> None:
            started[:] = [(status, headers)]

        chunks = self._app(asked, start)
        try:
            body = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        status, headers = started[0]
        return status, headers, body, _entry(status, headers, body, asked.get(SHOWS_KEY))


def names_of(changes: Iterable[tuple[str, str]]) -> set[str]:
    """Return the names under which answers depend on changed records: the collection, and the record itself."""
    return {name for collection, record_id in changes for name in (collection, f"{collection}/{record_id}")}


def _entry(status: str, headers: Headers, body: bytes, shows: tuple[frozenset[str], str | None] | None) -> Entry | None:
    if shows is None or not shows[0]:
        return None
    fields: Mapping[str, str] = {name.lower(): value for name, value in headers}
    until = parse_rfc3339(shows[1]) if shows[1] is not None else datetime.max.replace(tzinfo=UTC)
    kept = [(name, value) for name, value in headers if name.lower() not in PASSING]
    return Entry(status, kept, body, fields.get("etag"), bare(fields.get("content-type", "")), shows[0], until)


def _acceptable(entry: Entry, environ: Environ) -> bool:
    """Tell whether the application, too, would give this answer to who accepts what the request says."""
    accept = environ.get("HTTP_ACCEPT", "*/*")
    if accept == "*/*":
        return True
    if entry.media_type == JSON:
        return bool(acceptable(accept, *JSON_ANSWERS))
    return acceptable(accept, entry.media_type) is not False


def _send(
    entry: Entry, environ: Environ, start_response: StartResponse, how: str, passing: Headers | None = None
) -> Sequence[bytes]:
    own = passing or [("X-Request-ID", request_id(environ.get("HTTP_X_REQUEST_ID", "")))]
    own = [*own, ("X-Cache", how)]
    wanted = environ.get("HTTP_IF_NONE_MATCH")
    if wanted and entry.etag is not None and (wanted == entry.etag or matches(wanted, entry.etag)):
        start_response(NOT_MODIFIED, entry.told_by_304 + own)
        return ()
    start_response(entry.status, entry.headers + own)
    return () if environ["REQUEST_METHOD"] == "HEAD" else (entry.body,)
