"""Plans that posts name one tag or author in place of another: what merging, claiming and deleting have in common."""

from collections.abc import Mapping

from api.blog.context import Context
from api.shared.problems import Kind, Problem
from api.shared.store import FilterValue, Operation, update

PAGE = 200
MOST_POSTS = 900


def exchanged(  # noqa: PLR0913 - each is one part of the question
    context: Context, named_by: Mapping[str, FilterValue], column: str, old: str, new: str | None, *, refusal: Kind
) -> list[Operation]:
    """Plan that posts name `new` where they name `old`, or nothing. Raises the refusal when they are too many."""
    now = context.now()
    operations: list[Operation] = []
    cursor: str | None = None
    while True:
        page = context.store.find("posts", named_by, sort="-published_at", limit=PAGE, cursor=cursor, brief=True)
        for post in page.records:
            put = [new if each == old else each for each in post[column]]
            left = list(dict.fromkeys(each for each in put if each is not None))
            operations.append(
                update("posts", post["id"], {column: left, "updated_at": now}, if_version=post["version"])
            )
        cursor = page.next
        if cursor is None:
            return operations
        if len(operations) > MOST_POSTS:
            raise Problem(refusal)
