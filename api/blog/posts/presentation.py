"""How a post is shown to whom."""

from collections.abc import Mapping
from typing import Any

from api.blog.context import Context
from api.blog.media import presentation as media
from api.blog.posts.rules import Viewer, status_of
from api.shared.store import Record

Included = Mapping[str, Mapping[str, Record]]

SHOWN = (
    "id", "kind", "slug", "title", "summary", "visibility", "featured", "canonical_url", "seo", "language",
    "comments_open", "word_count", "reading_minutes", "published_at", "created_at", "updated_at", "version",
)  # fmt: skip
LINKED = ("id", "slug", "title", "language", "visibility", "published_at", "reading_minutes")
CLOSED: Mapping[str, Any] = {"markdown": None, "html": None, "toc": []}
INCLUDES = ("authors", "tags", "cover", "series")
EDITABLE_INCLUDES = (*INCLUDES, "pending_edit")
COMMENT_COUNT = "comment_count"
PENDING = ("publish_at", "problem", "updated_at")


def present(context: Context, viewer: Viewer, post: Record, included: Included) -> dict[str, Any]:
    """Return a post as the viewer may see it; the text only if the record brought it."""
    readable = viewer.may_read(post)
    shown = {name: post[name] for name in SHOWN}
    shown["status"] = status_of(post, viewer.now)
    shown["excerpt"] = post["summary"] or (post["excerpt"] if readable else "")
    shown["authors"] = _named(post["author_ids"], included.get("authors", {}))
    shown["tags"] = _named(post["tag_ids"], included.get("tags", {}))
    cover = included.get("media", {}).get(post["cover_id"])
    shown["cover"] = media.present(cover) if cover is not None else None
    shown["series"] = included.get("series", {}).get(post["series_id"])
    if COMMENT_COUNT in post or "html" in post:
        shown[COMMENT_COUNT] = post.get(COMMENT_COUNT, 0)
    editable = viewer.may_edit(post)
    shown["external_id"] = post["external_id"] if editable else None
    shown["pending_edit"] = _pending(post, included) if editable else None
    shown["url"] = address(context, post)
    if "html" in post:
        shown.update({name: post[name] for name in CLOSED} if readable else CLOSED)
    return shown


def link(context: Context, viewer: Viewer, post: Record) -> dict[str, Any]:
    """Return a post in short, as a link to it needs."""
    shown = {name: post[name] for name in LINKED}
    shown["excerpt"] = post["summary"] or (post["excerpt"] if viewer.may_read(post) else "")
    return {**shown, "status": status_of(post, viewer.now), "url": address(context, post)}


def includes_for(viewer: Viewer) -> tuple[str, ...]:
    """Return what travels with posts: for those who may edit some, also what is not public yet."""
    writes = viewer.caller is not None and viewer.caller.is_at_least("author")
    return EDITABLE_INCLUDES if writes else INCLUDES


def pending_of(post: Record, included: Included) -> Record | None:
    """Return the pending edit that came with a post, if it has one."""
    return included.get("pending_edits", {}).get(f"pending:{post['id']}")


def address(context: Context, post: Record) -> str:
    """Return where the post is read."""
    return context.address("posts" if post["kind"] == "post" else "pages", post["slug"])


def shows(post: Record) -> frozenset[str]:
    """Name the records that an answer about one post depends on."""
    names = {f"posts/{post['id']}", f"discussions/{post['id']}"}
    names |= {f"authors/{author_id}" for author_id in post["author_ids"]}
    names |= {f"tags/{tag_id}" for tag_id in post["tag_ids"]}
    others = (("media", "cover_id"), ("series", "series_id"))
    return frozenset(names | {f"{kind}/{post[column]}" for kind, column in others if post[column]})


def _pending(post: Record, included: Included) -> dict[str, Any] | None:
    pending = pending_of(post, included)
    return None if pending is None else {name: pending[name] for name in PENDING}


def _named(ids: list[str], records: Mapping[str, Record]) -> list[Record]:
    return [records[record_id] for record_id in ids if record_id in records]
