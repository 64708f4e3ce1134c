"""What may happen to webhooks."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from api.blog.context import Context
from api.blog.outgoing.addresses import is_numeric, may_reach
from api.blog.webhooks import signing
from api.blog.webhooks.events import Event
from api.blog.webhooks.names import TEST
from api.blog.webhooks.problems import TOO_MANY_WEBHOOKS
from api.shared.clock import rfc3339
from api.shared.http import new_id
from api.shared.problems import INVALID, NOT_FOUND, Fault, Problem
from api.shared.store import Operation, Page, Record, delete, insert, update

MOST_WEBHOOKS = 20
OVERLAP = timedelta(hours=24)
# the record that says up to where events were worked out
FEED = "feed"


def one(context: Context, webhook_id: str) -> Record:
    """Return a webhook. Raises 404."""
    found = context.store.get("webhooks", webhook_id)
    if found is None:
        raise Problem(NOT_FOUND)
    return found.record


def listed(context: Context, query: Mapping[str, Any]) -> Page:
    """Return a page of the webhooks, the oldest first."""
    return context.store.find(
        "webhooks", sort="created_at", limit=query["limit"], cursor=query["cursor"], count=bool(query["count"])
    )


def make(context: Context, body: Mapping[str, Any]) -> tuple[Record, list[Operation]]:
    """Plan a webhook, which is told of what happens from now on. Raises 409 and 422."""
    _refuse_closed(context, body["url"])
    if len(context.store.find("webhooks", sort="created_at", limit=MOST_WEBHOOKS).records) >= MOST_WEBHOOKS:
        raise Problem(TOO_MANY_WEBHOOKS)
    now, webhook_id, head = context.now(), new_id(), context.store.changes(0, limit=1).head
    values = {
        "url": body["url"],
        "description": body.get("description"),
        "events": body["events"],
        "active": body.get("active", True),
        "since": head + 1,
        "secret": signing.draw(),
        "old_secret": None,
        "old_secret_ends_at": None,
        "created_at": now,
        "updated_at": now,
    }
    made = {"id": webhook_id, "version": 1, **values}
    return made, [insert("webhooks", webhook_id, values), *_begin(context, head, now)]


def revise(
    context: Context, webhook: Record, body: Mapping[str, Any], version: int
) -> tuple[Record, Sequence[Operation]]:
    """Plan a change. Raises 422."""
    if "url" in body:
        _refuse_closed(context, body["url"])
    changed = {name: value for name, value in body.items() if webhook[name] != value}
    return _changed(context, webhook, changed, version) if changed else (webhook, ())


def renew(context: Context, webhook: Record, version: int) -> tuple[Record, Sequence[Operation]]:
    """Plan a new secret; the one before signs along for a day."""
    ends = rfc3339(context.clock.now() + OVERLAP)
    changed = {"secret": signing.draw(), "old_secret": webhook["secret"], "old_secret_ends_at": ends}
    return _changed(context, webhook, changed, version)


def remove(webhook: Record, version: int) -> list[Operation]:
    """Plan that nobody is told there any more; the worker removes what was still to be sent."""
    return [delete("webhooks", webhook["id"], if_version=version)]


def probe(context: Context, webhook: Record) -> tuple[Record, list[Operation]]:
    """Plan a delivery that says nothing but that deliveries arrive."""
    now = context.now()
    event = Event(TEST, f"webhooks/{webhook['id']}", now, 0, {"id": webhook["id"]})
    made, operation = delivery(webhook, event, now)
    return made, [operation]


def delivery(webhook: Record, event: Event, now: str) -> tuple[Record, Operation]:
    """Return a delivery that is due, and what inserts it."""
    delivery_id = new_id()
    values = {
        "webhook_id": webhook["id"],
        "event": event.name,
        "subject": event.subject,
        "position": event.position,
        "state": "pending",
        "attempts": 0,
        "due_at": now,
        "created_at": now,
        "ended_at": None,
        "payload": event.payload(),
        "tries": [],
    }
    return {"id": delivery_id, "version": 1, **values}, insert("deliveries", delivery_id, values)


def keys(webhook: Record, now: str) -> list[str]:
    """Return the secrets that sign at a moment, the newest first."""
    old, ends = webhook["old_secret"], webhook["old_secret_ends_at"]
    return [webhook["secret"], *([old] if old is not None and now < ends else [])]


def _begin(context: Context, head: int, now: str) -> list[Operation]:
    """Plan that events are worked out from now on; a blog without webhooks never pays for that."""
    if context.store.get("announcing", FEED) is not None:
        return []
    return [insert("announcing", FEED, {"position": head, "told_until": now, "begun_at": now})]


def _changed(
    context: Context, webhook: Record, changed: Mapping[str, Any], version: int
) -> tuple[Record, Sequence[Operation]]:
    values = {**changed, "updated_at": context.now()}
    after = {**webhook, **values, "version": version + 1}
    return after, [update("webhooks", webhook["id"], values, if_version=version)]


def _refuse_closed(context: Context, url: str) -> None:
    """Refuse a numeric address that is not public; a name is looked up each time something is sent. Raises 422."""
    host = urlsplit(url).hostname or ""
    if is_numeric(host) and not may_reach(host, context.pings.allowed):
        fault = Fault("not_public", "This address is not public; BLOG_SEND_TO can allow it.", pointer="/url")
        raise Problem(INVALID, faults=[fault])
