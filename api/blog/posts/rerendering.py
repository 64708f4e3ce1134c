"""Renders posts again: those whose HTML an older renderer made, by the clock, and all of them, as a job.

What is left to do is read from the posts themselves, so it can be killed at any point and does nothing twice. A post
that is rendered again says what it said: it gets no revision, and its date of change stays; its version and with it
its ETag move on, so that every copy of the old HTML is known to be old.
"""

from collections.abc import Callable, Sequence

from api.blog.context import Context
from api.blog.jobs.task import Done, Task
from api.blog.markdown import RENDERER_VERSION
from api.blog.posts.writing import rendering
from api.shared.store import Operation, Record, VersionMismatch, update

SLICE = 20
# posts only move ahead in this order, to the present renderer: a walk along it misses none
BY_RENDERER = "renderer_version"


def rerender(context: Context, committed: Callable[[Sequence[Operation]], None]) -> int:
    """Render the next posts again, each in a commit of its own; returns how many. Raises StoreUnavailable."""
    done = 0
    filters = {"rendered_by": RENDERER_VERSION - 1}
    for post in context.store.find("posts", filters, sort=BY_RENDERER, limit=SLICE).records:
        operations = _again(context, post)
        if operations:
            committed(operations)
            done += 1
    return done


def rerender_all(task: Task) -> Done:
    """Render every post again; those that come out as they are stay untouched."""
    context = task.context
    done = changed = 0
    cursor: str | None = None
    while True:
        page = context.store.find("posts", sort=BY_RENDERER, limit=SLICE, cursor=cursor, count=True)
        for post in page.records:
            changed += bool(_again(context, post))
            done += 1
            task.step(done, max(done, page.total or 0))
        if page.next is None:
            return Done({"posts": done, "changed": changed})
        cursor = page.next


def _again(context: Context, post: Record) -> list[Operation]:
    """Render a post again and return what was committed: nothing where nothing differs, or somebody was faster."""
    values = rendering(context, post["markdown"], post["cover_id"])
    changed = {column: value for column, value in values.items() if post[column] != value}
    if not changed:
        return []
    operations = [update("posts", post["id"], changed, if_version=post["version"])]
    try:
        context.store.commit(operations)
    except VersionMismatch:
        # somebody saved it meanwhile; if that was with an older renderer, the next slice finds it
        return []
    return operations
