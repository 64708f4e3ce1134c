"""Renders Markdown as this blog does: with what it knows of the images in it."""

import re

from api.blog.context import Context
from api.blog.markdown import MediaInfo, Rendered, render
from api.blog.media.presentation import path_of
from api.blog.media.rules import by_digest

_UPLOADED = re.compile(r"/media/([0-9a-f]{64})\.[a-z]+")


def rendered(context: Context, markdown: str) -> Rendered:
    """Return what the Markdown renders to; images uploaded here keep their place on the page from the first moment."""
    known: dict[str, MediaInfo] = {}
    for record in by_digest(context, _UPLOADED.findall(markdown)).values():
        info = MediaInfo(record["width"], record["height"], record["alt"])
        known[path_of(record)] = known[f"{context.public_url}{path_of(record)}"] = info
    return render(markdown, media=known)
