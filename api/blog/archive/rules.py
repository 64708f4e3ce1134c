"""The archive: how many posts each month holds, as readers find them in lists."""

from itertools import groupby
from typing import Any

from api.blog.context import Context
from api.blog.site import rules as site
from api.shared.store import Record


def counted(context: Context) -> dict[str, Any]:
    """Return the years and months in which posts were published, newest first, with their numbers."""
    settings = site.current(context, include=("months",))
    years = [
        {"year": year, "count": sum(month["count"] for month in months), "months": months}
        for year, found in groupby(settings["months"], key=_year)
        if (months := [{"month": int(each["month"][5:]), "count": each["count"]} for each in found])
    ]
    return {"years": years, "total": sum(year["count"] for year in years), "time_zone": settings["time_zone"]}


def _year(month: Record) -> int:
    return int(month["month"][:4])
