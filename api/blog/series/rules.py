"""Series: which posts they hold the posts say themselves, by naming it; the series keeps their order.

So a post is in one series at most, and putting posts in order changes no post.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from api.blog.context import Context
from api.blog.posts.presentation import link
from api.blog.posts.rules import LISTED, Viewer
from api.blog.problems import UNKNOWN_REFERENCE
from api.blog.redirects.rules import moved
from api.blog.series.problems import SERIES_FULL, SERIES_TAKEN
from api.blog.slugs import asked, candidates, slugify
from api.shared.auth import Caller
from api.shared.http import new_id
from api.shared.problems import NOT_FOUND, Fault, Problem
from api.shared.store import Operation, Page, Record, delete, insert, update

# more than a series may hold: two who fill the last place at once both get in
PAGE = 200
MOST_POSTS = 150
LAST = "9999"
NOBODY = "00000000-0000-0000-0000-000000000000"
SHOWN = ("id", "slug", "title", "description", "post_count", "created_at", "updated_at", "version")

Planned = tuple[Record, Sequence[Operation]]


def present(context: Context, series: Record) -> dict[str, Any]:
    """Return a series as the API shows it."""
    return {**{name: series[name] for name in SHOWN}, "url": context.address("series", series["slug"])}


def listed(context: Context, query: Mapping[str, Any]) -> Page:
    """Return a page of series by title, with their post counts."""
    return context.store.find(
        "series",
        sort="title",
        limit=query["limit"],
        cursor=query["cursor"],
        include=("post_count",),
        count=query["count"] is not None,
    )


def may_see(caller: Caller | None, series: Record) -> bool:
    """Tell whether a series is there for a caller: one of drafts alone is no reader's business."""
    return series["post_count"] > 0 or (caller is not None and caller.is_at_least("author"))


def one(context: Context, caller: Caller | None, slug: str) -> Record:
    """Return a series with its post count. Raises 404 when it is not there for the caller."""
    found = _by_slug(context, slug)
    if found is None or not may_see(caller, found):
        raise Problem(NOT_FOUND)
    return found


def id_of(context: Context, slug: str) -> str:
    """Return the id of a series, or one that no series has."""
    found = _by_slug(context, slug)
    return NOBODY if found is None else str(found["id"])


def joined(context: Context, slug: str, post_id: str) -> tuple[Record, list[Operation]]:
    """Return the series that a post wants to be in, and what has to be written. Raises 422 and, when it is full, 409.

    Joining changes the series too, so that nobody deletes it at the same moment and leaves a post in none.
    """
    found = _by_slug(context, slug)
    if found is None:
        fault = Fault("unknown_series", "There is no series of this slug.", pointer="/series")
        raise Problem(UNKNOWN_REFERENCE, faults=[fault])
    posts = _posts(context, found)
    if any(post["id"] == post_id for post in posts):
        return found, []
    if len(posts) >= MOST_POSTS:
        raise Problem(SERIES_FULL)
    return found, [update("series", found["id"], {"updated_at": context.now()})]


def members(context: Context, viewer: Viewer, series: Record) -> list[Record]:
    """Return the posts of a series in order: those that lists show, and those that the viewer may edit."""
    return [
        post
        for post in _posts(context, series)
        if viewer.may_edit(post) or (viewer.may_see(post) and post["visibility"] in LISTED)
    ]


def place(context: Context, viewer: Viewer, series: Record, post_id: str) -> dict[str, Any] | None:
    """Return where a post stands in its series, among the posts that lists show; None when it is not one of them."""
    posts = members(context, Viewer(None, viewer.now), series)
    found = next((number for number, post in enumerate(posts) if post["id"] == post_id), None)
    if found is None:
        return None
    following = posts[found + 1] if found + 1 < len(posts) else None
    return {
        **{name: series[name] for name in ("id", "slug", "title")},
        "url": context.address("series", series["slug"]),
        "place": found + 1,
        "count": len(posts),
        "previous": link(context, viewer, posts[found - 1]) if found else None,
        "next": link(context, viewer, following) if following else None,
    }


def create(context: Context, body: Mapping[str, Any], attempt: int) -> Planned:
    """Plan a new series. Raises 409 when the slug given is taken."""
    given = slugify(body.get("slug") or "")
    possible = candidates(given or slugify(body["title"]) or "series", crowded=attempt > 1)
    taken = set()
    if attempt > 0:
        page = context.store.find("series", {"slug": possible}, limit=len(possible))
        taken = {series["slug"] for series in page.records}
    if given in taken:
        raise _taken()
    now = context.now()
    values = {
        "slug": given or next(slug for slug in possible if slug not in taken),
        "title": body["title"],
        "description": body.get("description"),
        "post_order": [],
        "created_at": now,
        "updated_at": now,
    }
    series_id = new_id()
    return {"id": series_id, "version": 1, "post_count": 0, **values}, [insert("series", series_id, values)]


def revise(context: Context, series: Record, body: Mapping[str, Any], version: int, attempt: int) -> Planned:
    """Plan a change of a series. Raises 409 when the new slug is taken, 422 for the order of posts it does not hold."""
    wanted = {name: value for name, value in body.items() if name != "order"}
    if "order" in body:
        wanted["post_order"] = _checked(context, series, body["order"])
    if "slug" in wanted:
        wanted["slug"] = slugify(wanted["slug"]) or series["slug"]
        other = _by_slug(context, wanted["slug"]) if attempt > 0 else None
        if other is not None and other["id"] != series["id"]:
            raise _taken()
    changes = {name: value for name, value in wanted.items() if series[name] != value}
    if not changes:
        return series, ()
    changes["updated_at"] = context.now()
    operations = [update("series", series["id"], changes, if_version=version)]
    if "slug" in changes:
        operations += moved(context, f"/series/{series['slug']}", f"/series/{changes['slug']}")
    return {**series, **changes, "version": version + 1}, operations


def remove(context: Context, series: Record, version: int) -> list[Operation]:
    """Plan the end of a series; its posts stay."""
    leaving = [
        update("posts", post["id"], {"series_id": None}, if_version=post["version"]) for post in _posts(context, series)
    ]
    return [*leaving, delete("series", series["id"], if_version=version)]


def _posts(context: Context, series: Record) -> list[Record]:
    page = context.store.find("posts", {"series_id": series["id"]}, sort="-published_at", limit=PAGE, brief=True)
    places = {post_id: number for number, post_id in enumerate(series["post_order"])}
    after = len(places)
    return sorted(
        page.records,
        key=lambda post: (places.get(post["id"], after), post["published_at"] or LAST, post["id"]),
    )


def _checked(context: Context, series: Record, order: Sequence[str]) -> list[str]:
    held = {post["id"] for post in _posts(context, series)}
    faults = [
        Fault("unknown_post", "No post of this series has this id.", pointer=f"/order/{number}")
        for number, post_id in enumerate(order)
        if post_id not in held
    ]
    if faults:
        raise Problem(UNKNOWN_REFERENCE, faults=faults)
    return list(dict.fromkeys(order))


def _by_slug(context: Context, slug: str) -> Record | None:
    page = context.store.find("series", {"slug": asked(slug)}, limit=1, include=("post_count",))
    return page.records[0] if page.records else None


def _taken() -> Problem:
    return Problem(SERIES_TAKEN, faults=[Fault("taken", "Another series has this slug.", pointer="/slug")])
