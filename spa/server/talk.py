"""What the pages say of a conversation under a post: who answers whom, and a form that has nothing in it yet."""

from collections.abc import Mapping
from typing import Any

from spa.server.dates import Calendar

# As many as a page shows at first; src/lib/reading.js asks for the same.
COMMENTS = 50
DEEPEST = 3
FIELDS = ("markdown", "name", "email", "website", "subject")
EMPTY: Mapping[str, str] = dict.fromkeys(FIELDS, "")

Comment = Mapping[str, Any]


def under_post(thread: Mapping[str, Any] | None, calendar: Calendar) -> Mapping[str, Any]:
    """Return what the page of a post shows of the conversation; nothing where nobody says or said anything."""
    if thread is None or (thread["accepts"] == "nobody" and not thread["items"]):
        return {"talk": None, "typed": EMPTY}
    return {"talk": shown(thread, calendar), "typed": EMPTY}


def shown(thread: Mapping[str, Any], calendar: Calendar) -> Mapping[str, Any]:
    """Return a page of the conversation, with who answers whom."""
    known = {each["id"]: each for each in thread["items"]}
    items = [remark(each, known.get(each["parent_id"]), calendar) for each in thread["items"]]
    return {"items": items, "next": thread["next"], "accepts": thread["accepts"]}


def remark(comment: Comment, parent: Comment | None, calendar: Calendar) -> Mapping[str, Any]:
    """Return a comment with its date in words. `beside` tells that it does not stand below what it answers."""
    t = calendar.wording
    author = parent["author"] if parent is not None else None
    return {
        "comment": comment,
        "when": calendar.describe(comment["created_at"]),
        "answers": (author["name"] or t("comments.nobody")) if author is not None else t("comments.earlier"),
        "beside": parent is None or parent["depth"] == DEEPEST,
    }
