"""Preview links: the routes."""

from api.blog.incoming import context
from api.blog.pending.rules import previewed
from api.blog.posts import reading
from api.blog.posts.answers import viewer_of
from api.blog.posts.presentation import present
from api.blog.posts.problems import TRASHED
from api.blog.posts.rules import Viewer, refuse_trashed
from api.blog.posts.schemas import Post, PostQuery
from api.blog.previews import rules, schemas
from api.blog.previews.problems import TOO_MANY_PREVIEWS
from api.shared.auth import Caller
from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header
from api.shared.problems import INVALID_CURSOR
from api.shared.responses import Answer
from api.shared.store import Record
from api.shared.unit_of_work import Write

previews = Resource("previews", __name__, description="Links that show a post before it is public")

PREVIEWS = "/posts/<uuid:post_id>/previews"
# reads what members read, and changes nothing
GUEST = Caller("preview", "reader", None)
UNTOLD = {"Referrer-Policy": "no-referrer"}


@previews.operation(
    "POST", PREVIEWS, "createPreview",
    body=schemas.PreviewIn, returns=schemas.NewPreview, status=201, problems=(TOO_MANY_PREVIEWS, TRASHED),
)  # fmt: skip
def create_preview(call: Call, post_id: str) -> Write:
    """Make a preview link.

    Whoever has it sees the post as it would be published now, with its pending edit, without an account, until the link
    ends or is revoked. The answer holds the token, this once; no `Idempotency-Key`, because nothing secret is kept.
    """
    refuse_trashed(_demand_own(call, post_id))
    made, operations = rules.make(context(), call.who, post_id, call.body)
    return Write(operations, Answer(made, location=f"/api/blog/v1/posts/{post_id}/previews/{made['id']}"))


@previews.operation(
    "GET", PREVIEWS, "listPreviews",
    query=schemas.PreviewsQuery, returns=schemas.PreviewList, problems=(INVALID_CURSOR,),
)  # fmt: skip
def list_previews(call: Call, post_id: str) -> Answer:
    """List a post's preview links.

    Those that still work, what ends first first; without their tokens.
    """
    _demand_own(call, post_id)
    page = rules.listed(context(), post_id, call.query)
    items = [rules.present(preview, page.included.get("authors", {})) for preview in page.records]
    return Answer(envelope(page, items), headers=link_header(page))


@previews.operation("DELETE", f"{PREVIEWS}/<uuid:preview_id>", "revokePreview", status=204)
def revoke_preview(call: Call, post_id: str, preview_id: str) -> Write:
    """Revoke a preview link; it shows nothing from now on."""
    _demand_own(call, post_id)
    return Write(rules.revoke(context(), post_id, preview_id), Answer())


@previews.operation("GET", "/previews/<token>", "readPreview", query=PostQuery, returns=Post, bearer=False)
def read_preview(call: Call, token: str) -> Answer:
    """Read what a preview link shows.

    The post as it would be published now, its pending edit included. Nobody keeps the answer. A link that has ended, or
    was revoked, shows nothing.
    """
    now = context().now()
    planned = previewed(context(), rules.opened(context(), token))
    body = present(context(), Viewer(GUEST, now), planned.post, planned.included)
    version, fields = planned.post["version"], call.query["fields"]
    return Answer(body, version=version, shaped=True, fields=fields, headers=UNTOLD, kept=False)


def _demand_own(call: Call, post_id: str) -> Record:
    post = reading.one(context(), viewer_of(call), post_id).record
    call.access.demand_own(call.who, post["author_ids"])
    return post
