"""Tells in what a post in the blog differs from what its file would make of it."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from api.shared.clock import parse_rfc3339

FIELDS = (
    "id,slug,version,kind,status,title,markdown,summary,published_at,tags,authors,cover,language,canonical_url,"
    "featured,comments_open"
)
# where all of these differ, two folders have a file of the same name
ANOTHER_POST = frozenset({"title", "published_at", "markdown"})
_MEDIA = re.compile(r"/media/[^\s\"'()<>]+")


def differences(wanted: Mapping[str, Any], post: Mapping[str, Any], *, pretend: bool) -> list[str]:
    """Return the names of the fields that differ; a slug that was changed in the blog is no difference.

    When pretending, images have no address yet, so that only the rest of the text can be compared.
    """
    return [
        name
        for name, value in wanted.items()
        if name not in {"slug", "external_id"} and not _same(name, value, post, pretend=pretend)
    ]


def _same(name: str, value: Any, post: Mapping[str, Any], *, pretend: bool) -> bool:
    shown = _shown(name, post)
    if name == "tags":
        value = [_alike(tag) for tag in value]
    elif name == "published_at" and value is not None:
        value = parse_rfc3339(value)
    elif name == "markdown" and pretend:
        value, shown = (_MEDIA.sub("/media/", text) for text in (value, shown))
    elif name == "cover_id" and pretend:
        return (value is None) == (shown is None)
    return bool(value == shown)


def _alike(tag: str) -> str:
    """Return what the blog looks at when it tells whether two names are one tag."""
    return unicodedata.normalize("NFKC", " ".join(tag.split())).casefold()


def _shown(name: str, post: Mapping[str, Any]) -> Any:
    """Return a field as it is sent, from how it is shown."""
    match name:
        case "tags":
            return [_alike(tag["name"]) for tag in post["tags"]]
        case "authors":
            return [author["username"] for author in post["authors"]]
        case "cover_id":
            return post["cover"]["id"] if post["cover"] else None
        case "status":
            return "published" if post["status"] == "scheduled" else post["status"]
        case "published_at":
            return parse_rfc3339(post["published_at"]) if post["published_at"] else None
    return post[name]
