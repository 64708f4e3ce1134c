"""What readers find: what they see in lists, and nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.blog import slugs
from api.blog.context import Context
from api.blog.posts.presentation import INCLUDES, present
from api.blog.posts.reading import Filters, public
from api.blog.posts.rules import Viewer
from api.blog.search.operators import read
from api.shared.problems import INVALID, Fault, Problem
from api.shared.store import Page, Record

PASSED_ON = ("kind", "tag", "author", "published_after", "published_before")
BEST = "-relevance"
NEWEST = "-published_at"

Marked = Mapping[str, Sequence[Mapping[str, Any]]]


def found(context: Context, viewer: Viewer, query: Mapping[str, Any]) -> Page:
    """Return the posts that a search finds, whoever asks: published, due, listed; of members' posts not the text.

    Raises 422 when an operator is not understood or repeats a parameter.
    """
    asked = read(query["q"])
    filters: Filters = {name: query[name] for name in PASSED_ON}
    filters["tag"] = query["tag"] and slugs.asked(query["tag"])
    for name, value in asked.filters.items():
        if filters[name] is not None:
            raise Problem(INVALID, faults=[Fault("named_twice", "Name it in q or here, not in both.", parameter=name)])
        filters[name] = value
    if asked.words:
        filters["search"] = asked.words
    return context.store.find(
        "posts",
        public(filters, viewer.now),
        # operators alone rank nothing
        sort=query["sort"] if asked.words else NEWEST,
        limit=query["limit"],
        cursor=query["cursor"],
        include=INCLUDES,
        brief=True,
        count=query["count"] is not None,
        marked=bool(asked.words),
    )


def result(context: Context, viewer: Viewer, post: Record, page: Page) -> dict[str, Any]:
    """Return a post that was found, with what matches."""
    shown = present(context, viewer, post, page.included)
    marked: Marked = page.excerpts.get(post["id"], {})
    snippet = marked.get("html") or marked.get("summary") or _plain(shown["excerpt"])
    return {"post": shown, "title": marked.get("title") or _plain(shown["title"]), "snippet": snippet}


def _plain(text: str) -> list[dict[str, Any]]:
    return [{"text": text, "match": False}] if text else []
