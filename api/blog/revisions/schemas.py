"""Revisions as the API shows them."""

from marshmallow import Schema, fields

from api.blog.described import A_MOMENT, AN_ID, says
from api.blog.posts.schemas import CANONICAL, LANGUAGE, VISIBILITIES, VISIBILITY, PostAuthor, Seo
from api.blog.posts.schemas import KINDS as POST_KINDS
from api.blog.revisions.kinds import KINDS
from api.shared.fields import Choice, Moment
from api.shared.paging import PageQuery, absent, list_of

KIND = (
    "What kind of save made it: `created`, `saved`, `autosaved` (by an editor while somebody typed; consecutive ones "
    "of one person within ten minutes are one revision), `restored` from an earlier one, or `published` from a "
    "pending edit"
)
COMPARED: tuple[str, ...] = ("markdown", "text")


class RevisionSummary(Schema):
    """A revision of a post without its text."""

    number = fields.Integer(**says("Counts the post's revisions from 1", 2))
    kind = Choice(*KINDS, **says(KIND, "saved"))
    post_version = fields.Integer(**says("The version of the post that this save made", 3))
    saved_at = Moment(**says("When it was saved", A_MOMENT))
    saved_by = fields.Nested(
        PostAuthor, **says("Who saved it", {"id": AN_ID, "username": "ada", "name": "Ada Lovelace", "avatar_url": None})
    )
    word_count = fields.Integer(**says("Number of words", 4))
    title = fields.String(**says("Title", "Notes on the Engine"))
    summary = fields.String(allow_none=True, **says("Standfirst as given", None))
    tags = fields.List(fields.String(), **says("Names of its tags then, in order", ["Engines"]))
    authors = fields.List(fields.String(), **says("Usernames of its authors then, in order", ["ada"]))
    slug = fields.String(**says("Its place in the URL then", "notes-on-the-engine"))
    post_kind = Choice(*POST_KINDS, **says("Whether it was a post or a page", "post"))
    visibility = Choice(*VISIBILITIES, **says(f"{VISIBILITY}. As it was then", "public"))
    featured = fields.Boolean(**says("Whether it was shown larger", False))
    comments_open = fields.Boolean(**says("Whether readers could comment", True))
    language = fields.String(allow_none=True, **says(LANGUAGE, "en"))
    cover_id = fields.String(allow_none=True, **says("The image that stood for it", None))
    canonical_url = fields.String(allow_none=True, **says(CANONICAL, None))
    seo = fields.Nested(Seo, allow_none=True, **says("For search engines and link previews", None))


class Revision(RevisionSummary):
    """A post as it was saved once."""

    markdown = fields.String(**says("The source", "The engine *weaves* patterns."))


class DifferencePart(Schema):
    """A stretch of text that stays, goes or comes."""

    op = Choice("equal", "delete", "insert", **says("`equal` stands in both, `delete` in the older one only", "insert"))
    text = fields.String(**says("The text", "algebraical "))


class Comparison(Schema):
    """Two revisions, and what leads from the older one to the newer one."""

    of = Choice(*COMPARED, **says("What was compared", "markdown"))
    older = fields.Nested(RevisionSummary, metadata={"description": "The first revision named"})
    newer = fields.Nested(RevisionSummary, metadata={"description": "The second revision named"})
    parts = fields.List(
        fields.Nested(DifferencePart),
        metadata={"description": "In order: all but `insert` make up the older text, all but `delete` the newer one"},
    )


class RevisionsQuery(PageQuery):
    """The query of the list of revisions."""

    kind = Choice(*KINDS, load_default=absent, **says("Only revisions that this kind of save made", "saved"))


class ComparisonQuery(Schema):
    """What to compare."""

    of = Choice(
        *COMPARED,
        load_default="markdown",
        **says("`markdown` compares the source, `text` what readers see of it, without markup", "markdown"),
    )


RevisionList = list_of(RevisionSummary)
