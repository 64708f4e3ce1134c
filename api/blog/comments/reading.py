"""Reads comments: the conversation under a post, the moderators' queue, and the names that members appear under."""

from collections.abc import Mapping
from typing import Any

from api.blog.comments.presentation import INCLUDES
from api.blog.context import Context
from api.blog.posts.rules import Viewer
from api.shared.problems import NOT_FOUND, Problem
from api.shared.store import FilterValue, Page, Record


def readable(context: Context, viewer: Viewer, post_id: str) -> Record:
    """Return a post whose comments the viewer may read. Raises 404."""
    found = context.store.get("posts", post_id, brief=True)
    if found is None or not viewer.may_see(found.record) or not viewer.may_read(found.record):
        raise Problem(NOT_FOUND)
    return found.record


def conversation(context: Context, viewer: Viewer, post: Record, query: Mapping[str, Any]) -> Page:
    """Return a page of what readers see under a post, in the order of the conversation."""
    page = _page(
        context,
        {"post_id": post["id"], "shown": ("comment", "place")},
        query,
        sort="path",
        include=INCLUDES if viewer.edits_everything else ("account",),
    )
    return Page(page.records, {**page.included, "posts": {post["id"]: post}}, page.next, page.prev, page.total)


def queue(context: Context, query: Mapping[str, Any]) -> Page:
    """Return a page of the site's comments, newest first."""
    status = query["status"]
    filters = {"status": None if status == "any" else status, "post_id": query["post"]}
    return _page(context, filters, query, sort="-created_at", include=INCLUDES)


def signature(context: Context, record: Record) -> dict[str, dict[str, Record]]:
    """Return, as included, what is known of the member that a record names."""
    if record["account_id"] is None:
        return {}
    found = context.store.get("callers", f"account:{record['account_id']}")
    return {} if found is None else {"callers": {found.record["id"]: found.record}}


def _page(
    context: Context,
    filters: Mapping[str, FilterValue | None],
    query: Mapping[str, Any],
    *,
    sort: str,
    include: tuple[str, ...],
) -> Page:
    return context.store.find(
        "comments",
        filters,
        sort=sort,
        limit=query["limit"],
        cursor=query["cursor"],
        include=include,
        brief=True,
        count=query["count"] is not None,
    )
