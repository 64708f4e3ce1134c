"""Authors: the routes."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.blog.authors import rules, schemas
from api.blog.authors.presentation import present
from api.blog.authors.problems import CLAIMED_TOO_MUCH, FOLLOWS_ACCOUNT, USERNAME_TAKEN
from api.blog.incoming import context, demand_version, version_for
from api.blog.problems import UNKNOWN_REFERENCE
from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header
from api.shared.problems import INVALID_CURSOR
from api.shared.responses import Answer
from api.shared.unit_of_work import Write

ROOT = "/api/blog/v1/authors"
SHOWS = ("authors", "posts")

authors = Resource("authors", __name__, description="The public profiles under which posts appear")


@authors.operation(
    "GET", "/authors", "listAuthors",
    query=schemas.AuthorsQuery, returns=schemas.AuthorList, problems=(INVALID_CURSOR,),
)  # fmt: skip
def list_authors(call: Call) -> Answer:
    """List authors by name, each with the number of posts that everybody may read."""
    due = context().due.moment() if call.caller is None else None
    page = rules.listed(context(), call.query)
    items = [present(context(), author) for author in page.records]
    return Answer(
        envelope(page, items), fields=call.query["fields"], headers=link_header(page), shows=SHOWS, fresh_until=due
    )


@authors.operation(
    "POST", "/authors", "createAuthor",
    body=schemas.AuthorIn, returns=schemas.Author, status=201, idempotent=True, problems=(USERNAME_TAKEN,),
)  # fmt: skip
def create_author(call: Call) -> Write:
    """Make an author without an account.

    For those who wrote before there was an account for them, such as the authors of imported posts. People with an
    account have their profile by themselves.
    """
    author, operations = rules.create(context(), call.body, call.attempt)
    return _written(author, operations, location=f"{ROOT}/{author['username']}")


@authors.operation("GET", "/authors/<username>", "getAuthor", query=schemas.AuthorQuery, returns=schemas.Author)
def get_author(call: Call, username: str) -> Answer:
    """Read an author's profile."""
    due = context().due.moment() if call.caller is None else None
    author = rules.one(context(), username)
    body = present(context(), author)
    return Answer(
        body, version=author["version"], shaped=True, fields=call.query["fields"], shows=SHOWS, fresh_until=due
    )


@authors.operation(
    "PATCH", "/authors/<username>", "updateAuthor",
    body=schemas.AuthorPatch, returns=schemas.Author, versioned=True, problems=(USERNAME_TAKEN, FOLLOWS_ACCOUNT),
)  # fmt: skip
def update_author(call: Call, username: str) -> Write:
    """Change the profile of an author without an account.

    A JSON Merge Patch. The profile of somebody with an account follows the account and is changed there.
    """
    author = rules.one(context(), username)
    demand_version(call, author)
    return _written(*rules.revise(context(), author, call.body, version_for(call, author), call.attempt))


@authors.operation(
    "POST", "/authors/<username>/claim", "claimAuthor",
    body=schemas.ClaimIn, returns=schemas.Author, versioned=True, idempotent=True,
    problems=(FOLLOWS_ACCOUNT, CLAIMED_TOO_MUCH, UNKNOWN_REFERENCE),
)  # fmt: skip
def claim_author(call: Call, username: str) -> Write:
    """Say whose account an author without one is.

    The posts get the name of the author with the account in its place, the old address leads to the new one, and the
    author without an account is gone. Answers with the author who stays; `post_count` is the one before.
    """
    author = rules.one(context(), username)
    demand_version(call, author)
    return _written(*rules.claim(context(), author, call.body["username"], version_for(call, author)))


def _written(author: Mapping[str, Any], operations: Sequence[Any], location: str | None = None) -> Write:
    answer = Answer(present(context(), author), version=author["version"], shaped=True, location=location)
    return Write(operations, answer)
