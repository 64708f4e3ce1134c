"""How webhooks and deliveries are shown: without what signs, but for the moment it is made."""

from typing import Any

from api.shared.store import Record

ROOT = "/api/blog/v1/webhooks"
_WEBHOOK = (
    "id", "url", "description", "events", "active", "old_secret_ends_at", "created_at", "updated_at", "version",
)  # fmt: skip
_DELIVERY = ("id", "webhook_id", "event", "subject", "state", "attempts", "created_at", "ended_at", "payload")


def address_of(webhook: Record) -> str:
    """Return the path of a webhook in the API."""
    return f"{ROOT}/{webhook['id']}"


def present(webhook: Record) -> dict[str, Any]:
    """Return a webhook as the API shows it."""
    return {name: webhook[name] for name in _WEBHOOK}


def present_delivery(delivery: Record, *, whole: bool = False) -> dict[str, Any]:
    """Return a delivery as lists show it, or the whole of it with what came of its last attempts."""
    shown = {name: delivery[name] for name in _DELIVERY}
    shown["next_attempt_at"] = delivery["due_at"] if delivery["state"] == "pending" else None
    return {**shown, "tries": delivery["tries"]} if whole else shown
