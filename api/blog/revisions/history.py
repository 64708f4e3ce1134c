"""Writes a post's history: each save leaves a revision in the same commit.

Consecutive autosaves of one person within some minutes are one revision, and a post keeps a bounded number of them.
What is known of the newest one stands in the post itself (`history`), so that recording needs no read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from api.blog.context import Context
from api.blog.revisions.kinds import AUTOSAVED, SAVED
from api.shared.clock import parse_rfc3339
from api.shared.store import Operation, Record, delete, insert, update

MOST_REVISIONS = 500
RUN = timedelta(minutes=10)
DETAILS = (
    "slug", "kind", "visibility", "featured", "comments_open", "language", "cover_id", "canonical_url", "seo",
)  # fmt: skip

Included = Mapping[str, Mapping[str, Record]]


@dataclass(frozen=True, slots=True)
class Save:
    """Who saves, and what kind of save it is."""

    kind: str
    account_id: str


def revision_id(post_id: str, number: int) -> str:
    """Return the id of a revision."""
    return f"{post_id}.{number}"


def begin(save: Save, post: Record, included: Included, now: str) -> tuple[Mapping[str, Any], Operation]:
    """Return the history of a new post, and the operation that makes its first revision."""
    return _history(1, save, None), _insertion(1, save, post, included, now)


def follow(
    context: Context, save: Save, before: Record, after: Record, included: Included
) -> tuple[Mapping[str, Any], Sequence[Operation]]:
    """Return the history of a post that is saved again, and the operations that record it."""
    now = context.now()
    earlier = before["history"]
    operations: list[Operation] = []
    if earlier is None:
        # written before there were revisions: what it said until now is kept, too
        first = Save(SAVED, before["author_ids"][0])
        operations.append(_insertion(1, first, before, included, before["updated_at"]))
        earlier = _history(1, first, None)
    if _continues(earlier, save, now):
        number = earlier["number"]
        values = _values(number, save, after, included, now)
        operations.append(update("revisions", revision_id(after["id"], number), values))
        return earlier, operations
    number = earlier["number"] + 1
    operations.append(_insertion(number, save, after, included, now))
    if number > MOST_REVISIONS:
        operations.append(delete("revisions", revision_id(after["id"], number - MOST_REVISIONS)))
    return _history(number, save, now if save.kind == AUTOSAVED else None), operations


def end(post: Record) -> list[Operation]:
    """Return the operations that delete all revisions of a post."""
    newest = post["history"]["number"] if post["history"] is not None else 0
    oldest = max(1, newest - MOST_REVISIONS + 1)
    return [delete("revisions", revision_id(post["id"], number)) for number in range(oldest, newest + 1)]


def base_of(context: Context, post: Record, version: int) -> int | None:
    """Return the number of the revision that a post of this version had come from, or None if it is not kept.

    Where autosaves were folded it is an earlier one: an ancestor of both sides all the same.
    """
    filters = {"post_id": post["id"], "until_version": version}
    page = context.store.find("revisions", filters, sort="-number", limit=1, brief=True)
    return page.records[0]["number"] if page.records else None


def _continues(earlier: Mapping[str, Any], save: Save, now: str) -> bool:
    if save.kind != AUTOSAVED or earlier["since"] is None or earlier["by"] != save.account_id:
        return False
    return parse_rfc3339(now) - parse_rfc3339(earlier["since"]) < RUN


def _history(number: int, save: Save, since: str | None) -> Mapping[str, Any]:
    return {"number": number, "by": save.account_id, "since": since}


def _insertion(number: int, save: Save, post: Record, included: Included, now: str) -> Operation:
    return insert("revisions", revision_id(post["id"], number), _values(number, save, post, included, now))


def _values(number: int, save: Save, post: Record, included: Included, now: str) -> dict[str, Any]:
    tags, authors = included.get("tags", {}), included.get("authors", {})
    details = {
        **{name: post[name] for name in DETAILS},
        "tags": [{"id": tag_id, "name": tags[tag_id]["name"]} for tag_id in post["tag_ids"] if tag_id in tags],
        "authors": [authors[each]["username"] for each in post["author_ids"] if each in authors],
    }
    return {
        "post_id": post["id"],
        "number": number,
        "kind": save.kind,
        "post_version": post["version"],
        "saved_by": save.account_id,
        "saved_at": now,
        "title": post["title"],
        "summary": post["summary"],
        "details": details,
        "word_count": post["word_count"],
        "markdown": post["markdown"],
    }
