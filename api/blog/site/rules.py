"""The site's settings: one record, made by the migration."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from api.blog.context import Context
from api.blog.problems import UNKNOWN_REFERENCE
from api.shared.problems import Fault, Problem
from api.shared.store import Operation, Record, StoreUnavailable, update

ID = "site"
COMMENTS: Mapping[str, Any] = {"who": "guests", "hold": "first_timers", "close_after_days": None}


def current(context: Context, *, include: Sequence[str] = ()) -> Record:
    """Return the settings."""
    found = context.store.get("site", ID, include=include)
    if found is None:
        raise StoreUnavailable("the database has no settings of the site: its migrations have not run")
    return {**found.record, **completed(found.record)}


def completed(site: Record) -> dict[str, Any]:
    """Return the settings that are newer than the record, with what holds as long as nobody chose."""
    return {"comments": {**COMMENTS, **(site["comments"] or {})}, "comment_words": site["comment_words"] or []}


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
