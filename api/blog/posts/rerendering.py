"""Renders posts again whose HTML an older renderer made: a slice at a time, resumable anywhere.

What is left to do is read from the posts themselves, so it can be killed at any point and does nothing twice. A post
that is rendered again says what it said: it gets no revision, and its date of change stays; its version and with it
its ETag move on, so that every copy of the old HTML is known to be old.
"""

from collections.abc import Callable, Sequence

from api.blog.context import Context
from api.blog.markdown import RENDERER_VERSION
from api.blog.posts.writing import rendering
from api.shared.store import Operation, VersionMismatch, update

SLICE = 20


def rerender(context: Context, committed: Callable[[Sequence[Operation]], None]) -> int:
    """Render the next posts again, each in a commit of its own; returns how many. Raises StoreUnavailable."""
    done = 0
    filters = {"rendered_by": RENDERER_VERSION - 1}
    page = context.store.find("posts", filters, sort="renderer_version", limit=SLICE)
    for post in page.records:
        values = rendering(context, post["markdown"])
        changed = {column: value for column, value in values.items() if post[column] != value}
        operations = [update("posts", post["id"], changed, if_version=post["version"])]
        try:
            context.store.commit(operations)
        except VersionMismatch:
            # somebody saved it meanwhile; if that was with the old renderer, the next slice finds it
            continue
        committed(operations)
        done += 1
    return done
