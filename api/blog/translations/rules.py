"""Translations: posts that say the same in different languages share a group; each language stands in it once."""

from api.blog.context import Context
from api.blog.posts.presentation import link
from api.blog.posts.rules import LISTED, Viewer
from api.blog.translations.problems import LANGUAGE_MISSING, LANGUAGE_REPEATED, TRANSLATED_ELSEWHERE
from api.shared.http import new_id
from api.shared.problems import NOT_FOUND, Problem
from api.shared.store import Operation, Record, update

MOST = 100


def of(context: Context, viewer: Viewer, post: Record) -> list[Record]:
    """Return links to the other posts of a post's group that the viewer finds in lists or may edit, by language."""
    return [
        link(context, viewer, other)
        for other in _group(context, post)
        if other["id"] != post["id"]
        and (viewer.may_edit(other) or (viewer.may_see(other) and other["visibility"] in LISTED))
    ]


def linked(context: Context, post: Record, other: Record) -> list[Operation]:
    """Plan that two posts are translations of one another. Raises 409."""
    groups = {each["translation_group"] for each in (post, other)} - {None}
    if post["id"] == other["id"] or post["language"] is None or other["language"] is None:
        raise Problem(LANGUAGE_REPEATED if post["id"] == other["id"] else LANGUAGE_MISSING)
    if len(groups) > 1:
        raise Problem(TRANSLATED_ELSEWHERE)
    group = next(iter(groups), None) or new_id()
    joining = [each for each in (post, other) if each["translation_group"] is None]
    grown = [*joining, *(_group(context, {"translation_group": group}) if groups else ())]
    if len({each["language"].casefold() for each in grown}) < len(grown):
        raise Problem(LANGUAGE_REPEATED)
    return [_moved(each, group) for each in joining]


def unlinked(post: Record, other: Record) -> list[Operation]:
    """Plan that the other post leaves the post's group. Raises 404 when it is not in it."""
    if other["translation_group"] is None or post["translation_group"] != other["translation_group"]:
        raise Problem(NOT_FOUND)
    return [_moved(other, None)]


def _group(context: Context, post: Record) -> list[Record]:
    if post["translation_group"] is None:
        return []
    filters = {"translation_group": post["translation_group"]}
    page = context.store.find("posts", filters, sort="-published_at", limit=MOST, brief=True)
    return sorted(page.records, key=lambda each: each["language"] or "")


def _moved(post: Record, group: str | None) -> Operation:
    return update("posts", post["id"], {"translation_group": group}, if_version=post["version"])
