"""The site's settings as the API takes and shows them."""

from marshmallow import Schema, fields, validate

from api.blog.described import A_MOMENT, Body, Language, Name, OneOfPatterns, Target, says
from api.blog.media.schemas import Media
from api.shared.fields import Choice, Id, Line, Moment, Prose, Whole

HEX_PATTERN = r"^#([0-9a-fA-F]{3}){1,2}$"
OKLCH_PATTERN = r"^oklch\([0-9]{1,3}(\.[0-9]{1,4})?% [0-9](\.[0-9]{1,4})? [0-9]{1,3}(\.[0-9]{1,4})?\)$"
ZONE_PATTERN = r"^[A-Za-z0-9_+-]{1,20}(/[A-Za-z0-9_+-]{1,20}){0,2}$"


MOST_POSTS_PER_PAGE = 50
A_FOOTER = "Written in Ockham Park."
SOCIAL = "Where else the site is found; its pages link there with `rel=me`"
A_SOCIAL_LINK = {"label": "Mastodon", "url": "https://social.example.org/@ada"}
FOOTER = "What stands at the end of each page, as plain text"
PER_PAGE = "How many posts a page of the site lists; the API's own lists have their `limit`"


class NavigationLink(Body):
    """A link in the header or footer."""

    label = Name(most=60, required=True, **says("What it says", "About"))
    url = Target(required=True, **says("Where it leads: a path of this site or an address", "/pages/about"))


class CommentPolicy(Body):
    """Who may comment, and what waits for approval."""

    who = Choice(
        "off", "members", "guests",
        **says("Nobody, whoever has an account, or everybody; a post's `comments_open` closes it besides", "guests"),
    )  # fmt: skip
    hold = Choice(
        "everything", "first_timers", "nothing",
        **says("What waits for approval: everything, what comes from people of whom nothing was approved yet, or "
               "nothing but what looks like spam", "first_timers"),
    )  # fmt: skip
    close_after_days = Whole(
        1, 36_500, allow_none=True,
        **says("How many days after its publication a post stops taking comments; null for never", None),
    )  # fmt: skip


class Site(Schema):
    """The site's settings."""

    title = fields.String(**says("The site's name", "Notes"))
    description = fields.String(**says("One sentence about it", "On engines and poetry."))
    language = fields.String(**says("BCP 47 language tag", "en"))
    time_zone = fields.String(**says("IANA time zone", "Europe/London"))
    accent = fields.String(**says("The accent colour: #rrggbb or oklch(…)", "#0b5fff"))
    navigation = fields.List(
        fields.Nested(NavigationLink),
        **says("Links in the header", [{"label": "About", "url": "/pages/about"}]),
    )
    comments = fields.Nested(CommentPolicy, metadata={"description": "Who may comment, and what waits for approval"})
    comment_words = fields.List(
        fields.String(),
        allow_none=True,
        **says("Words that make a comment look like spam; null for all but moderators", None),
    )
    logo = fields.Nested(Media, allow_none=True, **says("The image beside the title", None))
    footer = fields.String(allow_none=True, **says(f"{FOOTER}; null for the title", A_FOOTER))
    social_links = fields.List(fields.Nested(NavigationLink), **says(SOCIAL, [A_SOCIAL_LINK]))
    posts_per_page = fields.Integer(**says(PER_PAGE, 20))
    updated_at = Moment(**says("When they were last changed", A_MOMENT))
    version = fields.Integer(**says("Grows with every change; the ETag is made of it", 1))


class SitePatch(Body):
    """What may change, as a JSON Merge Patch."""

    title = Name(most=200, **says("The site's name", "Notes"))
    description = Prose(most=2000, **says("One sentence about it", "On engines and poetry."))
    language = Language(**says("BCP 47 language tag", "en"))
    time_zone = Line(most=64, pattern=ZONE_PATTERN, **says("IANA time zone", "Europe/London"))
    accent = OneOfPatterns(
        HEX_PATTERN, OKLCH_PATTERN, most=64, **says("The accent colour: #rrggbb or oklch(62% 0.19 250)", "#0b5fff")
    )
    navigation = fields.List(
        fields.Nested(NavigationLink),
        validate=validate.Length(max=20),
        **says("Links in the header", [{"label": "About", "url": "/pages/about"}]),
    )
    comments = fields.Nested(
        CommentPolicy, metadata={"description": "Who may comment, and what waits for approval; what is left out stays"}
    )
    comment_words = fields.List(
        Name(most=100),
        validate=validate.Length(max=1000),
        **says("Words that make a comment look like spam", ["casino"]),
    )
    logo_id = Id(allow_none=True, **says("The uploaded image beside the title; null for none", None))
    footer = Prose(most=500, allow_none=True, **says(f"{FOOTER}; null for the title", A_FOOTER))
    social_links = fields.List(
        fields.Nested(NavigationLink), validate=validate.Length(max=12), **says(SOCIAL, [A_SOCIAL_LINK])
    )
    posts_per_page = Whole(1, MOST_POSTS_PER_PAGE, **says(PER_PAGE, 20))
