"""Comments: the routes."""

from flask import request

from api.blog.comments import bans, policy, reading, rules, schemas, writing
from api.blog.comments.presentation import present, shows, without_empty_places
from api.blog.comments.problems import BANNED, COMMENTS_CLOSED, DUPLICATE, EDITING_OVER
from api.blog.incoming import context, demand_version, version_for
from api.blog.posts.answers import viewer_of
from api.blog.problems import UNKNOWN_REFERENCE
from api.blog.site import rules as site
from api.shared.limits import address_key
from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header
from api.shared.problems import INVALID, INVALID_CURSOR, PRECONDITION_FAILED, Fault, Problem
from api.shared.responses import Answer
from api.shared.unit_of_work import Write

ROOT = "/api/blog/v1/comments"
BANS = "/api/blog/v1/bans"
SECRET = "Comment-Secret"  # noqa: S105 - the name of a header
LONGEST_SECRET = 100
SECRET_HEADER = {
    "name": SECRET, "in": "header", "required": False,
    "description": "For guests: the secret that was told when the comment was written.",
    "schema": {"type": "string", "maxLength": LONGEST_SECRET}, "example": "r0vXnV9lq7sXyY8oJ2aPp3vB1m4kQe5d",
}  # fmt: skip

comments = Resource("comments", __name__, description="What readers say under posts, and moderation")


@comments.operation(
    "GET", "/posts/<uuid:post_id>/comments", "listPostComments",
    query=schemas.ThreadQuery, returns=schemas.Thread, problems=(INVALID_CURSOR,),
)  # fmt: skip
def list_post_comments(call: Call, post_id: str) -> Answer:
    """Read the conversation under a post.

    In its own order: each comment is followed by its answers, oldest first, down to the third level, where all deeper
    answers stand side by side. Where a comment was taken away and answers follow, its place is kept. `accepts` says who
    may comment here now.
    """
    here, viewer = context(), viewer_of(call)
    post = reading.readable(here, viewer, post_id)
    settings = site.current(here)
    page = reading.conversation(here, viewer, post, call.query)
    found = without_empty_places(page.records, more=page.next is not None)
    body = envelope(page, [present(here, viewer, each, page.included) for each in found])
    body["accepts"] = policy.accepts(settings, post, viewer.now)
    closing = policy.closes_at(settings, post)
    return Answer(
        body,
        fields=call.query["fields"],
        headers=link_header(page),
        shows=shows(post, found),
        fresh_until=closing if closing is not None and closing > viewer.now else None,
    )


@comments.operation(
    "POST", "/posts/<uuid:post_id>/comments", "createComment",
    body=schemas.CommentIn, returns=schemas.NewComment, status=201,
    problems=(COMMENTS_CLOSED, DUPLICATE, BANNED, UNKNOWN_REFERENCE),
)  # fmt: skip
def create_comment(call: Call, post_id: str) -> Write:
    """Comment on a post.

    Members comment under the name of their account; guests, where the site lets them, give a name, and get a `secret`
    with which they change or take back what they said for 15 minutes. By the site's policy the comment appears at once
    or waits for approval: `status` says which. To ask again after a lost answer is safe: the same words in the same
    place are refused with 409 for a day.
    """
    here = context()
    viewer = writing.viewer_of(call.caller, call.access, here.now())
    post = reading.readable(here, viewer, post_id)
    attempt = writing.Attempt(viewer, address_key(request), call.body)
    written = writing.write(here, site.current(here), post, attempt)
    included = {"posts": {post_id: post}, **reading.signature(here, written.comment)}
    body = {**present(here, viewer, written.comment, included), "secret": written.secret}
    body["markdown"] = written.comment["markdown"]
    location = f"{ROOT}/{written.comment['id']}"
    return Write(written.operations, Answer(body, version=1, shaped=True, location=location))


@comments.operation("GET", "/comments", "listComments", query=schemas.CommentsQuery, returns=schemas.CommentList,
                    problems=(INVALID_CURSOR,))  # fmt: skip
def list_comments(call: Call) -> Answer:
    """List the comments of the site for moderation, newest first.

    Without `status` it is the queue of those that wait for approval. Each says why it looks like spam, if it does.
    """
    page = reading.queue(context(), call.query)
    viewer = viewer_of(call)
    items = [present(context(), viewer, each, page.included) for each in page.records]
    return Answer(envelope(page, items), fields=call.query["fields"], headers=link_header(page))


@comments.operation("GET", "/comments/<uuid:comment_id>", "getComment", returns=schemas.Comment)
def get_comment(call: Call, comment_id: str) -> Answer:
    """Read a comment: an approved one, one of your own, or any for moderators."""
    viewer = viewer_of(call)
    found = rules.one(context(), viewer, comment_id)
    comment, post = found.record, found.included["posts"][found.record["post_id"]]
    body = present(context(), viewer, comment, found.included)
    names = shows(post, [comment]) | {f"comments/{comment_id}"}
    return Answer(body, version=comment["version"], shaped=True, shows=names)


