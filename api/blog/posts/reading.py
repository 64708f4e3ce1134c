"""Reads posts: one by its id or slug, and lists of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from api.blog.context import Context
from api.blog.posts.presentation import COMMENT_COUNT, Included, includes_for
from api.blog.posts.rules import LISTED, Viewer, demand_editing
from api.blog.series import rules as series
from api.blog.site import rules as site
from api.blog.slugs import asked
from api.shared.auth import Access, Caller
from api.shared.clock import month_begins, rfc3339
from api.shared.problems import GONE, INVALID, NOT_FOUND, Fault, Problem
from api.shared.store import FilterValue, Found, Page, Record

TEXT = frozenset({"markdown", "html", "toc"})
LAST_MOMENT = "9998-12-31T23:59:59.999999Z"
UNTRASHED = ("draft", "published", "unpublished")
PASSED_ON = ("kind", "tag", "author", "featured", "language", "external_id")

Filters = dict[str, FilterValue | None]


@dataclass(frozen=True, slots=True)
class Slugged:
    """A post found by a slug it has, or had."""

    post: Record
    included: Included
    current: bool


def one(context: Context, viewer: Viewer, post_id: str, *more: str) -> Found:
    """Return a post with what it includes, and `more`. Raises 404 when it is not there for the viewer."""
    found = context.store.get("posts", post_id, include=(*includes_for(viewer), COMMENT_COUNT, *more))
    if found is None or not viewer.may_see(found.record):
        raise Problem(NOT_FOUND)
    return found


def remembered(context: Context, viewer: Viewer, post_id: str, *more: str) -> Found:
    """Return a post with what it includes. Raises 410 when readers saw it before it was deleted, else as `one` does."""
    found = context.store.get("posts", post_id, include=(*includes_for(viewer), COMMENT_COUNT, *more))
    if found is None and context.store.find("slugs", {"gone_id": post_id}, sort="id", limit=1).records:
        raise Problem(GONE)
    if found is None or not viewer.may_see(found.record):
        raise Problem(NOT_FOUND)
    return found


def by_slug(context: Context, viewer: Viewer, slug: str) -> Slugged:
    """Return the post that has or had a slug.

    Raises 404 when it is not there for the viewer, 410 when readers saw it before it was deleted.
    """
    include = ("post", *(f"post.{name}" for name in (*includes_for(viewer), COMMENT_COUNT)))
    found = context.store.get("slugs", asked(slug), include=include)
    post = None if found is None else found.included.get("posts", {}).get(found.record["post_id"])
    if found is None or post is None or not viewer.may_see(post):
        raise Problem(GONE if found is not None and found.record["gone_id"] is not None else NOT_FOUND)
    return Slugged(post, found.included, post["slug"] == found.record["id"])


def listed(context: Context, viewer: Viewer, filters: Filters, query: Mapping[str, Any]) -> Page:
    """Return a page of posts that pass the filters, with what the query wants of them."""
    fields: Sequence[str] | None = query["fields"]
    return context.store.find(
        "posts",
        filters,
        sort=query["sort"],
        limit=query["limit"],
        cursor=query["cursor"],
        include=[
            *(name for name in includes_for(viewer) if fields is None or name in fields),
            *(name for name in [COMMENT_COUNT] if fields is not None and name in fields),
        ],
        brief=fields is None or TEXT.isdisjoint(fields),
        count=query["count"] is not None,
    )


def filters_for(
    context: Context, viewer: Viewer, caller: Caller | None, access: Access, query: Mapping[str, Any]
) -> Filters:
    """Return the filters that show what readers see or, when a status is asked for, what the caller may edit.

    Raises 401 or 403 when the caller may edit nothing, and 422 when relevance is asked for without words.
    """
    filters: Filters = {**{name: query[name] for name in PASSED_ON}, **_span(context, query)}
    filters["tag"] = query["tag"] and asked(query["tag"])
    filters["search"], filters["media_id"] = query["q"], query["media"]
    if query["sort"] == "-relevance" and query["q"] is None:
        raise Problem(INVALID, faults=[Fault("question_missing", "Nothing is relevant without q.", parameter="sort")])
    if query["series"] is not None:
        filters["series_id"] = series.id_of(context, query["series"])
    status, external_id = query["status"], query["external_id"]
    writes = viewer.caller is not None and viewer.caller.is_at_least("author")
    if external_id is None:
        filters["kind"] = query["kind"] or "post"
        if status is None or (status == "published" and not writes):
            return public(filters, viewer.now)
    demand_editing(caller, access)
    if not viewer.edits_everything:
        filters["author_id"] = demand_editing(caller, access).account_id
    return _standing(context, filters, status, viewer.now)


def _span(context: Context, query: Mapping[str, Any]) -> Filters:
    """Return the times between which a query wants posts to be published. Raises 422 for a month without a year."""
    span: Filters = {name: query[name] for name in ("published_after", "published_before")}
    year, month = query["year"], query["month"]
    if year is None:
        if month is not None:
            fault = Fault("year_missing", "A month is one of a year: give `year` too.", parameter="month")
            raise Problem(INVALID, faults=[fault])
        return span
    zone = site.current(context)["time_zone"]
    first, months = (1, 12) if month is None else (month, 1)
    begins = rfc3339(month_begins(year, first, zone))
    ends = rfc3339(month_begins(year, first + months, zone) - timedelta(microseconds=1))
    return {
        "published_after": max(str(span["published_after"] or begins), begins),
        "published_before": min(str(span["published_before"] or ends), ends),
    }


def public(filters: Filters, now: str) -> Filters:
    """Narrow filters to what everybody sees in lists."""
    return {**_until(filters, now), "status": "published", "visibility": LISTED}


def _standing(context: Context, filters: Filters, status: str | None, now: str) -> Filters:
    if filters["published_after"] is not None:
        # drafts without a time stand after every time
        filters = _until(filters, LAST_MOMENT)
    match status:
        case None:
            return filters
        case "any":
            return {**filters, "status": UNTRASHED}
        case "published":
            return {**_until(filters, now), "status": "published"}
        case "scheduled":
            later = rfc3339(context.clock.now() + timedelta(microseconds=1))
            after = max(str(filters["published_after"] or later), later)
            return {**filters, "status": "published", "published_after": after}
    return {**filters, "status": status}


def _until(filters: Filters, moment: str) -> Filters:
    return {**filters, "published_before": min(str(filters["published_before"] or moment), moment)}
