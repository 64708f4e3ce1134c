"""Search: the route."""

from api.blog.incoming import context
from api.blog.posts.answers import LISTS, viewer_of
from api.blog.search import rules, schemas
from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header
from api.shared.problems import INVALID_CURSOR
from api.shared.responses import Answer

search = Resource("search", __name__, description="Full-text search")


@search.operation(
    "GET", "/search", "searchPosts",
    query=schemas.SearchQuery, returns=schemas.SearchResultList, problems=(INVALID_CURSOR,),
)  # fmt: skip
def search_posts(call: Call) -> Answer:
    """Search posts and pages.

    Finds what everybody sees in lists, by title, summary and text, best first: a match in the title counts more than
    one in the summary, and that more than one in the text. Drafts, scheduled, unlisted and trashed posts are never
    found, not even by their authors (`GET /posts?status=any&q=` is for those); of members' posts, only title and
    summary are searched. Each result shows what matches, in segments of plain text. Of more than 2,000 matches the
    newest are ranked.
    """
    due = context().due.moment() if call.caller is None else None
    viewer = viewer_of(call)
    page = rules.found(context(), viewer, call.query)
    items = [rules.result(context(), viewer, post, page) for post in page.records]
    return Answer(envelope(page, items), headers=link_header(page), shows=LISTS, fresh_until=due)
