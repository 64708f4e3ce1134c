"""Lists: the query every list understands, and the envelope every list answers with.

A cursor is good for the list that gave it out: the same address, filters and order. The Database Service signs the
place in it; here the list is written before it, so that a cursor sent to another list is refused instead of answering
with a page of something that nobody asked for.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import g, request
from marshmallow import Schema, fields, post_load, validate
from webargs.fields import DelimitedList

from api.shared.fields import Line, Number
from api.shared.problems import INVALID_CURSOR, Problem
from api.shared.store import Page

MOST = 100
DEFAULT = 20
# what says how much of a list is shown, not which list it is
SHAPING = frozenset({"cursor", "limit", "count", "fields"})
DIGEST_BYTES = 8


def absent() -> None:
    """Stand for a parameter that was not given. As the default it keeps `default: null` out of the spec."""


class PageQuery(Schema):
    """The part of a list's query that all lists share; a list adds its filters and its `sort`."""

    limit = Number(
        1, MOST, load_default=DEFAULT,
        metadata={"description": "How many items a page holds", "example": DEFAULT},
    )  # fmt: skip
    cursor = Line(
        least=1, most=2000, load_default=absent,
        metadata={"description": "The `next` or `prev` of another page of this list, with the same filters and order"},
    )  # fmt: skip
    count = fields.String(
        load_default=absent,
        validate=validate.OneOf(["exact"]),
        metadata={"description": "`exact` adds `total` to the answer"},
    )

    @post_load
    def _of_this_list(self, query: dict[str, Any], **_options: object) -> dict[str, Any]:
        """Take the list off the cursor again. Raises a 422 Problem for a cursor of another list."""
        g.list_digest = _digest(query)
        cursor: str | None = query["cursor"]
        if cursor is None:
            return query
        digest, _, place = cursor.partition(".")
        if digest != g.list_digest:
            raise Problem(INVALID_CURSOR)
        return {**query, "cursor": place}


class NoQuery(Schema):
    """The query of an operation that takes none: any parameter is refused."""


def fields_parameter(schema: type[Schema], *, included: Sequence[str] = ()) -> Any:
    """Return the `fields=` parameter for sparse answers: names of the schema's fields, separated by commas.

    What is `included` only when it is asked for is no field to choose.
    """
    return _words(sorted(set(schema().fields) - set(included)), "Answer with these fields only")


def include_parameter(*names: str) -> Any:
    """Return the `include=` parameter: what shall travel with the answer, separated by commas."""
    return _words(names, "Answer with these besides, which else are asked for one by one")


def _words(names: Sequence[str], description: str) -> Any:
    return DelimitedList(
        fields.String(validate=validate.OneOf(names)),
        load_default=absent,
        validate=validate.Length(1, len(names)),
        metadata={"description": description},
    )


def list_of(item: type[Schema]) -> type[Schema]:
    """Return the envelope schema of a list of items."""
    name = item.__name__
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True, metadata={"description": "This page's items"}),
            "next": fields.String(
                required=True, allow_none=True, metadata={"description": "Cursor of the next page, or null"}
            ),
            "prev": fields.String(
                required=True,
                allow_none=True,
                metadata={"description": "Cursor of the previous page, or null"},
            ),
            "total": fields.Integer(metadata={"description": "Number of all items, with `count=exact`"}),
        },
        name=f"{name}List",
    )


def envelope(page: Page, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the body of a list answer."""
    page = _of_a_list(page)
    body: dict[str, Any] = {"items": list(items), "next": page.next, "prev": page.prev}
    if page.total is not None:
        body["total"] = page.total
    return body


def link_header(page: Page) -> dict[str, str]:
    """Return the `Link` header (RFC 8288) to the neighbouring pages, if there are any."""
    page = _of_a_list(page)
    links = [
        f'<{request.path}?{_query_with(cursor)}>; rel="{relation}"'
        for relation, cursor in (("next", page.next), ("prev", page.prev))
        if cursor is not None
    ]
    return {"Link": ", ".join(links)} if links else {}


def _query_with(cursor: str) -> str:
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    return urlencode([*pairs, ("cursor", cursor)])


def _of_a_list(page: Page) -> Page:
    """Return the page with cursors that name the list they are of."""
    ahead, behind = (None if place is None else f"{g.list_digest}.{place}" for place in (page.next, page.prev))
    return replace(page, next=ahead, prev=behind)


def _digest(query: Mapping[str, Any]) -> str:
    """Name a list: its address, filters and order, each as it was understood."""
    filters = {name: value for name, value in query.items() if name not in SHAPING}
    said = orjson.dumps([request.path, filters], option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(said, digest_size=DIGEST_BYTES).hexdigest()
