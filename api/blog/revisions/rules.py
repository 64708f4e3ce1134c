"""Reads a post's revisions, compares two of them, and says what restoring one comes to."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.blog.context import Context
from api.blog.posts import reading
from api.blog.posts.rules import Viewer
from api.blog.rendering import rendered
from api.blog.revisions.difference import difference
from api.blog.revisions.history import revision_id
from api.shared.problems import NOT_FOUND, Problem
from api.shared.store import Page, Record

INCLUDES = ("post", "editor")
# What a post says. Where it stands, who wrote it, who may read it and its address are not decided by looking back.
SAID = ("language", "canonical_url", "seo", "featured", "comments_open")
EDITOR = ("id", "username", "name", "avatar_url")

Body = Mapping[str, Any]


def listed(context: Context, viewer: Viewer, post_id: str, query: Mapping[str, Any]) -> tuple[Record, Page]:
    """Return a post and a page of its revisions, newest first. Raises 404 when the post is not there for the viewer."""
    page = context.store.find(
        "revisions",
        {"post_id": post_id, "kind": query["kind"]},
        limit=query["limit"],
        cursor=query["cursor"],
        include=INCLUDES,
        brief=True,
        count=query["count"] is not None,
    )
    post = page.included.get("posts", {}).get(post_id)
    if post is None:
        return reading.one(context, viewer, post_id).record, page
    if not viewer.may_see(post):
        raise Problem(NOT_FOUND)
    return post, page


def some(
    context: Context, viewer: Viewer, post_id: str, numbers: Sequence[int]
) -> tuple[Record, Sequence[dict[str, Any]]]:
    """Return a post and revisions of it as they are shown. Raises 404 when one of them is not there."""
    ids = [revision_id(post_id, number) for number in numbers]
    page = context.store.find("revisions", {"id": ids}, limit=len(ids), include=INCLUDES)
    found = {record["id"]: record for record in page.records}
    post = page.included.get("posts", {}).get(post_id)
    if post is None or not viewer.may_see(post) or any(each not in found for each in ids):
        raise Problem(NOT_FOUND)
    return post, [present(found[each], page.included.get("authors", {})) for each in ids]


def present(revision: Record, authors: Mapping[str, Record]) -> dict[str, Any]:
    """Return a revision as the API shows it; the text only if the record brought it."""
    details = revision["details"]
    shown = {name: revision[name] for name in ("number", "kind", "post_version", "saved_at", "word_count")}
    shown |= {name: revision[name] for name in ("title", "summary", "markdown") if name in revision}
    shown |= {name: value for name, value in details.items() if name not in {"kind", "tags"}}
    editor = authors[revision["saved_by"]]
    return {
        **shown,
        "post_kind": details["kind"],
        "tags": [tag["name"] for tag in details["tags"]],
        "saved_by": {name: editor[name] for name in EDITOR},
    }


def compared(context: Context, older: Mapping[str, Any], newer: Mapping[str, Any], of: str) -> dict[str, Any]:
    """Return what leads from one revision to the other: of the Markdown, or of the text that readers see."""
    texts = [each["markdown"] for each in (older, newer)]
    if of == "text":
        texts = [rendered(context, markdown).plain_text for markdown in texts]
    parts = [{"op": part.op, "text": part.text} for part in difference(*texts)]
    return {"of": of, "older": _brief(older), "newer": _brief(newer), "parts": parts}


def restored(context: Context, post_id: str, number: int) -> Body:
    """Return the change of a post that brings back what it said then. Raises 404.

    The cover comes back only if the file is still there.
    """
    found = context.store.get("revisions", revision_id(post_id, number))
    if found is None:
        raise Problem(NOT_FOUND)
    revision = found.record
    details = revision["details"]
    cover_id = details["cover_id"]
    if cover_id is not None and context.store.get("media", cover_id) is None:
        cover_id = None
    return {
        **{name: revision[name] for name in ("title", "summary", "markdown")},
        **{name: details[name] for name in SAID},
        "cover_id": cover_id,
        "tags": _tags(context, details["tags"]),
    }


def _tags(context: Context, kept: Sequence[Mapping[str, str]]) -> Sequence[str]:
    """Return the present names of tags: those that were renamed since are still the same tags."""
    if not kept:
        return ()
    page = context.store.find("tags", {"id": [tag["id"] for tag in kept]}, limit=len(kept))
    names = {tag["id"]: tag["name"] for tag in page.records}
    return [names.get(tag["id"], tag["name"]) for tag in kept]


def _brief(revision: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in revision.items() if name != "markdown"}
