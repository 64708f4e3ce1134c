"""The queries of feeds and the site map."""

from marshmallow import Schema

from api.blog.described import says
from api.shared.fields import Line
from api.shared.paging import absent


class SitemapQuery(Schema):
    """Which part of the site map."""

    part = Line(
        most=5,
        pattern=r"^(pages|(?!0000|9999)[0-9]{4})$",
        load_default=absent,
        **says("One of the parts that the index names: `pages`, or a year", "2026"),
    )
