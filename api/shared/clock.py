"""Time is passed in, never reached for: tests turn the hands themselves."""

from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the current moment, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the current moment, aware, in UTC."""
        return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """Write an aware moment as RFC 3339 in UTC with microseconds and `Z`."""
    # isoformat, because strftime writes the year 1 without its zeros on some systems
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def parse_rfc3339(text: str) -> datetime:
    """Read an RFC 3339 time; a time without an offset is refused with ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC")
    return moment.astimezone(UTC)


def month_begins(year: int, month: int, zone: str) -> datetime:
    """Return the moment at which a month begins in a time zone, in UTC; months count on beyond December."""
    years, month = divmod(month - 1, 12)
    try:
        return datetime(year + years, month + 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:
        # east of Greenwich the first year begins before what a datetime holds
        return datetime.min.replace(tzinfo=UTC)
