"""Searches as the API takes and answers them."""

from marshmallow import Schema, fields

from api.blog.described import A_MOMENT, says
from api.blog.posts.schemas import KIND, KINDS, Post
from api.shared.fields import Choice, Line, Moment
from api.shared.paging import PageQuery, absent, list_of

SORTS = ("-relevance", "-published_at")
MOST_QUESTION = 200
Q = (
    'Words that must all be there, `"phrases"`, and operators: `tag:slug` (or `tag:"a name"`, where the slug was made '
    "of it), `author:username`, `before:2026-11-25`, `after:2026` (a year, month or day, in UTC). The last word may be "
    "unfinished. Case, diacritics and width do not matter; in scripts without spaces any part of a sentence is found"
)


class SearchQuery(PageQuery):
    """What to search for."""

    q = Line(least=1, most=MOST_QUESTION, required=True, **says(Q, 'engine "weaves patterns" tag:history'))
    kind = Choice(*KINDS, load_default=absent, **says(f"{KIND}; both if not given", "post"))
    tag = Line(least=1, most=200, load_default=absent, **says("Only posts with the tag of this slug", "engines"))
    author = Line(least=1, most=64, load_default=absent, **says("Only posts by the author of this username", "ada"))
    published_after = Moment(load_default=absent, **says("Published at this time or later", A_MOMENT))
    published_before = Moment(load_default=absent, **says("Published at this time or earlier", A_MOMENT))
    sort = Choice(
        *SORTS, load_default="-relevance", **says("The order; by relevance there are 200 at most", "-relevance")
    )


class Segment(Schema):
    """A stretch of plain text."""

    text = fields.String(required=True, **says("The text; never markup", "weaves patterns"))
    match = fields.Boolean(required=True, **says("Whether it is what was searched for", True))


MARKED = [
    {"text": "The engine ", "match": False},
    {"text": "weaves patterns", "match": True},
    {"text": ".", "match": False},
]


class SearchResult(Schema):
    """A post that was found. What matches is marked in segments of plain text: there is no HTML to be careful with."""

    post = fields.Nested(Post, required=True, metadata={"description": "The post, without its text"})
    title = fields.List(
        fields.Nested(Segment), required=True, **says("The title", [{"text": "Notes on the Engine", "match": False}])
    )
    snippet = fields.List(
        fields.Nested(Segment), required=True, **says("The sentence with the match, or how the post begins", MARKED)
    )


SearchResultList = list_of(SearchResult)
