"""Reads the dates that people put into front matter, file names and paths. A time without a zone is taken as UTC."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

_FORMATS = (
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M %z", "%Y-%m-%d %H:%M",
    "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y",
)  # fmt: skip
_IN_PATH = re.compile(r"(?:^|/)(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?=[/_-]|$)")
_DATED_NAME = re.compile(r"\d{4}-\d{1,2}-\d{1,2}[-_](?=.)")


def read(value: Any) -> datetime | None:
    """Return the moment a value stands for, or None if it is no date."""
    if isinstance(value, datetime):
        return _aware(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return _read_text(value.strip()) if isinstance(value, str) else None


def in_path(path: str) -> datetime | None:
    """Return the date in a path such as `2024/02/28/slug` or `2024-02-28-slug.md`, or None."""
    found = _IN_PATH.search(path)
    if found is None:
        return None
    try:
        return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC)
    except ValueError:
        return None


def without_date(name: str) -> str:
    """Return a file's name without the date in front of it."""
    return _DATED_NAME.sub("", name, count=1) if _DATED_NAME.match(name) else name


def _read_text(text: str) -> datetime | None:
    with suppress(ValueError):
        return _aware(datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", text)))
    for form in _FORMATS:
        with suppress(ValueError):
            return _aware(datetime.strptime(text, form))  # noqa: DTZ007 - _aware adds the zone
    with suppress(ValueError, TypeError, IndexError):
        return _aware(parsedate_to_datetime(text))
    return None


def _aware(moment: datetime) -> datetime | None:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None
