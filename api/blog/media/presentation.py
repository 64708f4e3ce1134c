"""How a file is shown."""

from collections.abc import Mapping
from typing import Any

from api.blog.media.kinds import EXTENSIONS

SHOWN = ("id", "content_type", "bytes", "width", "height", "alt", "filename", "created_at", "version")


def file_name(media: Mapping[str, Any]) -> str:
    """Return the name under which the bytes are kept and served."""
    return f"{media['digest']}.{EXTENSIONS[media['content_type']]}"


def path_of(media: Mapping[str, Any]) -> str:
    """Return the path under which the bytes are served."""
    return f"/media/{file_name(media)}"


def present(media: Mapping[str, Any]) -> dict[str, Any]:
    """Return a file as the API shows it."""
    return {**{name: media[name] for name in SHOWN}, "url": path_of(media)}
