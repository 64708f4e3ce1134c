"""How a comment is shown to whom."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from api.blog.context import Context
from api.blog.posts.presentation import address
from api.blog.posts.rules import Viewer
from api.shared.clock import parse_rfc3339, rfc3339
from api.shared.store import Record

GRACE = timedelta(minutes=15)
SHOWN = ("id", "post_id", "parent_id", "depth", "status", "created_at", "edited_at", "version")
INCLUDES = ("account", "commenter", "post")
_WRITERS = ("author", "editor", "admin", "owner")

Included = Mapping[str, Mapping[str, Record]]


def present(context: Context, viewer: Viewer, comment: Record, included: Included) -> dict[str, Any]:
    """Return a comment as the viewer may see it."""
    shown = {name: comment[name] for name in SHOWN}
    moderates, post = viewer.edits_everything, included["posts"][comment["post_id"]]
    shown["editable_until"] = rfc3339(parse_rfc3339(comment["created_at"]) + GRACE)
    shown["url"] = f"{address(context, post)}#comment-{comment['id']}"
    shown["moderation"] = _moderation(comment, included, post) if moderates else None
    if not moderates and comment["status"] == "spam":
        # a program that sends spam learns nothing from the answer
        shown["status"] = "pending"
    if not moderates and comment["shown"] == "place":
        return {**shown, "status": "deleted", "edited_at": None, "author": None, "html": None, "markdown": None}
    own = viewer.caller is not None and viewer.caller.account_id == comment["account_id"]
    shown["markdown"] = comment["markdown"] if moderates or own else None
    shown["html"] = comment["html"]
    shown["author"] = _author(context, comment, included, post)
    return shown


def without_empty_places(comments: Sequence[Record], *, more: bool) -> list[Record]:
    """Return a page of a conversation without the places that nothing follows; `more` says that a page comes after."""
    kept: list[Record] = []
    for comment in reversed(comments):
        followed = kept[-1]["path"].startswith(f"{comment['path']}/") if kept else more
        if comment["shown"] == "comment" or followed:
            kept.append(comment)
    return kept[::-1]


def shows(post: Record, comments: Iterable[Record]) -> frozenset[str]:
    """Name the records that an answer about the conversation under a post depends on."""
    accounts = {f"callers/account:{each['account_id']}" for each in comments if each["account_id"] is not None}
    return frozenset({f"posts/{post['id']}", f"discussions/{post['id']}", "site", *accounts})


def _author(context: Context, comment: Record, included: Included, post: Record) -> dict[str, Any]:
    account_id = comment["account_id"]
    if account_id is None:
        guest = {"name": comment["name"] or "", "url": comment["website"]}
        return {"kind": "guest", **guest, "avatar_url": None, "wrote_post": False}
    account = included.get("callers", {}).get(f"account:{account_id}", {})
    named = account.get("state") != "deleted"
    page = context.address("authors", account["username"]) if named and account.get("role") in _WRITERS else None
    return {
        "kind": "member",
        "name": (account.get("name") or "") if named else "",
        "url": page,
        "avatar_url": account.get("avatar_url"),
        "wrote_post": account_id in post["author_ids"],
    }


def _moderation(comment: Record, included: Included, post: Record) -> dict[str, Any]:
    commenter = included.get("commenters", {}).get(comment["commenter_id"] or "", {})
    return {
        "score": comment["score"],
        "reasons": comment["reasons"],
        "email": comment["email"],
        "approved_before": commenter.get("approved", 0),
        "banned": commenter.get("banned", False),
        "post_title": post["title"],
    }
