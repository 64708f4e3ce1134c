"""Tags: found by name in whatever case, made when they are missing, renamed without breaking old addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.blog.context import Context
from api.blog.posts.relabelling import exchanged
from api.blog.problems import UNKNOWN_REFERENCE
from api.blog.redirects.rules import moved
from api.blog.slugs import asked, candidates, slugify
from api.blog.tags.naming import key_of, spelt
from api.blog.tags.problems import TAG_IN_USE, TAG_TAKEN
from api.shared.auth import Caller
from api.shared.http import new_id
from api.shared.problems import NOT_FOUND, Fault, Problem
from api.shared.store import Operation, Page, Record, delete, insert, update

Planned = tuple[Record, Sequence[Operation]]


@dataclass(frozen=True, slots=True)
class Tagged:
    """The tags a post gets, and what has to be written so that they exist."""

    records: Sequence[Record]
    operations: Sequence[Operation]


def named(context: Context, names: Sequence[str], attempt: int) -> Tagged:
    """Return the tags of these names in order, each once; those that are missing are planned."""
    wanted = {key_of(name): name for name in reversed(names)}
    keys = list(dict.fromkeys(key_of(name) for name in names))
    if not keys:
        return Tagged((), ())
    page = context.store.find("tags", {"name_key": keys}, limit=len(keys))
    known = {tag["name_key"]: tag for tag in page.records}
    operations = []
    for key in keys:
        if key not in known:
            slug = _free_slug(context, wanted[key], {tag["slug"] for tag in known.values()}, attempt)
            known[key] = _new(context, wanted[key], slug, None)
            operations.append(_insertion(known[key]))
    return Tagged([known[key] for key in keys], operations)


def listed(context: Context, query: Mapping[str, Any]) -> Page:
    """Return a page of tags by name, with their post counts."""
    return context.store.find(
        "tags",
        sort="name",
        limit=query["limit"],
        cursor=query["cursor"],
        include=("post_count",),
        count=query["count"] is not None,
    )


def may_see(caller: Caller | None, tag: Record) -> bool:
    """Tell whether a tag is there for a caller: the tags of drafts alone are no reader's business."""
    return tag["post_count"] > 0 or (caller is not None and caller.is_at_least("author"))


def one(context: Context, caller: Caller | None, slug: str) -> Record:
    """Return a tag with its post count. Raises 404 when it is not there for the caller."""
    page = context.store.find("tags", {"slug": asked(slug)}, sort="name", limit=1, include=("post_count",))
    if not page.records or not may_see(caller, page.records[0]):
        raise Problem(NOT_FOUND)
    return page.records[0]


def create(context: Context, body: Mapping[str, Any], attempt: int) -> Planned:
    """Plan a new tag. Raises 409 when its name or the slug given is taken."""
    if attempt > 0:
        _refuse_taken(context, body, None)
    given = slugify(spelt(body["slug"])) if "slug" in body else ""
    slug = given or _free_slug(context, body["name"], set(), attempt)
    tag = _new(context, body["name"], slug, body.get("description"))
    return {**tag, "post_count": 0}, [_insertion(tag)]


def revise(context: Context, tag: Record, body: Mapping[str, Any], version: int, attempt: int) -> Planned:
    """Plan a change of a tag. Raises 409 when the new name or slug is taken."""
    if attempt > 0:
        _refuse_taken(context, body, tag["id"])
    wanted = dict(body)
    if "name" in wanted:
        wanted["name_key"] = key_of(wanted["name"])
    if "slug" in wanted:
        wanted["slug"] = slugify(spelt(wanted["slug"])) or tag["slug"]
    changes = {name: value for name, value in wanted.items() if tag[name] != value}
    if not changes:
        return tag, ()
    changes["updated_at"] = context.now()
    operations = [update("tags", tag["id"], changes, if_version=version)]
    if "slug" in changes:
        operations += moved(context, f"/tags/{tag['slug']}", f"/tags/{changes['slug']}")
    return {**tag, **changes, "version": version + 1}, operations


def remove(context: Context, tag: Record, version: int) -> list[Operation]:
    """Plan the end of a tag: every post that had it goes without. Raises 409 when there are too many for one commit."""
    leaving = exchanged(context, {"tag": tag["slug"]}, "tag_ids", tag["id"], None, refusal=TAG_IN_USE)
    return [*leaving, delete("tags", tag["id"], if_version=version)]


def merge(context: Context, tag: Record, into: str, version: int) -> Planned:
    """Plan that another tag takes the place of one on all its posts, and at its address. Raises 422 and 409."""
    page = context.store.find("tags", {"slug": into}, limit=1, include=("post_count",))
    if not page.records or page.records[0]["id"] == tag["id"]:
        fault = Fault("unknown_tag", "There is no other tag of this slug.", pointer="/into")
        raise Problem(UNKNOWN_REFERENCE, faults=[fault])
    [other] = page.records
    operations = [
        *exchanged(context, {"tag": tag["slug"]}, "tag_ids", tag["id"], other["id"], refusal=TAG_IN_USE),
        delete("tags", tag["id"], if_version=version),
        # its count and its posts change, and nobody may delete it meanwhile
        update("tags", other["id"], {"updated_at": context.now()}, if_version=other["version"]),
        *moved(context, f"/tags/{tag['slug']}", f"/tags/{other['slug']}"),
    ]
    return {**other, "version": other["version"] + 1, "updated_at": context.now()}, operations


def _refuse_taken(context: Context, body: Mapping[str, Any], own_id: str | None) -> None:
    wanted = {
        "name": ("name_key", key_of(body.get("name", ""))),
        "slug": ("slug", slugify(spelt(body.get("slug", "")))),
    }
    for name, (column, value) in wanted.items():
        if name not in body or not value:
            continue
        page = context.store.find("tags", {column: value}, limit=1)
        if any(tag["id"] != own_id for tag in page.records):
            raise Problem(TAG_TAKEN, faults=[Fault("taken", f"Another tag has this {name}.", pointer=f"/{name}")])


def _free_slug(context: Context, name: str, taken: set[str], attempt: int) -> str:
    possible = candidates(slugify(spelt(name)) or "tag", crowded=attempt > 1)
    if attempt > 0:
        page = context.store.find("tags", {"slug": possible}, sort="name", limit=len(possible))
        taken = taken | {tag["slug"] for tag in page.records}
    return next(slug for slug in possible if slug not in taken)


def _new(context: Context, name: str, slug: str, description: str | None) -> Record:
    now = context.now()
    return {
        "id": new_id(),
        "version": 1,
        "slug": slug,
        "name": " ".join(name.split()),
        "name_key": key_of(name),
        "description": description,
        "created_at": now,
        "updated_at": now,
    }


def _insertion(tag: Record) -> Operation:
    return insert("tags", tag["id"], {name: value for name, value in tag.items() if name not in {"id", "version"}})
