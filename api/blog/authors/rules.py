"""Authors: the by-lines of posts, and the profiles of those who have no account."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.blog.authors.problems import CLAIMED_TOO_MUCH, FOLLOWS_ACCOUNT, USERNAME_TAKEN
from api.blog.context import Context
from api.blog.posts.problems import PROFILE_MISSING
from api.blog.posts.relabelling import exchanged
from api.blog.problems import UNKNOWN_REFERENCE
from api.blog.redirects.rules import moved
from api.shared.auth import Caller
from api.shared.http import new_id
from api.shared.problems import FORBIDDEN, NOT_FOUND, Fault, Problem
from api.shared.store import Operation, Page, Record, delete, insert, require, update

PROFILE = ("bio", "website", "avatar_url")
LONGEST_USERNAME = 64
RETRY = {"Retry-After": "1"}

Planned = tuple[Record, Sequence[Operation]]


def own(context: Context, caller: Caller) -> Record:
    """Return the caller's own author record.

    The link from the accounts makes it, under the account's id, usually before the sign-in is answered. When it lags
    the caller is asked to try again: an author made up here would have no name to show. Raises 503.
    """
    found = context.store.get("authors", caller.account_id)
    if found is None:
        raise Problem(PROFILE_MISSING, headers=RETRY)
    return found.record


def named(context: Context, caller: Caller, usernames: Sequence[str], present: Sequence[str]) -> list[Record]:
    """Return the authors of these usernames, in order, each once.

    Editors may name anybody; others themselves and those `present` (ids) on the post already. Raises 422 and 403.
    """
    wanted = list(dict.fromkeys(usernames))
    page = context.store.find("authors", {"username": wanted}, sort="name", limit=len(wanted))
    known = {author["username"]: author for author in page.records}
    faults = [
        Fault("unknown_author", "There is no author of this username.", pointer=f"/authors/{place}")
        for place, username in enumerate(usernames)
        if username not in known
    ]
    if faults:
        raise Problem(UNKNOWN_REFERENCE, faults=faults)
    allowed = {caller.account_id, *present}
    if not caller.is_at_least("editor") and any(author["id"] not in allowed for author in known.values()):
        raise Problem(FORBIDDEN, "Only editors may put other people's names on a post.")
    return [known[username] for username in wanted]


def listed(context: Context, query: Mapping[str, Any]) -> Page:
    """Return a page of authors by name, with their post counts."""
    return context.store.find(
        "authors",
        sort="name",
        limit=query["limit"],
        cursor=query["cursor"],
        include=("post_count",),
        count=query["count"] is not None,
    )


def one(context: Context, username: str) -> Record:
    """Return an author with their post count. Raises 404."""
    if len(username) > LONGEST_USERNAME:
        raise Problem(NOT_FOUND)
    page = context.store.find("authors", {"username": username}, sort="name", limit=1, include=("post_count",))
    if not page.records:
        raise Problem(NOT_FOUND)
    return page.records[0]


def create(context: Context, body: Mapping[str, Any], attempt: int) -> Planned:
    """Plan an author without an account. Raises 409 when the username is taken."""
    if attempt > 0:
        _refuse_taken(context, body["username"], None)
    now = context.now()
    values = {
        "username": body["username"],
        "name": body["name"],
        **{name: body.get(name) for name in PROFILE},
        "account_id": None,
        "created_at": now,
        "updated_at": now,
    }
    author_id = new_id()
    author = {"id": author_id, "version": 1, "post_count": 0, **values}
    return author, [insert("authors", author_id, values)]


def revise(context: Context, author: Record, body: Mapping[str, Any], version: int, attempt: int) -> Planned:
    """Plan a change of an author without an account. Raises 409 for others, and when the username is taken."""
    if author["account_id"] is not None:
        raise Problem(FOLLOWS_ACCOUNT)
    if attempt > 0 and "username" in body:
        _refuse_taken(context, body["username"], author["id"])
    changes = {name: value for name, value in body.items() if author[name] != value}
    if not changes:
        return author, ()
    changes["updated_at"] = context.now()
    operation = update("authors", author["id"], changes, if_version=version)
    return {**author, **changes, "version": version + 1}, [operation]


def claim(context: Context, author: Record, username: str, version: int) -> Planned:
    """Plan that somebody with an account takes the place of an author without one. Raises 409 and 422."""
    if author["account_id"] is not None:
        raise Problem(FOLLOWS_ACCOUNT)
    page = context.store.find("authors", {"username": username}, sort="name", limit=1, include=("post_count",))
    if not page.records or page.records[0]["account_id"] is None:
        fault = Fault("unknown_author", "No author with an account has this username.", pointer="/username")
        raise Problem(UNKNOWN_REFERENCE, faults=[fault])
    [other] = page.records
    named = {"author_id": author["id"]}
    return other, [
        *exchanged(context, named, "author_ids", author["id"], other["id"], refusal=CLAIMED_TOO_MUCH),
        delete("authors", author["id"], if_version=version),
        require("authors", other["id"], if_version=other["version"]),
        *moved(context, f"/authors/{author['username']}", f"/authors/{other['username']}"),
    ]


def _refuse_taken(context: Context, username: str, own_id: str | None) -> None:
    page = context.store.find("authors", {"username": username}, sort="name", limit=1)
    if any(author["id"] != own_id for author in page.records):
        fault = Fault("taken", "Another author has this username.", pointer="/username")
        raise Problem(USERNAME_TAKEN, faults=[fault])
