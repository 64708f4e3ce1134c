"""That an operation is to be used no more: told with each of its answers, long before it goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Any

from flask import Response

MEANINGS: Mapping[str, str] = {
    "Deprecation": "Since when it is deprecated, in seconds since 1970",
    "Sunset": "Until when it works at least",
    "Link": "What does its work now, beside the pages around this one",
}


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Since when an operation is deprecated, until when it works at least, and what does its work now."""

    since: date
    sunset: date
    successor: str


def headers_of(deprecation: Deprecation) -> Mapping[str, str]:
    """Return `Deprecation` (RFC 9745), `Sunset` (RFC 8594), and the `Link` to the successor (RFC 5829)."""
    return {
        "Deprecation": f"@{int(_begins(deprecation.since).timestamp())}",
        "Sunset": format_datetime(_begins(deprecation.sunset), usegmt=True),
        "Link": f'<{deprecation.successor}>; rel="successor-version"',
    }


def tell(deprecation: Deprecation, response: Response) -> None:
    """Put them on an answer, beside the links that it has."""
    told = headers_of(deprecation)
    links = [link for link in (response.headers.get("Link"), told["Link"]) if link is not None]
    response.headers.update({**told, "Link": ", ".join(links)})


def described(deprecation: Deprecation) -> Mapping[str, Any]:
    """Return them as the spec describes them."""
    return {
        name: {"description": MEANINGS[name], "required": True, "schema": {"type": "string"}, "example": value}
        for name, value in headers_of(deprecation).items()
    }


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
