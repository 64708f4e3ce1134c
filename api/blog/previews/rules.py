"""Preview links: whoever has one sees the post, with its pending edit, until the link ends or is revoked.

The token is in the link alone; what is kept of it is a digest, by which nobody gets in.
"""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from api.blog.context import Context
from api.blog.posts.presentation import EDITABLE_INCLUDES
from api.blog.previews.problems import TOO_MANY_PREVIEWS
from api.shared.auth import Caller, token_digest
from api.shared.clock import parse_rfc3339, rfc3339
from api.shared.http import new_id
from api.shared.problems import INVALID, NOT_FOUND, Fault, Problem
from api.shared.store import Found, Operation, Page, Record, delete, insert

COLLECTION = "previews"
LIFE = timedelta(days=7)
LONGEST_LIFE = timedelta(days=90)
MOST = 50
TOKEN_BYTES = 32
LONGEST_TOKEN = 100
SHOWN = ("id", "label", "created_at", "expires_at")
MAKER = ("id", "username", "name", "avatar_url")


def make(context: Context, caller: Caller, post_id: str, body: Mapping[str, Any]) -> tuple[Record, list[Operation]]:
    """Plan a link; the record returned holds its token, which is not kept. Raises 409 and 422."""
    now = context.clock.now()
    ends = body.get("expires_at") or rfc3339(now + LIFE)
    if not now < parse_rfc3339(ends) <= now + LONGEST_LIFE:
        detail = f"A link ends in time to come, within {LONGEST_LIFE.days} days."
        raise Problem(INVALID, faults=[Fault("expires_outside", detail, pointer="/expires_at")])
    if len(_live(context, post_id, limit=MOST).records) >= MOST:
        raise Problem(TOO_MANY_PREVIEWS)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    values = {
        "post_id": post_id,
        "digest": token_digest(token),
        "label": body.get("label"),
        "created_by": caller.account_id,
        "created_at": context.now(),
        "expires_at": ends,
    }
    preview_id = new_id()
    made = {"id": preview_id, **values, "token": token, "url": context.address("preview", token)}
    return made, [insert(COLLECTION, preview_id, values)]


def listed(context: Context, post_id: str, query: Mapping[str, Any]) -> Page:
    """Return a page of the links of a post that still work, those that end first first."""
    return _live(
        context, post_id, limit=query["limit"], cursor=query["cursor"], include=("maker",), count=bool(query["count"])
    )


def present(preview: Record, makers: Mapping[str, Record]) -> dict[str, Any]:
    """Return a link as the API shows it: without what would open it."""
    maker = makers.get(preview["created_by"])
    shown = {name: preview[name] for name in SHOWN}
    return {**shown, "created_by": None if maker is None else {name: maker[name] for name in MAKER}}


def revoke(context: Context, post_id: str, preview_id: str) -> list[Operation]:
    """Plan that a link shows nothing any more. Raises 404."""
    found = context.store.get(COLLECTION, preview_id)
    if found is None or found.record["post_id"] != post_id:
        raise Problem(NOT_FOUND)
    return [delete(COLLECTION, preview_id, if_version=found.record["version"])]


def opened(context: Context, token: str) -> Found:
    """Return the post that a token shows, with what it includes. Raises 404 for one that is over, or never was."""
    if len(token) > LONGEST_TOKEN:
        raise Problem(NOT_FOUND)
    include = ("post", *(f"post.{name}" for name in EDITABLE_INCLUDES))
    filters = {"digest": token_digest(token), "ends_after": context.now()}
    page = context.store.find(COLLECTION, filters, sort="expires_at", limit=1, include=include)
    post = page.included.get("posts", {}).get(page.records[0]["post_id"]) if page.records else None
    if post is None or post["status"] == "trashed":
        raise Problem(NOT_FOUND)
    return Found(post, page.included)


def _live(context: Context, post_id: str, **more: Any) -> Page:
    filters = {"post_id": post_id, "ends_after": context.now()}
    return context.store.find(COLLECTION, filters, sort="expires_at", **more)
