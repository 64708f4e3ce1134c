"""Redirects as the API takes and shows them."""

from marshmallow import Schema, fields

from api.blog.described import A_MOMENT, AN_ID, Body, Target, says
from api.shared.fields import Line, Moment
from api.shared.paging import PageQuery, absent, list_of

OLD_PATH_PATTERN = r"^/([^/\\\x00-\x20\x7f?#][^\\\x00-\x20\x7f?#]*)?$"


class Redirect(Schema):
    """An old path of the site and what took its place."""

    id = fields.String(**says("Identifies the redirect", AN_ID))
    from_path = fields.String(**says("The old path", "/2014/09/15/hello.html"))
    to_path = fields.String(**says("Where it leads: a path of this site or an address", "/posts/hello"))
    created_at = Moment(**says("When it was made", A_MOMENT))
    version = fields.Integer(**says("The ETag is made of it", 1))


class RedirectIn(Body):
    """A new redirect."""

    from_path = Line(
        least=1, most=500, pattern=OLD_PATH_PATTERN, required=True,
        **says("The old path, decoded, without a query", "/2014/09/15/hello.html"),
    )  # fmt: skip
    to_path = Target(required=True, **says("Where it leads: a path of this site or an address", "/posts/hello"))


class RedirectsQuery(PageQuery):
    """The query of the list of redirects, which is sorted by the old path."""

    from_path = Line(
        least=1, most=500, load_default=absent, **says("Only the redirect of this path", "/2014/09/15/hello.html")
    )


RedirectList = list_of(Redirect)
