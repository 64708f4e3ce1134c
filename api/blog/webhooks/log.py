"""What webhooks were told: the log of deliveries, and telling them again."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.blog.context import Context
from api.blog.webhooks.rules import one as webhook_of
from api.shared.problems import NOT_FOUND, Problem
from api.shared.store import Operation, Page, Record, update

MOST_AT_ONCE = 100


def listed(context: Context, webhook_id: str, query: Mapping[str, Any]) -> Page:
    """Return a page of a webhook's deliveries, the newest first. Raises 404."""
    webhook_of(context, webhook_id)
    filters = {"webhook_id": webhook_id, "state": query.get("state")}
    return context.store.find(
        "deliveries", filters, sort="-created_at", limit=query["limit"], cursor=query["cursor"], brief=True,
        count=bool(query["count"]),
    )  # fmt: skip


def one(context: Context, webhook_id: str, delivery_id: str) -> Record:
    """Return a delivery of a webhook. Raises 404."""
    found = context.store.get("deliveries", delivery_id)
    if found is None or found.record["webhook_id"] != webhook_id:
        raise Problem(NOT_FOUND)
    return found.record


def replay_one(context: Context, webhook_id: str, delivery_id: str) -> tuple[Record, Sequence[Operation]]:
    """Plan that a delivery that has ended is sent again. Raises 404."""
    delivery = one(context, webhook_id, delivery_id)
    if delivery["state"] == "pending":
        return delivery, ()
    operation = _due(delivery, context.now())
    return {**delivery, **(operation.values or {})}, [operation]


def replay(context: Context, webhook_id: str, body: Mapping[str, Any]) -> tuple[dict[str, Any], Sequence[Operation]]:
    """Plan that what has ended of a stretch of time is sent again. Raises 404."""
    webhook_of(context, webhook_id)
    until = body.get("until") or context.now()
    filters = {"webhook_id": webhook_id, "created_after": body["since"], "created_before": until}
    page = context.store.find("deliveries", filters, sort="created_at", limit=MOST_AT_ONCE, brief=True)
    ended = [each for each in page.records if each["state"] != "pending"]
    following = page.records[-1]["created_at"] if page.next is not None else None
    answer = {"replayed": len(ended), "continue_since": following}
    return answer, [_due(each, context.now()) for each in ended]


def _due(delivery: Record, now: str) -> Operation:
    values = {"state": "pending", "attempts": 0, "due_at": now, "ended_at": None}
    return update("deliveries", delivery["id"], values, if_version=delivery["version"])
