"""Tells the hub and search engines of posts that changed: at least once, by one worker at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import orjson
import structlog

from api.blog.context import Context
from api.blog.outgoing.sender import NotAllowed, NotAnswered, Sender
from api.blog.posts import reading
from api.blog.posts.presentation import address
from api.shared import leases, store
from api.shared.clock import parse_rfc3339, rfc3339
from api.shared.store import AlreadyExists, FeedCompacted, Record

ID = "posts"
LEASE = timedelta(minutes=3)
FIRST_PAUSE = timedelta(seconds=30)
MOST_ATTEMPTS = 8
# as many posts as one query names
CHANGES = 200
FAR_AHEAD = 1_000
FEEDS = ("feed.xml", "atom.xml", "feed.json")
TRY_LATER = frozenset({408, 425, 429})
_log = structlog.get_logger("pings")


class Unanswered(Exception):
    """Somebody could not be told now."""


@dataclass(frozen=True, slots=True)
class _News:
    position: int
    feeds_changed: bool
    addresses: Sequence[str]


class Pinger:
    """Tells of one blog's posts, beside any number of others."""

    def __init__(self, context: Context, sender: Sender) -> None:
        self._context = context
        self._sender = sender
        self._read = 0

    def tell(self) -> int:
        """Tell of what is new, if somebody wants to know; returns 1 when there was something."""
        context, targets = self._context, self._context.pings
        if not targets.hub and not targets.indexnow_key:
            return 0
        now = context.now()
        state = self._state(now)
        if state["due_at"] > now:
            return 0
        news = self._news(state, now)
        if not news.feeds_changed and news.position - state["position"] < FAR_AHEAD:
            self._read = news.position
            return 0
        leased = leases.take(context.store, "pings", state, lease=LEASE, clock=context.clock)
        return 0 if leased is None else self._told(leased, news, now)

    def _state(self, now: str) -> Record:
        """Return up to where was told; whoever is first begins with what happens from now on."""
        known = self._context.store
        found = known.get("pings", ID)
        if found is None:
            values = {"position": known.changes(0, limit=1).head, "told_until": now, "attempts": 0, "due_at": now}
            try:
                known.commit([store.insert("pings", ID, values)])
            except AlreadyExists:
                return self._state(now)
            return {"id": ID, "version": 1, **values}
        return found.record

    def _news(self, state: Record, now: str) -> _News:
        known = self._context.store
        after = max(state["position"], self._read)
        try:
            page = known.changes(after, limit=CHANGES)
        except FeedCompacted as error:
            # what happened meanwhile is not told one by one: feeds may have changed
            return _News(error.head, feeds_changed=True, addresses=self._due(state, now))
        changed = [each for each in page.changes if each["collection"] == "posts" and _was_public(each["record"], now)]
        ids = sorted({each["id"] for each in changed})
        due = self._due(state, now)
        addresses = list(dict.fromkeys([*(self._public({"id": ids}, now) if ids else []), *due]))
        position = page.changes[-1]["seq"] if page.changes else after
        return _News(position, bool(changed or due), addresses)

    def _due(self, state: Record, now: str) -> list[str]:
        return self._public({"published_after": state["told_until"]}, now)

    def _public(self, filters: reading.Filters, now: str) -> list[str]:
        """Return the addresses of posts that everybody may read at this moment."""
        narrowed = reading.public({"published_before": None, **filters}, now)
        page = self._context.store.find("posts", narrowed, sort="published_at", limit=CHANGES, brief=True)
        return [address(self._context, post) for post in page.records]

    def _told(self, state: Record, news: _News, now: str) -> int:
        """Tell, and write what came of it."""
        values = {"position": news.position, "told_until": _just_after(now), "attempts": 0, "due_at": now}
        try:
            if news.feeds_changed:
                self._tell_hub()
                self._tell_search_engines(news.addresses)
        except Unanswered as error:
            _log.warning("somebody could not be told", reason=str(error), attempt=state["attempts"])
            if state["attempts"] < MOST_ATTEMPTS:
                pause = FIRST_PAUSE * 2 ** (state["attempts"] - 1)
                values = {"due_at": rfc3339(self._context.clock.now() + pause)}
        leases.settle(self._context.store, store.update("pings", ID, values, if_version=state["version"]))
        return 1

    def _tell_hub(self) -> None:
        hub = self._context.pings.hub
        for name in FEEDS if hub else ():
            form = urlencode({"hub.mode": "publish", "hub.url": f"{self._context.public_url}/{name}"})
            self._post(hub, form.encode(), "application/x-www-form-urlencoded")

    def _tell_search_engines(self, addresses: Sequence[str]) -> None:
        targets, site = self._context.pings, self._context.public_url
        if not targets.indexnow_key or not addresses:
            return
        key = targets.indexnow_key
        body = {"host": urlsplit(site).netloc, "key": key, "keyLocation": f"{site}/{key}.txt", "urlList": addresses}
        self._post(targets.indexnow_url, orjson.dumps(body), "application/json; charset=utf-8")

    def _post(self, url: str, body: bytes, content_type: str) -> None:
        """Send; what is refused for good is only logged. Raises Unanswered."""
        try:
            answer = self._sender.post(url, body, {"Content-Type": content_type, "User-Agent": "Flask-Blog"})
        except NotAnswered as error:
            raise Unanswered(str(error)) from error
        except NotAllowed as error:
            _log.error("a ping goes nowhere: allow its network with BLOG_SEND_TO", reason=str(error), url=url)
            return
        if answer.status >= 500 or answer.status in TRY_LATER:  # noqa: PLR2004 - HTTP's own number
            raise Unanswered(f"{answer.status} from {urlsplit(url).hostname}")
        _log.info("told", url=url, status=answer.status)


def _was_public(post: Record, now: str) -> bool:
    """Tell whether a post stands, or stood, where readers are: drafts are no news, what is due later none yet."""
    at = post["published_at"]
    return post["status"] != "draft" and at is not None and at <= now


def _just_after(now: str) -> str:
    return rfc3339(parse_rfc3339(now) + timedelta(microseconds=1))
