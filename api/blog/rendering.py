"""Renders Markdown as this blog does: with what it knows of the images in it."""

import re
from collections.abc import Sequence

from api.blog.context import Context
from api.blog.markdown import MediaInfo, Rendered, render
from api.blog.media.presentation import path_of, srcset
from api.blog.media.rules import by_digest
from api.shared.store import Record

_UPLOADED = re.compile(r"/media/([0-9a-f]{64})\.[a-z]+")
# of what is transparent the colour would stay
OPAQUE = "image/jpeg"


def images_in(context: Context, markdown: str) -> Sequence[Record]:
    """Return the uploaded images that a text names."""
    return list(by_digest(context, _UPLOADED.findall(markdown)).values())


def rendered(context: Context, markdown: str, images: Sequence[Record] | None = None) -> Rendered:
    """Return what the Markdown renders to; images uploaded here keep their place on the page from the first moment."""
    known: dict[str, MediaInfo] = {}
    for record in images_in(context, markdown) if images is None else images:
        colour = record["colour"] if record["content_type"] == OPAQUE else None
        info = MediaInfo(record["width"], record["height"], record["alt"], srcset(record) or {}, colour)
        known[path_of(record)] = known[f"{context.public_url}{path_of(record)}"] = info
    return render(markdown, media=known)


def shown(images: Sequence[Record], cover_id: str | None) -> list[str]:
    """Return the ids of all files that a post shows."""
    return list(dict.fromkeys([*([cover_id] if cover_id else []), *(image["id"] for image in images)]))
