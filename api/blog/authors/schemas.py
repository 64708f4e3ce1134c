"""Authors as the API takes and shows them."""

from marshmallow import Schema, fields

from api.blog.described import A_MOMENT, AN_ID, Body, Name, says
from api.shared.fields import Line, Moment, Prose, Url
from api.shared.paging import PageQuery, fields_parameter, list_of

USERNAME_PATTERN = r"^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$"
BIO = "A few words about the author"
WEBSITE = "The author's own site"
AVATAR = "Address of a picture"


class Author(Schema):
    """An author: the public profile under which posts appear, with or without an account behind it."""

    id = fields.String(**says("Identifies the author", AN_ID))
    username = fields.String(**says("Its place in the URL", "ada"))
    name = fields.String(**says("Name as readers see it", "Ada Lovelace"))
    bio = fields.String(allow_none=True, **says(BIO, "Wrote the first program."))
    website = fields.String(allow_none=True, **says(WEBSITE, "https://example.org"))
    avatar_url = fields.String(allow_none=True, **says(AVATAR, "https://example.org/ada.png"))
    post_count = fields.Integer(**says("Number of posts that everybody may read", 12))
    created_at = Moment(**says("When it was made", A_MOMENT))
    updated_at = Moment(**says("When it was last changed", A_MOMENT))
    version = fields.Integer(**says("Grows with every change; the ETag is made of it", 1))
    url = fields.String(**says("Where the author's posts are listed", "https://example.org/authors/ada"))


class AuthorIn(Body):
    """A new author without an account."""

    username = Line(
        least=1, most=64, pattern=USERNAME_PATTERN, required=True, **says("Its place in the URL", "release-team")
    )
    name = Name(most=200, required=True, **says("Name as readers see it", "The Release Team"))
    bio = Prose(most=5000, allow_none=True, **says(BIO, "Ships every six weeks."))
    website = Url(allow_none=True, **says(WEBSITE, "https://example.org"))
    avatar_url = Url(allow_none=True, **says(AVATAR, "https://example.org/team.png"))


class AuthorPatch(Body):
    """What may change about an author without an account, as a JSON Merge Patch."""

    username = Line(least=1, most=64, pattern=USERNAME_PATTERN, **says("Its place in the URL", "release-team"))
    name = Name(most=200, **says("Name as readers see it", "The Release Team"))
    bio = Prose(most=5000, allow_none=True, **says(BIO, "Ships every six weeks."))
    website = Url(allow_none=True, **says(WEBSITE, "https://example.org"))
    avatar_url = Url(allow_none=True, **says(AVATAR, "https://example.org/team.png"))


class ClaimIn(Body):
    """Who an author without an account turned out to be."""

    username = Line(
        least=1, most=64, pattern=USERNAME_PATTERN, required=True, **says("The author whose account it is", "ada")
    )


class AuthorQuery(Schema):
    """The query of one author."""

    fields = fields_parameter(Author)


class AuthorsQuery(PageQuery):
    """The query of the list of authors, which is sorted by name."""

    fields = fields_parameter(Author)


AuthorList = list_of(Author)
