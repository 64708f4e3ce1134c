"""The end of posts: for good, by hand or once they have been in the trash for long enough."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from api.blog.context import Context
from api.blog.posts import rules
from api.blog.posts.problems import TOO_MANY_COMMENTS
from api.blog.revisions import history
from api.shared.clock import rfc3339
from api.shared.problems import Problem
from api.shared.store import Operation, Record, StoreError, StoreUnavailable, delete, require, update

A_READ = 200
PURGED_AT_ONCE = 20
# beside a post's revisions, of which there are at most 500, in a commit of 1,000
MOST_COMMENTS = 400
_log = structlog.get_logger("trash")


def destroy(context: Context, post: Record, *, version: int) -> list[Operation]:
    """Plan the end of a post, with all that belongs to it alone. Raises 409 when that is more than one commit takes.

    Its slugs stay, leading nowhere, so that no other post gets one of them by accident; where readers saw it they
    remember that it is gone.
    """
    gone_id = post["id"] if rules.was_seen(post, context.now()) else None
    left = {"post_id": None, "gone_id": gone_id}
    slugs, previews = _all(context, "slugs", post["id"], "id"), _all(context, "previews", post["id"], "expires_at")
    operations = [
        *(update("slugs", slug["id"], left, if_version=slug["version"]) for slug in slugs),
        *(delete("previews", preview["id"], if_version=preview["version"]) for preview in previews),
    ]
    pending = context.store.get("pending_edits", f"pending:{post['id']}", brief=True)
    if pending is not None:
        operations.append(delete("pending_edits", pending.record["id"], if_version=pending.record["version"]))
    operations += _conversation(context, post)
    return [*operations, *history.end(post), delete("posts", post["id"], if_version=version)]


def _conversation(context: Context, post: Record) -> list[Operation]:
    comments = _comments(context, post)
    if len(comments) > MOST_COMMENTS:
        raise Problem(TOO_MANY_COMMENTS)
    mark = context.store.get("discussions", post["id"])
    return [*comments, *([delete("discussions", post["id"])] if mark is not None else ())]


def _comments(context: Context, post: Record) -> list[Operation]:
    """Plan the end of a post's comments: of all, or of more than one commit takes."""
    operations: list[Operation] = []
    cursor: str | None = None
    while len(operations) <= MOST_COMMENTS:
        page = context.store.find("comments", {"post_id": post["id"]}, sort="path", limit=A_READ, cursor=cursor)
        operations += [delete("comments", each["id"]) for each in page.records]
        cursor = page.next
        if cursor is None:
            break
    return operations


def purge(context: Context, days: int, committed: Callable[[Sequence[Operation]], None]) -> int:
    """Destroy some posts that have been in the trash for so many days; returns how many. Raises StoreUnavailable.

    Each in a commit of its own that demands its version: one that is restored meanwhile stays.
    """
    done = 0
    before = rfc3339(context.clock.now() - timedelta(days=days))
    filters = {"status": "trashed", "trashed_before": before}
    page = context.store.find("posts", filters, sort="-updated_at", limit=PURGED_AT_ONCE)
    for post in page.records:
        operations = _next_step(context, post)
        try:
            context.store.commit(operations)
        except StoreUnavailable:
            raise
        except StoreError as refused:
            _log.info("a post in the trash was changed meanwhile", post=post["id"], reason=type(refused).__name__)
            continue
        committed(operations)
        _log.info("a post in the trash is deleted for good", post=post["id"], trashed_at=post["trashed_at"])
        done += 1
    return done


def _next_step(context: Context, post: Record) -> list[Operation]:
    """Plan the end of a post or, where one commit does not take its whole conversation, of a part of that."""
    try:
        return destroy(context, post, version=post["version"])
    except Problem:
        some = _comments(context, post)[:MOST_COMMENTS]
        return [require("posts", post["id"], if_version=post["version"]), *some]


def _all(context: Context, collection: str, post_id: str, sort: str) -> list[Record]:
    records: list[Record] = []
    cursor: str | None = None
    while True:
        page = context.store.find(collection, {"post_id": post_id}, sort=sort, limit=A_READ, cursor=cursor)
        records += page.records
        cursor = page.next
        if cursor is None:
            return records
