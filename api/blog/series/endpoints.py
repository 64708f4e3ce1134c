"""Series: the routes."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from api.blog.incoming import context, demand_version, version_for
from api.blog.posts.answers import viewer_of
from api.blog.posts.presentation import link
from api.blog.problems import UNKNOWN_REFERENCE
from api.blog.series import rules, schemas
from api.blog.series.problems import SERIES_TAKEN
from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header
from api.shared.problems import INVALID_CURSOR
from api.shared.responses import Answer
from api.shared.store import Record
from api.shared.unit_of_work import Write

ROOT = "/api/blog/v1/series"
SHOWS = ("series", "posts")

series = Resource("series", __name__, description="Posts that belong together, in an order of their own")


@series.operation(
    "GET", "/series", "listSeries",
    query=schemas.SeriesListQuery, returns=schemas.SeriesList, problems=(INVALID_CURSOR,),
)  # fmt: skip
def list_series(call: Call) -> Answer:
    """List series by title, each with the number of its posts that lists show.

    Readers see the series that hold such posts, so a page may hold fewer than `limit`; authors see them all.
    """
    due = context().due.moment() if call.caller is None else None
    page = rules.listed(context(), call.query)
    items = [rules.present(context(), each) for each in page.records if rules.may_see(call.caller, each)]
    return Answer(
        envelope(page, items), fields=call.query["fields"], headers=link_header(page), shows=SHOWS, fresh_until=due
    )


@series.operation(
    "POST", "/series", "createSeries",
    body=schemas.SeriesIn, returns=schemas.Series, status=201, idempotent=True, problems=(SERIES_TAKEN,),
)  # fmt: skip
def create_series(call: Call) -> Write:
    """Make a series.

    Posts join it by naming its slug as their `series`, and leave it by naming another one or none.
    """
    made, operations = rules.create(context(), call.body, call.attempt)
    return _written(made, operations, location=f"{ROOT}/{quote(made['slug'])}")


@series.operation("GET", "/series/<slug>", "getSeries", query=schemas.SeriesQuery, returns=schemas.SeriesWithPosts)
def get_series(call: Call, slug: str) -> Answer:
    """Read a series with its posts, in order."""
    due = context().due.moment() if call.caller is None else None
    found = rules.one(context(), call.caller, slug)
    viewer = viewer_of(call)
    posts = [link(context(), viewer, post) for post in rules.members(context(), viewer, found)]
    body = {**rules.present(context(), found), "posts": posts}
    return Answer(
        body, version=found["version"], shaped=True, fields=call.query["fields"], shows=SHOWS, fresh_until=due
    )


@series.operation(
    "PATCH", "/series/<slug>", "updateSeries",
    body=schemas.SeriesPatch, returns=schemas.Series, versioned=True, problems=(SERIES_TAKEN, UNKNOWN_REFERENCE),
)  # fmt: skip
def update_series(call: Call, slug: str) -> Write:
    """Change a series, or put its posts in order.

    A JSON Merge Patch. When the slug changes, the old address leads to the new one.
    """
    found = rules.one(context(), call.caller, slug)
    demand_version(call, found)
    return _written(*rules.revise(context(), found, call.body, version_for(call, found), call.attempt))


@series.operation("DELETE", "/series/<slug>", "deleteSeries", versioned=True, status=204)
def delete_series(call: Call, slug: str) -> Write:
    """Delete a series; its posts stay."""
    found = rules.one(context(), call.caller, slug)
    demand_version(call, found)
    return Write(rules.remove(context(), found, version_for(call, found)), Answer())


def _written(found: Record, operations: Sequence[Any], location: str | None = None) -> Write:
    answer = Answer(rules.present(context(), found), version=found["version"], shaped=True, location=location)
    return Write(operations, answer)
