"""Publishes pending edits when their time has come.

Any number of processes may do it side by side: an edit is published and removed in one commit that demands its
version, so one of them does it, and being killed anywhere leaves it as it was.
"""

from collections.abc import Callable, Sequence
from itertools import count

import structlog

from api.blog.context import Context
from api.blog.pending import rules
from api.blog.posts.presentation import EDITABLE_INCLUDES, pending_of
from api.shared.problems import Problem
from api.shared.responses import Saved
from api.shared.store import Operation, Record, VersionMismatch, update
from api.shared.unit_of_work import commit

SLICE = 20
NOTHING_TO_SAY = Saved(204, {}, b"")
_log = structlog.get_logger("pending")

Committed = Callable[[Sequence[Operation]], None]


def publish_due(context: Context, committed: Committed) -> int:
    """Publish the edits that are due; returns how many there were. Raises StoreUnavailable."""
    page = context.store.find(
        rules.COLLECTION, {"due_before": context.now()}, sort="publish_at", limit=SLICE, brief=True
    )
    for pending in page.records:
        try:
            _publish(context, pending["post_id"], committed)
        except Problem as problem:
            _set_aside(context, pending, problem)
    return len(page.records)


def _publish(context: Context, post_id: str, committed: Committed) -> None:
    attempts = count()

    def plan() -> tuple[Sequence[Operation], Saved]:
        found = context.store.get("posts", post_id, include=EDITABLE_INCLUDES)
        pending = None if found is None else pending_of(found.record, found.included)
        if found is None or pending is None or (pending["publish_at"] or "~") > context.now():
            return (), NOTHING_TO_SAY
        editor = rules.acting(pending)
        return rules.publish(context, editor, found, pending["version"], next(attempts)).operations, NOTHING_TO_SAY

    operations, _, _ = commit(context.store, plan, retry=None, if_version=None)
    if operations:
        committed(operations)
        _log.info("a pending edit was published", post=post_id)


def _set_aside(context: Context, pending: Record, problem: Problem) -> None:
    """Let an edit that cannot be published wait for its author, and say why."""
    values = {"publish_at": None, "problem": problem.kind.code}
    try:
        context.store.commit([update(rules.COLLECTION, pending["id"], values, if_version=pending["version"])])
    except VersionMismatch:
        return
    _log.warning("a pending edit could not be published", post=pending["post_id"], problem=problem.kind.code)