@comments.operation(
    "PATCH", "/comments/<uuid:comment_id>", "updateComment",
    body=schemas.CommentPatch, returns=schemas.Comment, versioned=True, parameters=(SECRET_HEADER,),
    problems=(EDITING_OVER,),
)  # fmt: skip
def update_comment(call: Call, comment_id: str) -> Write:
    """Change what a comment says, within 15 minutes; moderators at any time.

    A text that looks like spam after the change waits for approval again.
    """
    viewer = viewer_of(call)
    found = rules.changeable(context(), viewer, comment_id, _secret())
    demand_version(call, found.record)
    settings = site.current(context())
    version = version_for(call, found.record)
    after, operations = rules.revise(context(), settings, found.record, call.body["markdown"], version)
    body = present(context(), viewer, after, found.included)
    body["markdown"] = after["markdown"]
    return Write(operations, Answer(body, version=after["version"], shaped=True))


@comments.operation(
    "DELETE", "/comments/<uuid:comment_id>", "deleteComment", versioned=True, status=204,
    parameters=(SECRET_HEADER,), problems=(EDITING_OVER,),
)  # fmt: skip
def delete_comment(call: Call, comment_id: str) -> Write:
    """Take a comment back, within 15 minutes; moderators at any time. Answers to it stay, and its place with them."""
    found = rules.changeable(context(), viewer_of(call), comment_id, _secret())
    demand_version(call, found.record)
    _, operations = rules.take_back(context(), found.record, version_for(call, found.record))
    return Write(operations, Answer())


@comments.operation(
    "POST", "/comments/moderate", "moderateComments",
    body=schemas.ModerationIn, returns=schemas.Moderated, idempotent=True,
    problems=(UNKNOWN_REFERENCE, PRECONDITION_FAILED),
)  # fmt: skip
def moderate_comments(call: Call) -> Write:
    """Approve, hold, mark as spam or delete up to 100 comments at once: all of them, or none.

    Each is named with the version that was read. When one of them has changed since, the answer is 412 and names it;
    `deleted` ones can be approved again.
    """
    found, operations = rules.moderate(context(), call.body["items"], call.body["status"])
    viewer = viewer_of(call)
    items = [present(context(), viewer, each, found.included) for each in found.included["comments"].values()]
    return Write(operations, Answer({"items": items}))


@comments.operation("GET", "/bans", "listBans", query=schemas.BansQuery, returns=schemas.BanList,
                    problems=(INVALID_CURSOR,))  # fmt: skip
def list_bans(call: Call) -> Answer:
    """List who may not comment here, newest first."""
    page = bans.listed(context(), call.query)
    items = [bans.present(each, page.included) for each in page.records]
    return Answer(envelope(page, items), headers=link_header(page))


@comments.operation(
    "POST", "/bans", "createBan",
    body=schemas.BanIn, returns=schemas.Ban, status=201, idempotent=True, problems=(UNKNOWN_REFERENCE,),
)  # fmt: skip
def create_ban(call: Call) -> Write:
    """Ban whoever wrote a comment.

    A member by the account; a guest by the address the comment came from, of which a keyed digest alone is kept.
    What they wrote before stays as it is.
    """
    commenter, operations = bans.impose(context(), call.body)
    body = bans.present(commenter, reading.signature(context(), commenter))
    location = f"{BANS}/{commenter['id']}"
    return Write(operations, Answer(body, version=commenter["version"], location=location))


@comments.operation("GET", "/bans/<uuid:ban_id>", "getBan", returns=schemas.Ban)
def get_ban(_call: Call, ban_id: str) -> Answer:
    """Read a ban."""
    commenter = bans.one(context(), ban_id)
    return Answer(bans.present(commenter, reading.signature(context(), commenter)), version=commenter["version"])


@comments.operation("DELETE", "/bans/<uuid:ban_id>", "deleteBan", versioned=True, status=204)
def delete_ban(call: Call, ban_id: str) -> Write:
    """Lift a ban."""
    commenter = bans.one(context(), ban_id)
    demand_version(call, commenter)
    return Write(bans.lift(context(), commenter, version_for(call, commenter)), Answer())


def _secret() -> str | None:
    """Return the secret that a guest sends. Raises 422 for one that is longer than any."""
    secret = request.headers.get(SECRET)
    if secret is not None and len(secret) > LONGEST_SECRET:
        detail = f"at most {LONGEST_SECRET} characters"
        raise Problem(INVALID, faults=[Fault("invalid", detail, parameter=SECRET)])
    return secret
