"""From a call about a pending edit to its answer: what the routes have in common."""

from api.blog.incoming import context, demand_version, version_for
from api.blog.pending import rules
from api.blog.posts import reading
from api.blog.posts.answers import viewer_of
from api.shared.operations import Call
from api.shared.responses import Answer
from api.shared.store import Found, Record


def editable(call: Call, post_id: str) -> Found:
    """Return a post that the caller may change, with its pending edit if it has one. Raises 404 and 403."""
    found = reading.one(context(), viewer_of(call), post_id)
    call.access.demand_own(call.who, found.record["author_ids"])
    return found


def versioned(call: Call, post_id: str) -> tuple[Found, int]:
    """Return a post and the version of its pending edit, which `If-Match` speaks of. Raises 404, 403 and 412."""
    found = editable(call, post_id)
    edit = rules.of(found)
    demand_version(call, edit)
    return found, version_for(call, edit)


def answer(found: Found, edit: Record, location: str | None = None) -> Answer:
    """Answer with a pending edit."""
    body = rules.present(context(), found.record, edit)
    return Answer(body, version=edit["version"], shaped=True, location=location)
