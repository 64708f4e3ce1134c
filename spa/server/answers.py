"""The Blog API's answers, kept and revalidated: a page asks the Blog Service once a second at most."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from threading import Lock

from api.shared.clock import Clock
from api.shared.transport import Reply, ServiceUnavailable, Transport
from spa.server.bounded import BoundedStore

FRESH = timedelta(seconds=1)
# While the Blog Service is away, one request in this time finds out whether it is back; the others do not wait.
RETRY = timedelta(seconds=2)
MARGIN = 400
MOVED = 301
JSON = {"Content-Type": "application/json"}
NOT_MODIFIED = 304
TOO_MANY = 429
# What says something about the asked address; every other status is a fault of the moment.
MEANINGFUL = frozenset({200, 301, 404, 410, 422})


class BlogAway(Exception):
    """The Blog Service does not answer and nothing was kept."""


class ReaderLimited(Exception):
    """This reader asked for more than the Blog Service gives in this time, and nothing was kept."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One API answer; `mark` changes whenever the answer does."""

    status: int
    body: bytes
    mark: str
    location: str = ""
    stale: bool = False


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Answer
    etag: str
    checked: datetime

    @property
    def size(self) -> int:
        return len(self.answer.body) + MARGIN


class Answers:
    """Asks the public Blog API, anonymously, and keeps what it said."""

    def __init__(self, blog: Transport, clock: Clock, *, limit: int) -> None:
        self._blog = blog
        self._clock = clock
        self._kept: BoundedStore[_Kept] = BoundedStore(limit)
        self._away_until: datetime | None = None
        self._asking: set[str] = set()
        self._lock = Lock()

    def get(self, path: str, forwarded: Mapping[str, str]) -> Answer:
        """Return the API's answer to `path`; at most a second old, or stale while the Blog Service is away.

        `forwarded` names the reader to the Blog Service, so that limits count readers. Raises BlogAway
        and ReaderLimited.
        """
        kept, now = self._kept.get(path), self._clock.now()
        if kept is not None and (now - kept.checked < FRESH or self._is_asked(path)):
            return kept.answer
        try:
            return self._ask(path, kept, now, forwarded)
        finally:
            with self._lock:
                self._asking.discard(path)

    def passing(self, path: str, forwarded: Mapping[str, str]) -> Answer:
        """Return the API's answer and keep nothing of it: for addresses of which there is no end.

        Raises BlogAway and ReaderLimited.
        """
        now = self._clock.now()
        if self._away_until is not None and now < self._away_until:
            raise BlogAway(path)
        try:
            reply = self._blog.request("GET", path, headers=forwarded)
        except ServiceUnavailable as error:
            self._away_until = now + RETRY
            raise BlogAway(path) from error
        if reply.status == TOO_MANY:
            raise ReaderLimited(path)
        if not _meaningful(reply):
            raise BlogAway(path)
        return _answer(reply)

    def send(self, path: str, body: bytes, forwarded: Mapping[str, str]) -> Answer:
        """Pass on JSON that a reader sent, once, and return what the API says to it. Raises BlogAway."""
        try:
            return _answer(self._blog.request("POST", path, headers={**forwarded, **JSON}, body=body))
        except ServiceUnavailable as error:
            raise BlogAway(path) from error

    def _is_asked(self, path: str) -> bool:
        """Tell whether another thread is asking already; if not, the caller is the one who asks."""
        with self._lock:
            if path in self._asking:
                return True
            self._asking.add(path)
            return False

    def _ask(self, path: str, kept: _Kept | None, now: datetime, forwarded: Mapping[str, str]) -> Answer:
        if self._away_until is None or now >= self._away_until:
            headers = {**forwarded, "If-None-Match": kept.etag} if kept and kept.etag else forwarded
            try:
                reply = self._blog.request("GET", path, headers=headers)
            except ServiceUnavailable:
                reply = None
            if reply is not None and kept is not None and reply.status == NOT_MODIFIED:
                return self._keep(path, replace(kept.answer, stale=False), kept.etag)
            if reply is not None and _meaningful(reply):
                return self._keep(path, _answer(reply), reply.headers.get("etag", ""))
            if reply is not None and reply.status == TOO_MANY and kept is None:
                raise ReaderLimited(path)
            if reply is None or reply.status != TOO_MANY:
                self._away_until = now + RETRY
        if kept is None:
            raise BlogAway(path)
        return self._keep(path, replace(kept.answer, stale=True), kept.etag)

    def _keep(self, path: str, answer: Answer, etag: str) -> Answer:
        if not answer.stale:
            self._away_until = None
        self._kept.put(path, _Kept(answer, etag, self._clock.now()))
        return answer


def _meaningful(reply: Reply) -> bool:
    """Tell the blog's own word from what something on the way said in its place, such as a proxy's page."""
    return reply.status in MEANINGFUL and (reply.status == MOVED or "json" in reply.headers.get("content-type", ""))


def _answer(reply: Reply) -> Answer:
    mark = blake2b(reply.body, digest_size=12).hexdigest()
    return Answer(reply.status, reply.body, f"{reply.status}-{mark}", reply.headers.get("location", ""))
