"""Works out from the change feed what webhooks are told: each event once for each webhook, by one worker at a time.

What is to be told, what was told to be public and the new place in the feed are one commit: a worker that is killed
has done all of it or nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from api.blog.context import Context
from api.blog.webhooks.events import Event, Known, due, happened
from api.blog.webhooks.rules import FEED, MOST_WEBHOOKS, delivery
from api.shared import store
from api.shared.clock import parse_rfc3339, rfc3339
from api.shared.store import AlreadyExists, FeedCompacted, Operation, Record, VersionMismatch

# so that what follows from them, for as many webhooks as there may be, is one commit
CHANGES = 40
FAR_AHEAD = 1_000
_log = structlog.get_logger("webhooks")


class Recorder:
    """Turns changes into deliveries, beside any number of others that do the same."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._read = 0

    def record(self) -> int:
        """Work out the next stretch of the feed; returns 1 when there was something to tell. Raises StoreError."""
        context, now = self._context, self._context.now()
        begun = context.store.get("announcing", FEED)
        if begun is None:
            return 0
        state = begun.record
        changes, position = self._changes(max(state["position"], self._read))
        due_posts = self._due(state["told_until"], now)
        known = Known({}, state["begun_at"], now)
        operations = self._told(changes, due_posts, known, position)
        if not operations and position - state["position"] < FAR_AHEAD:
            self._read = position
            return 0
        values = {"position": position, "told_until": _just_after(now)}
        operations.append(store.update("announcing", FEED, values, if_version=state["version"]))
        try:
            context.store.commit(operations)
        except (VersionMismatch, AlreadyExists):
            return 1  # another worker was faster: the next turn sees what it did
        self._read = position
        return 1

    def _changes(self, after: int) -> tuple[Sequence[Record], int]:
        try:
            page = self._context.store.changes(after, limit=CHANGES)
        except FeedCompacted as error:
            _log.error("events were lost: no worker read the feed for too long", after=after, head=error.head)
            return (), error.head
        return page.changes, page.changes[-1]["seq"] if page.changes else after

    def _due(self, since: str, now: str) -> Sequence[Record]:
        """Return posts whose time came since that was last looked at."""
        filters = {"status": "published", "published_after": since, "published_before": now}
        return self._context.store.find("posts", filters, sort="published_at", limit=CHANGES, brief=True).records

    def _told(
        self, changes: Sequence[Record], due_posts: Sequence[Record], known: Known, position: int
    ) -> list[Operation]:
        before = self._shown([*(each["id"] for each in changes), *(each["id"] for each in due_posts)])
        shown, events = dict(before), []
        for change in changes:
            event, sees = happened(self._context, change, replace(known, shown=shown))
            events += [event] if event is not None else []
            if sees is not None:
                shown[change["id"]] = sees
        for post in due_posts:
            if not shown.get(post["id"]):
                events.append(due(self._context, post, position))
                shown[post["id"]] = True
        gone = {change["id"] for change in changes if change["op"] == "delete"}
        return [*self._deliveries(events, known.now), *_kept(before, shown, gone)]

    def _shown(self, ids: Sequence[str]) -> dict[str, bool]:
        if not ids:
            return {}
        wanted = sorted(set(ids))
        page = self._context.store.find("announcements", {"id": wanted}, limit=len(wanted))
        return {each["id"]: each["shown"] for each in page.records}

    def _deliveries(self, events: Sequence[Event], now: str) -> list[Operation]:
        if not events:
            return []
        webhooks = self._context.store.find("webhooks", sort="created_at", limit=MOST_WEBHOOKS).records
        return [
            delivery(webhook, event, now)[1]
            for event in events
            for webhook in webhooks
            if event.name in webhook["events"] and event.position >= webhook["since"]
        ]


def _kept(before: Mapping[str, bool], shown: Mapping[str, bool], gone: Collection[str]) -> list[Operation]:
    operations = []
    for record_id, sees in shown.items():
        if record_id in gone:
            operations += [store.delete("announcements", record_id)] if record_id in before else []
        elif record_id not in before:
            operations.append(store.insert("announcements", record_id, {"shown": sees}))
        elif before[record_id] != sees:
            operations.append(store.update("announcements", record_id, {"shown": sees}))
    return operations


def _just_after(now: str) -> str:
    return rfc3339(parse_rfc3339(now) + timedelta(microseconds=1))
