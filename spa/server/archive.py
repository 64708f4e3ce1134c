"""The archive: how many posts each year and month has, and the posts of one of them, a line each."""

from collections.abc import Mapping
from typing import Any

from spa.server.dates import Calendar
from spa.server.views import SITE, Plan, View, api_path, lines

LINE_FIELDS = "id,language,published_at,title,url"
LINES = 100
MODULE = "src/pages/Archive.svelte"


def whole() -> Plan:
    """Plan the page of all years."""

    def show(answers: Mapping[str, Any], calendar: Calendar) -> View:
        t = calendar.wording
        context = {"years": answers["archive"]["years"], "months": t("date.months").split(" ")}
        return View("archive.html", t("archive.title"), "", "/archive", context)

    return Plan(MODULE, {"site": SITE, "archive": api_path("/archive")}, show, subject="archive")


def period(year: int, month: int | None = None, *, cursor: str | None) -> Plan:
    """Plan the page of a year or a month."""
    request = api_path("/posts", fields=LINE_FIELDS, limit=LINES, year=year, month=month, cursor=cursor)

    def show(answers: Mapping[str, Any], calendar: Calendar) -> View | None:
        posts, t = answers["posts"], calendar.wording
        if cursor is None and not posts["items"]:
            return None
        names = t("date.months").split(" ")
        title = t("date.month", month=names[month - 1], year=year) if month else str(year)
        path = f"/archive/{year:04}" + (f"/{month:02}" if month else "")
        context = {"title": title, "lines": lines(posts, calendar), "prev": posts["prev"], "next": posts["next"]}
        return View("period.html", title, "", path, context, indexed=cursor is None)

    return Plan(MODULE, {"site": SITE, "posts": request}, show)
