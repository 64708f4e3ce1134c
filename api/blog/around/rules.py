"""What stands around a post: the ones before and after it, and those about the same."""

from collections.abc import Mapping
from typing import Any

from api.blog.context import Context
from api.blog.posts import presentation
from api.blog.posts.rules import Viewer
from api.blog.series import rules as series
from api.shared.problems import NOT_FOUND, Problem
from api.shared.store import Found, Record

ASIDES: Mapping[str, tuple[str, ...]] = {"adjacent": ("previous", "next", "series"), "related": ("related",)}


def adjacent(context: Context, viewer: Viewer, post_id: str) -> Mapping[str, Any]:
    """Return the posts before and after one, by date and in its series. Raises 404 when it is not there."""
    return adjacent_to(context, viewer, _found(context, viewer, post_id, *ASIDES["adjacent"]))


def adjacent_to(context: Context, viewer: Viewer, found: Found) -> Mapping[str, Any]:
    """Return the same of a post that came with what it takes."""
    if found.record["kind"] != "post":
        return {"previous": None, "next": None, "series": None}
    held_by = found.included.get("series", {}).get(found.record["series_id"])
    return {
        **{side: _linked(context, viewer, found, found.record[side]) for side in ("previous", "next")},
        "series": series.place(context, viewer, held_by, found.record["id"]) if held_by is not None else None,
    }


def related(context: Context, viewer: Viewer, post_id: str, limit: int) -> list[Record]:
    """Return the posts that have most tags in common with one. Raises 404 when it is not there for the viewer."""
    return related_to(context, viewer, _found(context, viewer, post_id, *ASIDES["related"]), limit)


def related_to(context: Context, viewer: Viewer, found: Found, limit: int) -> list[Record]:
    """Return the same of a post that came with what it takes."""
    links = (_linked(context, viewer, found, each) for each in found.record["related"][:limit])
    return [link for link in links if link is not None]


def _found(context: Context, viewer: Viewer, post_id: str, *include: str) -> Found:
    found = context.store.get("posts", post_id, include=include, brief=True)
    if found is None or not viewer.may_see(found.record):
        raise Problem(NOT_FOUND)
    return found


def _linked(context: Context, viewer: Viewer, found: Found, post_id: str | None) -> dict[str, Any] | None:
    return None if post_id is None else presentation.link(context, viewer, found.included["posts"][post_id])
