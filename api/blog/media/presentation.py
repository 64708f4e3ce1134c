"""How a file is shown, and the names of everything that belongs to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.blog.media.kinds import EXTENSIONS, STILL, VARIANT_FORMATS, VARIANT_WIDTHS

SHOWN = (
    "id", "content_type", "bytes", "width", "height", "alt", "filename", "blurhash", "colour", "created_at", "version",
)  # fmt: skip


def file_name(media: Mapping[str, Any]) -> str:
    """Return the name under which the bytes are kept and served."""
    return f"{media['digest']}.{EXTENSIONS[media['content_type']]}"


def original_name(media: Mapping[str, Any]) -> str:
    """Return the name under which the bytes as they were uploaded are kept, if they are others; never served."""
    return f"original-{file_name(media)}"


def variant_name(media: Mapping[str, Any], width: int, extension: str) -> str:
    """Return the name under which a variant is kept and served."""
    return f"{media['digest']}-{width}.{extension}"


def names_of(media: Mapping[str, Any]) -> Sequence[str]:
    """Return every name under which something of a file may be kept."""
    variants = (variant_name(media, width, format_) for width in widths_of(media) for format_ in VARIANT_FORMATS)
    return [file_name(media), original_name(media), *variants]


def widths_of(media: Mapping[str, Any]) -> Sequence[int]:
    """Return the widths at which a picture is offered besides its own."""
    if media["form"] != STILL:
        return ()
    return [width for width in VARIANT_WIDTHS if width < media["width"]]


def path_of(media: Mapping[str, Any]) -> str:
    """Return the path under which the bytes are served."""
    return f"/media/{file_name(media)}"


def srcset(media: Mapping[str, Any]) -> dict[str, str] | None:
    """Return what a page's `srcset` says for each format, the best format first; None when there are no variants."""
    widths = widths_of(media)
    if not widths:
        return None
    return {
        extension: ", ".join(f"/media/{variant_name(media, width, extension)} {width}w" for width in widths)
        for extension in VARIANT_FORMATS
    }


def present(media: Mapping[str, Any]) -> dict[str, Any]:
    """Return a file as the API shows it."""
    return {**{name: media[name] for name in SHOWN}, "url": path_of(media), "srcset": srcset(media)}
