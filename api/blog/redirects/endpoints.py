"""Redirects: the routes."""

from api.blog.incoming import context, demand_version, version_for
from api.blog.redirects import rules, schemas
from api.blog.redirects.problems import PATH_TAKEN
from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header
from api.shared.problems import INVALID_CURSOR
from api.shared.responses import Answer
from api.shared.unit_of_work import Write

ROOT = "/api/blog/v1/redirects"

redirects = Resource("redirects", __name__, description="Old paths of the site and what took their place")


@redirects.operation(
    "GET", "/redirects", "listRedirects",
    query=schemas.RedirectsQuery, returns=schemas.RedirectList, problems=(INVALID_CURSOR,),
)  # fmt: skip
def list_redirects(call: Call) -> Answer:
    """List redirects by their old path, or find the one of a path."""
    page = rules.listed(context(), call.query)
    return Answer(envelope(page, page.records), headers=link_header(page), shows=("redirects",))


@redirects.operation(
    "POST", "/redirects", "createRedirect",
    body=schemas.RedirectIn, returns=schemas.Redirect, status=201, idempotent=True, problems=(PATH_TAKEN,),
)  # fmt: skip
def create_redirect(call: Call) -> Write:
    """Make a redirect.

    From then on the site answers the old path with 301, unless something of its own stands there.
    """
    redirect, operations = rules.create(context(), call.body, call.attempt)
    return Write(operations, Answer(redirect, version=1, location=f"{ROOT}/{redirect['id']}"))


@redirects.operation("GET", "/redirects/<uuid:redirect_id>", "getRedirect", returns=schemas.Redirect)
def get_redirect(_call: Call, redirect_id: str) -> Answer:
    """Read a redirect."""
    redirect = rules.one(context(), redirect_id)
    return Answer(redirect, version=redirect["version"], shows=(f"redirects/{redirect_id}",))


@redirects.operation("DELETE", "/redirects/<uuid:redirect_id>", "deleteRedirect", versioned=True, status=204)
def delete_redirect(call: Call, redirect_id: str) -> Write:
    """Delete a redirect."""
    redirect = rules.one(context(), redirect_id)
    demand_version(call, redirect)
    return Write(rules.remove(redirect, version_for(call, redirect)), Answer())
