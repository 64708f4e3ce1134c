"""Dates as readers meet them, in the site's time zone; the same words as src/lib/dates.js."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from api.shared.clock import parse_rfc3339
from spa.server.wording import Wording

WEEK = 7
_FRACTION = re.compile(r"\.\d+")


def zone_of(name: str) -> tzinfo:
    """Return a time zone by its IANA name; UTC when this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


@dataclass(frozen=True, slots=True)
class When:
    """A moment in words: `text` to read, `full` for the tooltip, `at` for machines."""

    at: str
    text: str
    full: str
    year: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """Says dates as seen from one day in one time zone."""

    wording: Wording
    zone_name: str
    today: date

    @classmethod
    def at(cls, now: datetime, zone_name: str, wording: Wording) -> "Calendar":
        """Return the calendar of this moment."""
        return cls(wording, zone_name, now.astimezone(zone_of(zone_name)).date())

    def describe(self, timestamp: str, *, short: bool = False) -> When:
        """Say an RFC 3339 time: relative for a week, then absolute; `short` leaves the year to its surroundings."""
        then = parse_rfc3339(timestamp).astimezone(zone_of(self.zone_name))
        t, days = self.wording, (self.today - then.date()).days
        month = t("date.months").split(" ")[then.month - 1]
        full = t("date.full", day=then.day, month=month, year=then.year, time=f"{then:%H:%M}", zone=self.zone_name)
        if days == 0:
            text = t("date.today")
        elif days == 1:
            text = t("date.yesterday")
        elif 0 < days < WEEK:
            text = t("date.days_ago", count=days)
        else:
            text = t("date.short" if short else "date.long", day=then.day, month=month, year=then.year)
        # HTML knows no microseconds
        return When(_FRACTION.sub("", timestamp), text, full, then.year)
