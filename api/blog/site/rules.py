"""The site's settings: one record, made by the migration."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import available_timezones

from api.blog.context import Context
from api.blog.media import presentation as media
from api.blog.problems import UNKNOWN_REFERENCE
from api.shared.problems import Fault, Problem
from api.shared.store import Found, Operation, Record, StoreUnavailable, update

ID = "site"
COMMENTS: Mapping[str, Any] = {"who": "guests", "hold": "first_timers", "close_after_days": None}
POSTS_PER_PAGE = 20


def found(context: Context, *, include: Sequence[str] = ()) -> Found:
    """Return the settings with what they include."""
    answer = context.store.get("site", ID, include=include)
    if answer is None:
        raise StoreUnavailable("the database has no settings of the site: its migrations have not run")
    return replace(answer, record={**answer.record, **completed(answer.record)})


def completed(site: Record) -> dict[str, Any]:
    """Return the settings that are newer than the record, with what holds as long as nobody chose."""
    return {"comments": {**COMMENTS, **(site["comments"] or {})}, "comment_words": site["comment_words"] or []}


def current(context: Context, *, include: Sequence[str] = ()) -> Record:
    """Return the settings."""
    return found(context, include=include).record


def present(site: Record, logo: Record | None) -> dict[str, Any]:
    """Return the settings as the API shows them, with what stands for those that nobody has made yet."""
    return {
        **site,
        "logo": media.present(logo) if logo is not None else None,
        "social_links": site["social_links"] or [],
        "posts_per_page": site["posts_per_page"] or POSTS_PER_PAGE,
    }


def logo_of(context: Context, body: Mapping[str, Any], answer: Found) -> Record | None:
    """Return the logo as it will be once a change is made. Raises 422 for a file that is not there, or no image."""
    wanted = body.get("logo_id", answer.record["logo_id"])
    if wanted is None or wanted == answer.record["logo_id"]:
        return answer.included.get("media", {}).get(wanted)
    chosen = context.store.get("media", wanted)
    if chosen is None or not chosen.record["content_type"].startswith("image/"):
        raise Problem(UNKNOWN_REFERENCE, faults=[Fault("unknown_media", "There is no such image.", pointer="/logo_id")])
    return chosen.record


def revise(context: Context, site: Record, body: Mapping[str, Any], version: int) -> tuple[Record, Sequence[Operation]]:
    """Plan a change of the settings. Raises 422 for a time zone that does not exist."""
    if body.get("time_zone", "UTC") not in available_timezones():
        raise Problem(
            UNKNOWN_REFERENCE, faults=[Fault("unknown_zone", "There is no such time zone.", pointer="/time_zone")]
        )
    wanted = dict(body)
    if "comments" in body:
        wanted["comments"] = {**site["comments"], **body["comments"]}
    changes = {name: value for name, value in wanted.items() if site[name] != value}
    if not changes:
        return site, ()
    changes["updated_at"] = context.now()
    return {**site, **changes, "version": version + 1}, [update("site", ID, changes, if_version=version)]
