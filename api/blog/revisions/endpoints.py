"""Revisions: the routes."""

from api.blog.incoming import context
from api.blog.posts.answers import editable, saving, viewer_of, written
from api.blog.posts.problems import TRASHED
from api.blog.posts.schemas import Post
from api.blog.posts.writing import revise
from api.blog.revisions import rules, schemas
from api.blog.revisions.kinds import RESTORED
from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header
from api.shared.problems import INVALID_CURSOR
from api.shared.responses import Answer
from api.shared.unit_of_work import Write

revisions = Resource("revisions", __name__, description="What posts said before: every save, compared and restored")

POST = "/posts/<uuid:post_id>/revisions"
NUMBER = "int(min=1, max=999999999)"


@revisions.operation(
    "GET", POST, "listRevisions",
    query=schemas.RevisionsQuery, returns=schemas.RevisionList, problems=(INVALID_CURSOR,),
)  # fmt: skip
def list_revisions(call: Call, post_id: str) -> Answer:
    """List a post's revisions.

    Newest first: one for each save, with who made it, when, and what kind of save it was. Consecutive autosaves of one
    person within ten minutes are one revision; the newest 500 of a post are kept. The first one of an imported post is
    the post as it was imported. For the post's authors and for editors.
    """
    post, page = rules.listed(context(), viewer_of(call), post_id, call.query)
    call.access.demand_own(call.who, post["author_ids"])
    authors = page.included.get("authors", {})
    items = [rules.present(revision, authors) for revision in page.records]
    return Answer(envelope(page, items), headers=link_header(page))


@revisions.operation("GET", f"{POST}/<{NUMBER}:number>", "getRevision", returns=schemas.Revision)
def get_revision(call: Call, post_id: str, number: int) -> Answer:
    """Read a revision.

    Everything the post said after that save, with its Markdown. After a 412 the revision `base_revision` is what a
    three-way merge begins with.
    """
    post, [revision] = rules.some(context(), viewer_of(call), post_id, [number])
    call.access.demand_own(call.who, post["author_ids"])
    return Answer(revision)


@revisions.operation(
    "GET", f"{POST}/<{NUMBER}:older>...<{NUMBER}:newer>", "compareRevisions",
    query=schemas.ComparisonQuery, returns=schemas.Comparison,
)  # fmt: skip
def compare_revisions(call: Call, post_id: str, older: int, newer: int) -> Answer:
    """Compare two revisions.

    Word by word, of the Markdown or, with `of=text`, of the text that readers see. The parts add up: without the
    insertions they are the first revision's text, without the deletions the second one's. Where two long texts have
    next to nothing in common, the stretch between is given as taken out and put in whole.
    """
    post, [first, second] = rules.some(context(), viewer_of(call), post_id, [older, newer])
    call.access.demand_own(call.who, post["author_ids"])
    return Answer(rules.compared(context(), first, second, call.query["of"]))


@revisions.operation(
    "POST", f"{POST}/<{NUMBER}:number>/restore", "restoreRevision",
    returns=Post, versioned=True, idempotent=True, problems=(TRASHED,),
)  # fmt: skip
def restore_revision(call: Call, post_id: str, number: int) -> Write:
    """Bring a revision back.

    The post says again what it said then: title, summary, Markdown, tags, cover, language, canonical address, SEO
    fields, and whether it is featured and open to comments. Its address, authors, visibility and standing stay as they
    are: nothing becomes public by looking back. This is a save of its own, so it can be taken back the same way.
    """
    found = editable(call, post_id)
    change = rules.restored(context(), post_id, number)
    planned = revise(context(), call.who, found, change, saving(call, found.record, RESTORED))
    return written(call, planned.post, planned.included, planned.operations)
