"""The archive as the API shows it."""

from marshmallow import Schema, fields

from api.blog.described import says

A_MONTH = {"month": 11, "count": 3}


class ArchiveMonth(Schema):
    """A month in which something was published."""

    month = fields.Integer(**says("1 to 12", 11))
    count = fields.Integer(**says("How many posts that lists show", 3))


class ArchiveYear(Schema):
    """A year in which something was published."""

    year = fields.Integer(**says("The year", 2026))
    count = fields.Integer(**says("How many posts that lists show", 3))
    months = fields.List(fields.Nested(ArchiveMonth), **says("Its months, newest first", [A_MONTH]))


class Archive(Schema):
    """When posts were published."""

    years = fields.List(
        fields.Nested(ArchiveYear), **says("Newest first", [{"year": 2026, "count": 3, "months": [A_MONTH]}])
    )
    total = fields.Integer(**says("How many posts that lists show, in all", 3))
    time_zone = fields.String(**says("The site's time zone, in which months begin", "Europe/London"))
