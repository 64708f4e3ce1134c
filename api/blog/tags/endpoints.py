"""Tags: the routes."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from api.blog.incoming import context, demand_version, version_for
from api.blog.problems import UNKNOWN_REFERENCE
from api.blog.tags import rules, schemas
from api.blog.tags.presentation import present
from api.blog.tags.problems import TAG_IN_USE, TAG_TAKEN
from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header
from api.shared.problems import INVALID_CURSOR
from api.shared.responses import Answer
from api.shared.unit_of_work import Write

ROOT = "/api/blog/v1/tags"
SHOWS = ("tags", "posts")

tags = Resource("tags", __name__, description="What posts are about")


@tags.operation(
    "GET", "/tags", "listTags", query=schemas.TagsQuery, returns=schemas.TagList, problems=(INVALID_CURSOR,)
)
def list_tags(call: Call) -> Answer:
    """List tags by name, each with the number of posts that everybody may read.

    Readers see the tags that such posts have, so a page may hold fewer than `limit`; authors see them all.
    """
    due = context().due.moment() if call.caller is None else None
    page = rules.listed(context(), call.query)
    items = [present(context(), tag) for tag in page.records if rules.may_see(call.caller, tag)]
    return Answer(
        envelope(page, items), fields=call.query["fields"], headers=link_header(page), shows=SHOWS, fresh_until=due
    )


@tags.operation(
    "POST", "/tags", "createTag",
    body=schemas.TagIn, returns=schemas.Tag, status=201, idempotent=True, problems=(TAG_TAKEN,),
)  # fmt: skip
def create_tag(call: Call) -> Write:
    """Make a tag.

    Rarely needed: a post that names a tag makes it.
    """
    tag, operations = rules.create(context(), call.body, call.attempt)
    return _written(tag, operations, location=f"{ROOT}/{quote(tag['slug'])}")


@tags.operation("GET", "/tags/<slug>", "getTag", query=schemas.TagQuery, returns=schemas.Tag)
def get_tag(call: Call, slug: str) -> Answer:
    """Read a tag by its slug."""
    due = context().due.moment() if call.caller is None else None
    tag = rules.one(context(), call.caller, slug)
    body = present(context(), tag)
    return Answer(body, version=tag["version"], shaped=True, fields=call.query["fields"], shows=SHOWS, fresh_until=due)


@tags.operation(
    "PATCH", "/tags/<slug>", "updateTag",
    body=schemas.TagPatch, returns=schemas.Tag, versioned=True, problems=(TAG_TAKEN,),
)  # fmt: skip
def update_tag(call: Call, slug: str) -> Write:
    """Change a tag.

    A JSON Merge Patch. When the slug changes, the tag's old address leads to the new one.
    """
    tag = rules.one(context(), call.caller, slug)
    demand_version(call, tag)
    return _written(*rules.revise(context(), tag, call.body, version_for(call, tag), call.attempt))


@tags.operation(
    "POST", "/tags/<slug>/merge", "mergeTag",
    body=schemas.MergeIn, returns=schemas.Tag, versioned=True, idempotent=True,
    problems=(TAG_IN_USE, UNKNOWN_REFERENCE),
)  # fmt: skip
def merge_tag(call: Call, slug: str) -> Write:
    """Merge a tag into another one.

    Its posts get the other tag in its place, its address leads to the other one's, and it is gone. Answers with the
    tag that stays; its `post_count` is the one before.
    """
    tag = rules.one(context(), call.caller, slug)
    demand_version(call, tag)
    return _written(*rules.merge(context(), tag, call.body["into"], version_for(call, tag)))


@tags.operation("DELETE", "/tags/<slug>", "deleteTag", versioned=True, status=204, problems=(TAG_IN_USE,))
def delete_tag(call: Call, slug: str) -> Write:
    """Delete a tag; the posts that had it stay."""
    tag = rules.one(context(), call.caller, slug)
    demand_version(call, tag)
    return Write(rules.remove(context(), tag, version_for(call, tag)), Answer())


def _written(tag: Mapping[str, Any], operations: Sequence[Any], location: str | None = None) -> Write:
    answer = Answer(present(context(), tag), version=tag["version"], shaped=True, location=location)
    return Write(operations, answer)
