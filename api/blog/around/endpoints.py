"""What stands around a post: the routes."""

from api.blog.around import rules, schemas
from api.blog.incoming import context
from api.blog.posts.answers import viewer_of
from api.shared.operations import Call, Resource
from api.shared.responses import Answer

SHOWS = ("posts", "series")

around = Resource("around", __name__, description="What stands around a post: its neighbours and its kin")


@around.operation("GET", "/posts/<uuid:post_id>/adjacent", "getAdjacentPosts", returns=schemas.Adjacent)
def get_adjacent(call: Call, post_id: str) -> Answer:
    """Read which posts come before and after one.

    By date and in its series, of the posts that everybody finds in lists. A page stands by itself and has no
    neighbours.
    """
    due = context().due.moment() if call.caller is None else None
    found = rules.adjacent(context(), viewer_of(call), post_id)
    return Answer(found, shows=SHOWS, fresh_until=due)


@around.operation(
    "GET", "/posts/<uuid:post_id>/related", "getRelatedPosts", query=schemas.RelatedQuery, returns=schemas.Related
)
def get_related(call: Call, post_id: str) -> Answer:
    """Read which posts are about the same.

    Those that share most tags, where a tag that few posts have counts for more; the newer first among equals. Only
    posts that everybody finds in lists.
    """
    due = context().due.moment() if call.caller is None else None
    found = rules.related(context(), viewer_of(call), post_id, call.query["limit"])
    return Answer({"items": found}, shows=SHOWS, fresh_until=due)
