"""Batches: the route."""

from dataclasses import replace

from flask import g

from api.blog.batch import items, rules, schemas
from api.blog.batch.overlay import Overlay
from api.blog.batch.problems import BATCH_OVERLAP
from api.blog.incoming import EXTENSION, context
from api.blog.posts.problems import PROFILE_MISSING
from api.blog.problems import UNKNOWN_REFERENCE
from api.shared.operations import Call, Resource
from api.shared.problems import NOT_FOUND, PRECONDITION_FAILED, PRECONDITION_REQUIRED, Problem
from api.shared.responses import Answer
from api.shared.unit_of_work import Write

batch = Resource("batch", __name__, description="Several writes at once")

TRIES = 3
REFUSALS = (
    BATCH_OVERLAP, NOT_FOUND, PRECONDITION_FAILED, PRECONDITION_REQUIRED, UNKNOWN_REFERENCE, PROFILE_MISSING,
)  # fmt: skip


@batch.operation(
    "POST", "/batch", "batch",
    body=schemas.BatchIn, returns=schemas.BatchResults, idempotent=True, problems=REFUSALS,
)  # fmt: skip
def do_batch(call: Call) -> Write:
    """Do several writes, all or none.

    Up to 100, in one commit, each with its own `If-Match` where its operation needs one, and each allowed by what
    allows it alone. The answer lists what each of them answered. When one is refused nothing is done, and the
    problem is that item's: `operation` tells which one it was, from 0, and `errors` point into its body. Two items
    that change the same record are refused; new tags may be shared. Uploads, operations that answer
    with a secret, and batches stand alone. One `Idempotency-Key` counts for the whole.

    Tag two posts at once:

        {"operations": [
          {"method": "PATCH", "path": "/posts/…", "if_match": "*", "body": {"tags": ["Engines"]}},
          {"method": "PATCH", "path": "/posts/…", "if_match": "*", "body": {"tags": ["Engines"]}}
        ]}
    """
    together, overlay = rules.Together(), Overlay(context().store)
    setattr(g, EXTENSION, replace(context(), store=overlay))
    try:
        results = [_done(call, number, together, overlay) for number in range(len(call.body["operations"]))]
    finally:
        g.pop(EXTENSION)
    return Write(together.operations, Answer({"results": results}))


def _done(call: Call, number: int, together: rules.Together, overlay: Overlay) -> dict[str, object]:
    """Plan one item beside those before it; one that wants what an earlier item takes is planned anew, to see it."""
    try:
        for attempt in range(call.attempt, call.attempt + TRIES):
            operations, saved = items.done(call.body["operations"][number], attempt)
            if together.collision(operations) is None:
                break
        together.add(number, operations)
    except Problem as problem:
        raise rules.refused(problem, number) from problem
    overlay.plan(operations)
    return items.shown(saved)
