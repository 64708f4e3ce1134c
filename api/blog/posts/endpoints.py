"""Posts: the routes."""

from api.blog.incoming import context, version_for
from api.blog.posts import ending, reading, rules, schemas, writing
from api.blog.posts.answers import (
    LISTS,
    ROOT,
    asides_of,
    at_slug,
    editable,
    moved,
    revised,
    surrounded,
    viewer_of,
    written,
)
from api.blog.posts.presentation import COMMENT_COUNT, present, shows
from api.blog.posts.problems import (
    EXTERNAL_ID_TAKEN,
    NOT_PUBLISHED,
    NOT_SCHEDULED,
    NOT_TRASHED,
    PROFILE_MISSING,
    SEEN_BY_READERS,
    SLUG_TAKEN,
    TOO_MANY_COMMENTS,
    TRASHED,
)
from api.blog.problems import UNKNOWN_REFERENCE
from api.blog.series.problems import SERIES_FULL
from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header
from api.shared.problems import GONE, INVALID_CURSOR
from api.shared.responses import Answer
from api.shared.unit_of_work import Write

posts = Resource("posts", __name__, description="Posts and pages")

TAKEN = (SLUG_TAKEN, EXTERNAL_ID_TAKEN, UNKNOWN_REFERENCE, SERIES_FULL)


@posts.operation(
    "GET", "/posts", "listPosts", query=schemas.PostsQuery, returns=schemas.PostList, problems=(INVALID_CURSOR,)
)
def list_posts(call: Call) -> Answer:
    """List posts.

    Newest first, as readers see them: published, due and listed. With `status=` it is the list of the posts you may
    edit. Pages are asked for by `kind=page`. A page of results ends with a `next` cursor; walking on with it neither
    skips nor repeats posts while others write.
    """
    due = context().due.moment() if call.caller is None else None
    viewer = viewer_of(call)
    filters = reading.filters_for(context(), viewer, call.caller, call.access, call.query)
    page = reading.listed(context(), viewer, filters, call.query)
    items = [present(context(), viewer, post, page.included) for post in page.records]
    fields = call.query["fields"]
    # only whoever asks for the counts is told of every new comment
    names = (*LISTS, *(["discussions"] if fields is not None and COMMENT_COUNT in fields else ()))
    return Answer(envelope(page, items), fields=fields, headers=link_header(page), shows=names, fresh_until=due)


@posts.operation(
    "POST", "/posts", "createPost",
    body=schemas.PostIn, returns=schemas.Post, status=201, idempotent=True, problems=(*TAKEN, PROFILE_MISSING),
)  # fmt: skip
def create_post(call: Call) -> Write:
    """Write a post.

    Needs no more than a `title`; it is a draft until `status` says `published`. The Markdown is rendered and sanitised
    now, once. Tags are given by name and made when they are missing. Send an `Idempotency-Key` and a lost answer can
    be asked for again without a second post.
    """
    planned = writing.create(context(), call.who, call.body, call.attempt)
    location = f"{ROOT}/{planned.post['id']}"
    return written(call, planned.post, planned.included, planned.operations, location)


@posts.operation(
    "GET", "/posts/<uuid:post_id>", "getPost", query=schemas.WholePostQuery, returns=schemas.Post, problems=(GONE,)
)
def get_post(call: Call, post_id: str) -> Answer:
    """Read a post.

    Drafts, scheduled, unpublished and trashed posts are there for their authors and for editors only; for everybody
    else there is nothing here. Of a members' post, strangers see everything but the text. A post that readers had seen
    before it was deleted for good answers 410. With `include=` the posts around it come along, in one request.
    """
    viewer = viewer_of(call)
    found = reading.remembered(context(), viewer, post_id, *asides_of(call.query["include"]))
    return surrounded(call, viewer, found.record, found.included)


@posts.operation(
    "GET", "/posts/slug/<slug>", "getPostBySlug",
    query=schemas.WholePostQuery, returns=schemas.Post, redirects=True, problems=(GONE,),
)  # fmt: skip
def get_post_by_slug(call: Call, slug: str) -> Answer:
    """Read a post by its slug.

    A slug the post had before answers 301 with the address under the present one, for ever; one of a post that readers
    had seen before it was deleted for good answers 410, until another post is given the slug.
    """
    viewer = viewer_of(call)
    found = reading.by_slug(context(), viewer, slug)
    if not found.current:
        return Answer(status=301, location=at_slug(found.post["slug"]), shows=shows(found.post))
    return surrounded(call, viewer, found.post, found.included)


