"""The operators that a search understands among its words: `tag:`, `author:`, `before:` and `after:`."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from api.blog.authors.rules import LONGEST_USERNAME
from api.blog.slugs import NOBODYS
from api.blog.tags.naming import slug_meant
from api.shared.clock import rfc3339
from api.shared.problems import INVALID, Fault, Problem

_PARTS = re.compile(r'(?:(tag|author|before|after):(?:"([^"]*)"|([^\s"]+))(?!\S))|"[^"]*"?|[^\s"]+', re.IGNORECASE)
# as those type who write in full width: one character for one, so that nothing grows
_NARROW = {0xFF01 + place: 0x21 + place for place in range(94)}
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search asks for: the words that are left, and the filters that its operators name."""

    words: str
    filters: Mapping[str, str] = field(default_factory=dict)


def read(text: str) -> Asked:
    """Tell words and operators apart; width is no matter, as in words.

    Raises a 422 Problem for an operator given twice, or with a date that is none.
    """
    filters: dict[str, str] = {}

    def take(part: re.Match[str]) -> str:
        if part.group(1) is None:
            return part.group()
        operator = part.group(1).lower()
        name, value = _FILTERS[operator]
        if name in filters:
            raise _invalid(f"{operator}: may be given once.")
        filters[name] = value(part.group(2) or part.group(3) or "")
        return ""

    return Asked(_PARTS.sub(take, text.translate(_NARROW)).strip(), filters)


def _username(value: str) -> str:
    name = unicodedata.normalize("NFKC", value).lower()
    return name if len(name) <= LONGEST_USERNAME else NOBODYS


def _from(value: str) -> str:
    return rfc3339(_beginning(value))


def _until(value: str) -> str:
    return rfc3339(_beginning(value) - timedelta(microseconds=1))


def _beginning(value: str) -> datetime:
    """Return when a year, a month or a day begins in UTC."""
    date = _DATE.fullmatch(value)
    try:
        if date is not None:
            year, month, day = (int(part or 1) for part in date.groups())
            if year > 1:  # there has to be a moment before it
                return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        pass  # the same refusal as for what is no date at all
    raise _invalid("before: and after: take a date such as 2026, 2026-11 or 2026-11-25.")


def _invalid(detail: str) -> Problem:
    return Problem(INVALID, faults=[Fault("invalid", detail, parameter="q")])


_FILTERS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "tag": ("tag", slug_meant),
    "author": ("author", _username),
    "before": ("published_before", _until),
    "after": ("published_after", _from),
}
