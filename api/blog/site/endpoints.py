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
    """Read the site's settings.

    All that a client needs to dress its own pages as this site dresses its own.
    """
    found = rules.found(context(), include=("logo",))
    site, logo = found.record, found.included.get("media", {}).get(found.record["logo_id"])
    moderates = viewer_of(call).edits_everything
    shown = rules.present(site if moderates else {**site, "comment_words": None}, logo)
    shows = ("site", f"media/{logo['id']}") if logo is not None else ("site",)
    return Answer(shown, version=site["version"], shaped=True, shows=shows)


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
    """Change the site's settings.

    A JSON Merge Patch: what you leave out stays; null takes the logo or the footer away.
    """
    found = rules.found(context(), include=("logo",))
    demand_version(call, found.record)
    logo = rules.logo_of(context(), call.body, found)
    changed, operations = rules.revise(context(), found.record, call.body, version_for(call, found.record))
    return Write(operations, Answer(rules.present(changed, logo), version=changed["version"], shaped=True))