@posts.operation(
    "PUT", "/posts/<uuid:post_id>", "replacePost", query=schemas.SaveQuery,
    body=schemas.PostIn, returns=schemas.Post, versioned=True, problems=(*TAKEN, TRASHED),
)  # fmt: skip
def replace_post(call: Call, post_id: str) -> Write:
    """Replace a post.

    What is not given takes its default, as if the post were new; the authors stay if they are not given. To change
    a part of it, use PATCH.
    """
    return revised(call, post_id, lambda _post: writing.replace(call.body))


@posts.operation(
    "PATCH", "/posts/<uuid:post_id>", "updatePost", query=schemas.SaveQuery,
    body=schemas.PostPatch, returns=schemas.Post, versioned=True, problems=(*TAKEN, TRASHED),
)  # fmt: skip
def update_post(call: Call, post_id: str) -> Write:
    """Change a part of a post.

    A JSON Merge Patch: what you leave out stays, null takes away. `If-Match` carries the ETag you read; when somebody
    else was faster the answer is 412, and nothing of theirs is lost. It carries all that a three-way merge needs: read
    the post for the other side, the revision `base_revision` for the common base, merge, and send again with `If-Match`
    naming the ETag that came with the post.
    """
    return revised(call, post_id, lambda post: writing.merged(post, call.body))


@posts.operation(
    "DELETE", "/posts/<uuid:post_id>", "deletePost",
    query=schemas.DeleteQuery, versioned=True, status=204, problems=(TOO_MANY_COMMENTS,),
)  # fmt: skip
def delete_post(call: Call, post_id: str) -> Write:
    """Delete a post.

    It goes to the trash, from where it can be restored; `permanent=true` deletes it for good.
    """
    found = editable(call, post_id)
    if call.query["permanent"]:
        return Write(ending.destroy(context(), found.record, version=version_for(call, found.record)), Answer())
    standing = rules.trash(found.record, context().now())
    _, operations = writing.stand(context(), found.record, standing, version=version_for(call, found.record))
    return Write(operations, Answer())


@posts.operation(
    "POST", "/posts/<uuid:post_id>/publish", "publishPost",
    body=schemas.PublishIn, returns=schemas.Post, versioned=True, idempotent=True, problems=(TRASHED,),
)  # fmt: skip
def publish_post(call: Call, post_id: str) -> Write:
    """Publish or schedule a post.

    Without a time: now, or when it was public before. With a time in the future it is scheduled and appears at its
    minute by itself.
    """
    return moved(call, post_id, lambda post, now: rules.publish(post, call.body.get("published_at"), now))


@posts.operation(
    "POST", "/posts/<uuid:post_id>/schedule", "schedulePost",
    body=schemas.ScheduleIn, returns=schemas.Post, versioned=True, idempotent=True, problems=(TRASHED, SEEN_BY_READERS),
)  # fmt: skip
def schedule_post(call: Call, post_id: str) -> Write:
    """Schedule a post.

    It appears at its minute by itself, and until then only its authors and editors see it. Scheduling it again moves
    it. A time that has passed is refused, and so is a post that readers see: nothing is taken from them by mistake.
    """
    return moved(call, post_id, lambda post, now: rules.schedule(post, call.body["published_at"], now))


@posts.operation(
    "DELETE", "/posts/<uuid:post_id>/schedule", "unschedulePost",
    returns=schemas.Post, versioned=True, problems=(NOT_SCHEDULED,),
)  # fmt: skip
def unschedule_post(call: Call, post_id: str) -> Write:
    """Call off a scheduled post.

    It is a draft again, without a date; one that readers had seen before is unpublished.
    """
    return moved(call, post_id, rules.call_off)


@posts.operation(
    "POST", "/posts/<uuid:post_id>/unpublish", "unpublishPost",
    returns=schemas.Post, versioned=True, idempotent=True, problems=(NOT_PUBLISHED,),
)  # fmt: skip
def unpublish_post(call: Call, post_id: str) -> Write:
    """Take a post back from readers.

    It keeps its address and its date. Also calls off a scheduled post.
    """
    return moved(call, post_id, lambda post, _now: rules.unpublish(post))


@posts.operation(
    "POST", "/posts/<uuid:post_id>/restore", "restorePost",
    returns=schemas.Post, versioned=True, idempotent=True, problems=(NOT_TRASHED,),
)  # fmt: skip
def restore_post(call: Call, post_id: str) -> Write:
    """Take a post out of the trash.

    It comes back unpublished if readers had seen it, as a draft otherwise: nothing becomes public by being restored.
    """
    return moved(call, post_id, lambda post, _now: rules.restore(post))
