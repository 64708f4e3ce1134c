"""Bans: whose comments are taken no more, an account's or those from an address."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.blog.context import Context
from api.blog.problems import UNKNOWN_REFERENCE
from api.shared.problems import NOT_FOUND, Fault, Problem
from api.shared.store import Operation, Page, Record, update

Planned = tuple[Record, Sequence[Operation]]


def present(commenter: Record, included: Mapping[str, Mapping[str, Record]]) -> dict[str, Any]:
    """Return a ban as the API shows it."""
    account = included.get("callers", {}).get(f"account:{commenter['account_id']}", {})
    return {
        "id": commenter["id"],
        "kind": "guest" if commenter["account_id"] is None else "member",
        "name": commenter["name"] or account.get("name") or None,
        "note": commenter["note"],
        "banned_at": commenter["updated_at"],
        "version": commenter["version"],
    }


def listed(context: Context, query: Mapping[str, Any]) -> Page:
    """Return a page of bans, newest first."""
    return context.store.find(
        "commenters",
        {"banned": True},
        sort="-updated_at",
        limit=query["limit"],
        cursor=query["cursor"],
        include=("account",),
        count=query["count"] is not None,
    )


def one(context: Context, ban_id: str) -> Record:
    """Return somebody who is banned. Raises 404."""
    found = context.store.get("commenters", ban_id)
    if found is None or not found.record["banned"]:
        raise Problem(NOT_FOUND)
    return found.record


def impose(context: Context, body: Mapping[str, Any]) -> Planned:
    """Plan to ban whoever wrote a comment. Raises 422 when that is not known."""
    found = context.store.get("comments", body["comment_id"], include=("commenter",), brief=True)
    commenter = None if found is None else found.included.get("commenters", {}).get(found.record["commenter_id"])
    if commenter is None:
        fault = Fault("unknown_comment", "There is no such comment.", pointer="/comment_id")
        raise Problem(UNKNOWN_REFERENCE, faults=[fault])
    changes = {"banned": True, "note": body.get("note"), "updated_at": context.now()}
    version = commenter["version"]
    operation = update("commenters", commenter["id"], changes, if_version=version)
    return {**commenter, **changes, "version": version + 1}, [operation]


def lift(context: Context, commenter: Record, version: int) -> Sequence[Operation]:
    """Plan the end of a ban."""
    changes = {"banned": False, "note": None, "updated_at": context.now()}
    return [update("commenters", commenter["id"], changes, if_version=version)]
