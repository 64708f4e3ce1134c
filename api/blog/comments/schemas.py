"""Comments as the API takes and shows them."""

from marshmallow import Schema, fields, validate

from api.blog.described import A_MOMENT, AN_ID, Body, Name, says
from api.shared.fields import Choice, Id, Line, Moment, Prose, Url, Whole
from api.shared.paging import PageQuery, absent, fields_parameter, list_of

MOST_TEXT = 10_000
MOST_AT_ONCE = 100
STATUSES = ("pending", "approved", "spam", "deleted")
ACCEPTS = ("everybody", "members", "nobody")
EMAIL_PATTERN = r"^[^@\x00-\x20\x7f]{1,200}@[^@\x00-\x20\x7f]{1,100}$"
TEXT = "The text: Markdown with paragraphs, emphasis, links, lists, quotes and code"
STATUS = (
    "Where it stands: `approved` is public; `pending` waits for a moderator; `spam` and `deleted` are seen by "
    "moderators alone, but for a `deleted` place that is kept where answers follow"
)


class CommentAuthor(Schema):
    """Who wrote a comment."""

    kind = Choice("member", "guest", **says("Somebody with an account here, or a guest", "guest"))
    name = fields.String(**says("The name; empty for a member who has left", "Charles"))
    url = fields.String(allow_none=True, **says("The member's page or the guest's own site", "https://example.org"))
    avatar_url = fields.String(allow_none=True, **says("A picture", None))
    wrote_post = fields.Boolean(**says("Whether they are an author of the post", False))


class SpamReason(Schema):
    """A rule that a comment broke."""

    rule = Choice("links", "words", "honeypot", "speed", "repeats", **says("The rule", "links"))
    points = fields.Integer(**says("What it weighs", 2))
    detail = fields.String(**says("What about it", "4 links; 2 are free"))


class Moderation(Schema):
    """What moderators see besides."""

    score = fields.Integer(**says("The sum of the reasons; from 2 on somebody looks at it, from 5 on it is spam", 2))
    reasons = fields.List(fields.Nested(SpamReason), metadata={"description": "Why it looks like spam"})
    email = fields.String(allow_none=True, **says("The address a guest gave", None))
    approved_before = fields.Integer(**says("How many of the writer's comments were approved", 0))
    banned = fields.Boolean(**says("Whether the writer is banned", False))
    post_title = fields.String(**says("The title of the post", "Notes on the Engine"))


class Comment(Schema):
    """A comment. Where one was taken away and answers follow, its place is kept, without text and author."""

    id = fields.String(**says("Identifies the comment", AN_ID))
    post_id = fields.String(**says("The post it is about", AN_ID))
    parent_id = fields.String(allow_none=True, **says("The comment it answers", None))
    depth = fields.Integer(**says("How deep it is shown, 1 to 3; deeper answers are shown at the third level", 1))
    status = Choice(*STATUSES, **says(STATUS, "approved"))
    author = fields.Nested(CommentAuthor, allow_none=True, metadata={"description": "Who wrote it"})
    html = fields.String(allow_none=True, **says("What the text renders to, sanitised", "<p>Splendid!</p>\n"))
    markdown = fields.String(allow_none=True, **says("The source, for its writer and for moderators", None))
    created_at = Moment(**says("When it was written", A_MOMENT))
    edited_at = Moment(allow_none=True, **says("When its writer changed it", None))
    editable_until = Moment(**says("Until when its writer may change it or take it back", A_MOMENT))
    moderation = fields.Nested(
        Moderation, allow_none=True, metadata={"description": "What moderators see besides; null for others"}
    )
    version = fields.Integer(**says("Grows with every change; the ETag is made of it", 1))
    url = fields.String(**says("Where it is read", f"https://example.org/posts/notes#comment-{AN_ID}"))


class NewComment(Comment):
    """A comment that was just written."""

    secret = fields.String(
        allow_none=True,
        **says("For guests: what lets them change it, sent back as `Comment-Secret`. It is told this once", None),
    )


class CommentIn(Body):
    """A new comment."""

    markdown = Prose(least=1, most=MOST_TEXT, required=True, **says(TEXT, "Splendid! *Will* it compute?"))
    parent_id = Id(allow_none=True, **says("The comment that is answered; null for none", None))
    name = Name(most=100, **says("For guests, who have to give one: the name it appears under", "Charles"))
    email = Line(
        most=320, pattern=EMAIL_PATTERN, allow_none=True,
        **says("For guests: an address that moderators alone see", "charles@example.org"),
    )  # fmt: skip
    website = Url(allow_none=True, **says("For guests: the name links there", "https://example.org"))
    subject = Line(most=500, **says("Leave it empty: a trap for programs that fill in every field they find", ""))


class CommentPatch(Body):
    """What of a comment may change."""

    markdown = Prose(least=1, most=MOST_TEXT, required=True, **says(TEXT, "Splendid! It *will* compute."))


class CommentRef(Body):
    """A comment as it was read."""

    id = Id(required=True, **says("Identifies the comment", AN_ID))
    version = Whole(1, 2**53 - 1, required=True, **says("The version that was read", 1))


class ModerationIn(Body):
    """What happens to comments."""

    items = fields.List(
        fields.Nested(CommentRef),
        required=True,
        validate=validate.Length(1, MOST_AT_ONCE),
        metadata=says("The comments, each once", [{"id": AN_ID, "version": 1}])["metadata"] | {"uniqueItems": True},
    )
    status = Choice(*STATUSES, required=True, **says("Where they stand from now on", "approved"))


class Moderated(Schema):
    """The comments as they stand now."""

    items = fields.List(fields.Nested(Comment), metadata={"description": "The comments, in the order asked for"})


class BanIn(Body):
    """Who is banned."""

    comment_id = Id(required=True, **says("A comment of theirs", AN_ID))
    note = Line(most=500, allow_none=True, **says("Why, for other moderators", "Sells watches"))


class Ban(Schema):
    """Somebody who may not comment: an account, or whoever comes from an address, which is not shown."""

    id = fields.String(**says("Identifies the ban", AN_ID))
    kind = Choice("member", "guest", **says("An account, or an address", "guest"))
    name = fields.String(allow_none=True, **says("The name last used", "Charles"))
    note = fields.String(allow_none=True, **says("Why", "Sells watches"))
    banned_at = Moment(**says("Since when", A_MOMENT))
    version = fields.Integer(**says("Grows with every change; the ETag is made of it", 2))


class ThreadQuery(PageQuery):
    """Which comments under a post."""

    fields = fields_parameter(Comment)


class CommentsQuery(PageQuery):
    """Which comments of the site."""

    status = Choice(*STATUSES, "any", load_default="pending", **says("Those that stand there", "pending"))
    post = Id(load_default=absent, **says("Those under this post", AN_ID))
    fields = fields_parameter(Comment)


class BansQuery(PageQuery):
    """Which bans."""


CommentList = list_of(Comment)
BanList = list_of(Ban)


class Thread(CommentList):  # type: ignore[misc, valid-type]  # made by a function
    """A page of the conversation under a post."""

    accepts = Choice(*ACCEPTS, required=True, **says("Who may comment here now", "everybody"))
