"""Pending edits: what a published post will say, kept apart from it until it is published, whole, in one commit.

An edit begins with a revision of the post. When the post itself was saved since, it is outdated: nobody's words are
overwritten by an edit that did not know them.
"""

from collections.abc import Mapping
from typing import Any

from api.blog.context import Context
from api.blog.pending.problems import PENDING_EXISTS, PENDING_NEEDLESS, PENDING_OUTDATED
from api.blog.posts import writing
from api.blog.posts.presentation import pending_of
from api.blog.posts.rules import demand_future, refuse_trashed
from api.blog.posts.writing import Planned, Saving
from api.blog.problems import UNKNOWN_REFERENCE
from api.blog.revisions.history import revision_id
from api.blog.revisions.kinds import PUBLISHED
from api.shared.auth import Caller
from api.shared.problems import NOT_FOUND, Fault, Problem
from api.shared.store import Found, Operation, Record, delete, insert, update

COLLECTION = "pending_edits"
SHOWN = ("base_revision", "changes", "publish_at", "problem", "created_at", "updated_at", "version")
EDITOR = ("id", "username", "name", "avatar_url")

Edit = tuple[Record, list[Operation]]


def of(found: Found) -> Record:
    """Return the pending edit of a post. Raises 404 when there is none."""
    pending = pending_of(found.record, found.included)
    if pending is None:
        raise Problem(NOT_FOUND)
    return pending


def present(context: Context, post: Record, pending: Record) -> dict[str, Any]:
    """Return a pending edit as the API shows it, and whether the post was changed since it began."""
    editor = context.store.get("authors", pending["edited_by"])
    newest = _newest(context, post)
    return {
        **{name: pending[name] for name in SHOWN},
        "current_revision": None if newest is None else newest["number"],
        "outdated": _is_outdated(newest, pending),
        "edited_by": None if editor is None else {name: editor.record[name] for name in EDITOR},
    }


def begin(context: Context, caller: Caller, found: Found, body: Mapping[str, Any]) -> Edit:
    """Plan a pending edit. Raises 409 when there is one, or when readers will not see the post anyway."""
    post = found.record
    if pending_of(post, found.included) is not None:
        raise Problem(PENDING_EXISTS)
    refuse_trashed(post)
    if post["status"] != "published":
        raise Problem(PENDING_NEEDLESS)
    _try(context, caller, found, body["changes"])
    now = context.now()
    values = {
        "post_id": post["id"],
        "base_version": post["version"],
        "base_revision": post["history"]["number"] if post["history"] is not None else None,
        **_base(context, post, body),
        "edited_by": caller.account_id,
        "publish_at": None,
        "problem": None,
        "created_at": now,
        "updated_at": now,
        "changes": body["changes"],
    }
    pending_id = f"pending:{post['id']}"
    return {"id": pending_id, "version": 1, **values}, [insert(COLLECTION, pending_id, values)]


def revise(context: Context, caller: Caller, found: Found, body: Mapping[str, Any], version: int) -> Edit:
    """Plan that a pending edit says something else; the time at which it is to be published stays."""
    pending = of(found)
    _try(context, caller, found, body["changes"])
    values = {**_base(context, found.record, body), "edited_by": caller.account_id, "changes": body["changes"]}
    return _changed(context, pending, {**values, "problem": None}, version)


def schedule(context: Context, found: Found, moment: str, version: int) -> Edit:
    """Plan that a pending edit becomes public at a time to come. Raises 409 for an outdated one, and 422."""
    pending = of(found)
    demand_future(moment, context.now(), "/publish_at")
    _refuse_outdated(context, found.record, pending)
    return _changed(context, pending, {"publish_at": moment, "problem": None}, version)


def call_off(context: Context, found: Found, version: int) -> Edit:
    """Plan that a pending edit waits to be published by hand."""
    return _changed(context, of(found), {"publish_at": None, "problem": None}, version)


def discard(pending: Record, version: int) -> list[Operation]:
    """Plan the end of a pending edit, of which readers never saw anything."""
    return [delete(COLLECTION, pending["id"], if_version=version)]


def publish(context: Context, caller: Caller, found: Found, version: int, attempt: int) -> Planned:
    """Plan that the post says what its pending edit says. Raises 409 for an outdated edit, and what saving raises."""
    pending = of(found)
    _refuse_outdated(context, found.record, pending)
    planned = _applied(context, caller, found, pending["changes"], attempt)
    others = {name: records for name, records in planned.included.items() if name != COLLECTION}
    return Planned(planned.post, others, [*planned.operations, *discard(pending, version)])


def previewed(context: Context, found: Found) -> Planned:
    """Return a post as it would be with its pending edit; as it is when there is none, or it cannot be published."""
    as_it_is = Planned(found.record, found.included, ())
    pending = pending_of(found.record, found.included)
    if pending is None:
        return as_it_is
    try:
        return _applied(context, acting(pending), found, pending["changes"], 0)
    except Problem:
        return as_it_is


def acting(pending: Record) -> Caller:
    """Return in whose name an edit is published at its time; what its editor may name was decided when it was saved."""
    return Caller(pending["edited_by"], "editor", None)


def _applied(context: Context, caller: Caller, found: Found, changes: Mapping[str, Any], attempt: int) -> Planned:
    post = found.record
    saving = Saving(PUBLISHED, post["version"], attempt)
    return writing.revise(context, caller, found, writing.merged(post, changes), saving)


def _try(context: Context, caller: Caller, found: Found, changes: Mapping[str, Any]) -> None:
    """Refuse now what publishing would refuse: names of nobody, of no series, of no file."""
    _applied(context, caller, found, changes, 0)


def _base(context: Context, post: Record, body: Mapping[str, Any]) -> Mapping[str, int]:
    """Return with which revision a client says that its changes began. Raises 422 for one that is not there."""
    number = body.get("base_revision")
    if number is None:
        return {}
    found = context.store.get("revisions", revision_id(post["id"], number), brief=True)
    if found is None:
        fault = Fault("unknown_revision", "The post has no revision of this number.", pointer="/base_revision")
        raise Problem(UNKNOWN_REFERENCE, faults=[fault])
    return {"base_version": found.record["post_version"], "base_revision": number}


def _refuse_outdated(context: Context, post: Record, pending: Record) -> None:
    newest = _newest(context, post)
    if newest is not None and _is_outdated(newest, pending):
        revisions = {"base_revision": pending["base_revision"], "current_revision": newest["number"]}
        raise Problem(PENDING_OUTDATED, extra=revisions)


def _newest(context: Context, post: Record) -> Record | None:
    page = context.store.find("revisions", {"post_id": post["id"]}, sort="-number", limit=1, brief=True)
    return page.records[0] if page.records else None


def _is_outdated(newest: Record | None, pending: Record) -> bool:
    # not by its number: autosaves are folded into the revision that is there
    return newest is not None and newest["post_version"] > pending["base_version"]


def _changed(context: Context, pending: Record, values: Mapping[str, Any], version: int) -> Edit:
    changes = {**values, "updated_at": context.now()}
    changed = {**pending, **changes, "version": version + 1}
    return changed, [update(COLLECTION, pending["id"], changes, if_version=version)]
