"""The archive: the route."""

from api.blog.archive import rules, schemas
from api.blog.incoming import context
from api.shared.operations import Call, Resource
from api.shared.responses import Answer

archive = Resource("archive", __name__, description="How many posts there are of each year and month")


@archive.operation("GET", "/archive", "getArchive", returns=schemas.Archive)
def get_archive(call: Call) -> Answer:
    """Read how many posts each year and month holds.

    Of the posts that everybody finds in lists, by the site's time zone. `year` and `month` of the list of posts choose
    in the same way, so that a month holds as many posts there as it says here.
    """
    due = context().due.moment() if call.caller is None else None
    return Answer(rules.counted(context()), shows=("posts", "site"), fresh_until=due)
