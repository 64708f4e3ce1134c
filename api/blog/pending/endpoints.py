"""Pending edits: the routes."""

from api.blog.incoming import context
from api.blog.pending import rules, schemas
from api.blog.pending.answers import answer, editable, versioned
from api.blog.pending.problems import PENDING_EXISTS, PENDING_NEEDLESS, PENDING_OUTDATED
from api.blog.posts.answers import written
from api.blog.posts.problems import SLUG_TAKEN, TRASHED
from api.blog.posts.schemas import Post
from api.blog.problems import UNKNOWN_REFERENCE
from api.blog.series.problems import SERIES_FULL
from api.shared.operations import Call, Resource
from api.shared.responses import Answer
from api.shared.unit_of_work import Write

pending = Resource("pending", __name__, description="Changes of a published post that readers do not see yet")

PENDING = "/posts/<uuid:post_id>/pending"
REFUSALS = (TRASHED, UNKNOWN_REFERENCE, SERIES_FULL)


@pending.operation("GET", PENDING, "getPendingEdit", returns=schemas.PendingEdit)
def get_pending_edit(call: Call, post_id: str) -> Answer:
    """Read a post's pending edit.

    With its `changes`, and whether the post itself was saved since the edit began. For the post's authors and for
    editors; readers see nothing of it.
    """
    found = editable(call, post_id)
    return answer(found, rules.of(found))


@pending.operation(
    "POST", PENDING, "createPendingEdit", body=schemas.PendingEditIn, returns=schemas.PendingEdit, status=201,
    idempotent=True, problems=(PENDING_EXISTS, PENDING_NEEDLESS, *REFUSALS),
)  # fmt: skip
def create_pending_edit(call: Call, post_id: str) -> Write:
    """Begin a pending edit of a published post.

    `changes` takes the same fields as changing the post does; they are kept apart from it until they are published,
    all in one commit. A post has one pending edit at most. To show it to somebody, make a preview link.
    """
    edit, operations = rules.begin(context(), call.who, found := editable(call, post_id), call.body)
    return Write(operations, answer(found, edit, location=f"/api/blog/v1/posts/{post_id}/pending"))


@pending.operation(
    "PUT", PENDING, "savePendingEdit", body=schemas.PendingEditIn, returns=schemas.PendingEdit, versioned=True,
    problems=REFUSALS,
)  # fmt: skip
def save_pending_edit(call: Call, post_id: str) -> Write:
    """Save a pending edit.

    The `changes` given take the place of those before; its time, if it has one, stays. After merging with what was
    saved meanwhile, say so by `base_revision`.
    """
    found, version = versioned(call, post_id)
    edit, operations = rules.revise(context(), call.who, found, call.body, version)
    return Write(operations, answer(found, edit))


@pending.operation("DELETE", PENDING, "discardPendingEdit", versioned=True, status=204)
def discard_pending_edit(call: Call, post_id: str) -> Write:
    """Discard a pending edit; the post stays as readers know it."""
    found, version = versioned(call, post_id)
    return Write(rules.discard(rules.of(found), version), Answer())


@pending.operation(
    "POST", f"{PENDING}/publish", "publishPendingEdit", returns=Post, versioned=True, idempotent=True,
    problems=(PENDING_OUTDATED, SLUG_TAKEN, *REFUSALS),
)  # fmt: skip
def publish_pending_edit(call: Call, post_id: str) -> Write:
    """Publish a pending edit.

    The post says from now on what the edit says, and the edit is gone; the history holds it as a revision of the kind
    `published`. `If-Match` carries the ETag of the pending edit. When somebody saved the post itself meanwhile the
    answer is 409 with what merging needs, and nothing of theirs is lost.
    """
    found, version = versioned(call, post_id)
    planned = rules.publish(context(), call.who, found, version, call.attempt)
    return written(call, planned.post, planned.included, planned.operations)


@pending.operation(
    "POST", f"{PENDING}/schedule", "schedulePendingEdit", body=schemas.PendingScheduleIn, returns=schemas.PendingEdit,
    versioned=True, idempotent=True, problems=(PENDING_OUTDATED,),
)  # fmt: skip
def schedule_pending_edit(call: Call, post_id: str) -> Write:
    """Schedule a pending edit.

    It is published by itself at the time given. If the post itself was saved by then, it is not: `problem` says so,
    and the edit waits for you.
    """
    found, version = versioned(call, post_id)
    edit, operations = rules.schedule(context(), found, call.body["publish_at"], version)
    return Write(operations, answer(found, edit))


@pending.operation(
    "DELETE", f"{PENDING}/schedule", "unschedulePendingEdit", returns=schemas.PendingEdit, versioned=True
)
def unschedule_pending_edit(call: Call, post_id: str) -> Write:
    """Call off the time of a pending edit; the edit stays."""
    found, version = versioned(call, post_id)
    edit, operations = rules.call_off(context(), found, version)
    return Write(operations, answer(found, edit))
