"""The site's settings: the routes."""

from api.blog.incoming import context, demand_version, version_for
from api.blog.posts.answers import viewer_of
from api.blog.problems import UNKNOWN_REFERENCE
from api.blog.site import rules, schemas
from api.shared.operations import Call, Resource
from api.shared.responses import Answer
from api.shared.unit_of_work import Write

settings = Resource("site", __name__, description="The site's settings")


@settings.operation("GET", "/site", "getSite", returns=schemas.Site)
def get_site(call: Call) -> Answer:
    """Read the site's settings."""
    site = rules.current(context())
    moderates = viewer_of(call).edits_everything
    shown = site if moderates else {**site, "comment_words": None}
    return Answer(shown, version=site["version"], shaped=moderates, shows=("site",))


@settings.operation(
    "PATCH",
    "/site",
    "updateSite",
    body=schemas.SitePatch,
    returns=schemas.Site,
    versioned=True,
    problems=(UNKNOWN_REFERENCE,),
)
def update_site(call: Call) -> Write:
    """Change the site's settings, by a JSON Merge Patch."""
    site = rules.current(context())
    demand_version(call, site)
    changed, operations = rules.revise(context(), site, call.body, version_for(call, site))
    return Write(operations, Answer(changed, version=changed["version"]))
