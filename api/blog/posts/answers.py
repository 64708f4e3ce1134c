"""From a call about posts to its answer: what the routes have in common."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from flask import request

from api.blog.around import rules as around
from api.blog.around.schemas import FEW_RELATED
from api.blog.incoming import context, version_for
from api.blog.posts import reading, writing
from api.blog.posts.presentation import Included, present, shows
from api.blog.posts.rules import Viewer
from api.blog.posts.writing import Saving
from api.blog.revisions.history import base_of
from api.blog.revisions.kinds import AUTOSAVED, SAVED
from api.shared.http import version_mismatch
from api.shared.operations import Call
from api.shared.problems import Problem
from api.shared.responses import Answer
from api.shared.store import Found, Operation, Record
from api.shared.unit_of_work import Write

ROOT = "/api/blog/v1/posts"
LISTS = ("posts", "tags", "authors", "media", "site", "series")


def viewer_of(call: Call) -> Viewer:
    """Return how the caller sees posts now."""
    return Viewer.of(call.caller, call.access, context().now())


def editable(call: Call, post_id: str) -> Found:
    """Return a post that the caller may change. Raises 404, 403 and 412."""
    found = reading.one(context(), viewer_of(call), post_id)
    call.access.demand_own(call.who, found.record["author_ids"])
    if call.if_version not in {None, found.record["version"]}:
        raise _changed_since(found.record, call.if_version or 0)
    return found


def _changed_since(post: Record, version: int) -> Problem:
    """Return the 412 that carries what a three-way merge needs: the present version, and the revisions of both ends."""
    newest = post["history"]["number"] if post["history"] is not None else None
    revisions = {"base_revision": base_of(context(), post, version), "current_revision": newest}
    return version_mismatch(post["version"], **revisions)


def saving(call: Call, post: Record, kind: str) -> Saving:
    """Return how a call saves a post again."""
    return Saving(kind, version_for(call, post), call.attempt)


def revised(call: Call, post_id: str, change: Callable[[Record], Mapping[str, Any]]) -> Write:
    """Plan a change of what a post says, and answer with the post."""
    found = editable(call, post_id)
    how = saving(call, found.record, AUTOSAVED if call.query["autosave"] else SAVED)
    planned = writing.revise(context(), call.who, found, change(found.record), how)
    return written(call, planned.post, planned.included, planned.operations)


def moved(call: Call, post_id: str, move: Callable[[Record, str], Mapping[str, Any]]) -> Write:
    """Plan that a post moves on in its life, and answer with the post."""
    found = editable(call, post_id)
    standing = move(found.record, context().now())
    post, operations = writing.stand(context(), found.record, standing, version=version_for(call, found.record))
    return written(call, post, found.included, operations)


def written(
    call: Call, post: Record, included: Included, operations: Sequence[Operation], location: str | None = None
) -> Write:
    """Answer a write with the post as it will be."""
    body = present(context(), viewer_of(call), post, included)
    return Write(operations, Answer(body, version=post["version"], shaped=True, location=location))


def shown(viewer: Viewer, post: Record, included: Included, fields: Sequence[str] | None) -> Answer:
    """Answer with a post."""
    body = present(context(), viewer, post, included)
    return Answer(body, version=post["version"], shaped=True, fields=fields, shows=shows(post))


def surrounded(call: Call, viewer: Viewer, post: Record, included: Included) -> Answer:
    """Answer with a post and what shall travel with it, which came with it or, under a slug, is read now."""
    wanted: Sequence[str] = call.query["include"] or ()
    answer = shown(viewer, post, included, call.query["fields"])
    if not wanted:
        return answer
    missing = asides_of(wanted) - set(post)
    found = reading.one(context(), viewer, post["id"], *missing) if missing else Found(post, included)
    if "adjacent" in wanted:
        answer.body["adjacent"] = around.adjacent_to(context(), viewer, found)
    if "related" in wanted:
        answer.body["related"] = around.related_to(context(), viewer, found, FEW_RELATED)
    due = context().due.moment() if call.caller is None else None
    fields = [*answer.fields, *wanted] if answer.fields else None
    return replace(answer, fields=fields, shows={*answer.shows, "posts", "series"}, fresh_until=due)


def asides_of(wanted: Sequence[str] | None) -> set[str]:
    """Name what the store has to bring with a post for what shall travel with it, beside what always does."""
    return {name for each in wanted or () for name in around.ASIDES[each]} - {"series"}


def at_slug(slug: str) -> str:
    """Return where the same question is answered under another slug."""
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    return f"{ROOT}/slug/{quote(slug)}{query}"
