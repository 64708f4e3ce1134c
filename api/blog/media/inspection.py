"""Finds out what uploaded bytes are, by reading them: names and declared types decide nothing."""

import io
import re
from dataclasses import dataclass
from struct import error as StructError  # noqa: N812 - it is an exception class
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import Image, UnidentifiedImageError

from api.blog.media.kinds import LARGEST, MOST_PIXELS, SVG
from api.blog.media.problems import FILE_TOO_LARGE, NOT_AN_IMAGE
from api.shared.problems import Problem

TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "AVIF": "image/avif",
}
FORMATS = list(TYPES)
# what phones make of a JPEG with a second picture in it; it opens as a JPEG
TYPES["MPO"] = "image/jpeg"
SVG_ROOT = "{http://www.w3.org/2000/svg}svg"
ORIENTATION = 0x0112
VIEW_BOX_NUMBERS = 4
LYING = frozenset({5, 6, 7, 8})
# what Pillow's readers raise on damaged and hostile files
DAMAGE = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, LookupError, StructError)
# Pillow only warns, and later than we refuse
Image.MAX_IMAGE_PIXELS = None
_LENGTH = re.compile(r"\s*([0-9]{1,6}(?:\.[0-9]{1,9})?)(?:px)?\s*")
_MARKUP = re.compile(rb"(\xef\xbb\xbf)?\s*<")


@dataclass(frozen=True, slots=True)
class Picture:
    """What was found."""

    content_type: str
    width: int | None
    height: int | None


def inspect(data: bytes) -> Picture:
    """Return what the bytes are. Raises 415 for what is no image and 413 for one that is too large."""
    if len(data) > LARGEST:
        raise Problem(FILE_TOO_LARGE)
    return _svg(data) if _MARKUP.match(data) else _raster(data)


def _raster(data: bytes) -> Picture:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise Problem(FILE_TOO_LARGE, "The image has more than 40 megapixels.")
            # reads every pixel: a file that was cut off is found here
            image.load()
            if image.getexif().get(ORIENTATION) in LYING:
                width, height = height, width
            return Picture(TYPES[str(image.format)], width, height)
    except DAMAGE as error:
        raise Problem(NOT_AN_IMAGE) from error


def _svg(data: bytes) -> Picture:
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Problem(NOT_AN_IMAGE) from error
    if root.tag != SVG_ROOT:
        raise Problem(NOT_AN_IMAGE)
    width, height = _length(root.get("width")), _length(root.get("height"))
    if width is None or height is None:
        box = (root.get("viewBox") or "").replace(",", " ").split()
        width, height = (_length(box[2]), _length(box[3])) if len(box) == VIEW_BOX_NUMBERS else (None, None)
    return Picture(SVG, width, height)


def _length(text: str | None) -> int | None:
    match = _LENGTH.fullmatch(text or "")
    return round(float(match[1])) if match else None
