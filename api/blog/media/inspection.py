"""Finds out what uploaded bytes are, by reading them: names and declared types decide nothing."""

import io
import re
import threading
from dataclasses import dataclass
from struct import error as StructError  # noqa: N812 - it is an exception class
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import Image, ImageOps, JpegImagePlugin, UnidentifiedImageError

from api.blog.media import rewrapping
from api.blog.media.appearance import appearance
from api.blog.media.kinds import (
    DRAWN,
    LARGEST,
    MOST_FRAMES,
    MOST_MOVING_PIXELS,
    MOST_PIXELS,
    MOVING,
    STILL,
    SVG,
)
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
MOVING_FORMATS = frozenset({"PNG", "WEBP", "GIF", "AVIF"})
# what Pillow's readers raise on damaged and hostile files
DAMAGE = (UnidentifiedImageError, OSError, RuntimeError, ValueError, SyntaxError, EOFError, LookupError, StructError)
# Pillow only warns, and later than we refuse
Image.MAX_IMAGE_PIXELS = None
# 40 megapixels take up to 500 MB while they are looked at; many uploads at once take no more
_ONE_AT_A_TIME = threading.Lock()
_LENGTH = re.compile(r"\s*([0-9]{1,6}(?:\.[0-9]{1,9})?)(?:px)?\s*")
_MARKUP = re.compile(rb"(\xef\xbb\xbf)?\s*<")


@dataclass(frozen=True, slots=True)
class Picture:
    """What was found, and `clean`: the bytes as they may be shown to everybody."""

    content_type: str
    form: str
    width: int | None
    height: int | None
    clean: bytes
    blur: str | None = None
    colour: str | None = None


def inspect(data: bytes) -> Picture:
    """Return what the bytes are. Raises 415 for what is no image and 413 for one that is too large."""
    if len(data) > LARGEST:
        raise Problem(FILE_TOO_LARGE)
    if _MARKUP.match(data):
        return _svg(data)
    try:
        with _ONE_AT_A_TIME, Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return _raster(image, data)
    except DAMAGE as error:
        raise Problem(NOT_AN_IMAGE) from error


def _raster(image: Image.Image, data: bytes) -> Picture:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise Problem(FILE_TOO_LARGE, "The image has more than 40 megapixels.")
    kind = str(image.format)
    frames = rewrapping.gif_frames(data) if kind == "GIF" else getattr(image, "n_frames", 1)
    if frames > MOST_FRAMES or frames * width * height > MOST_MOVING_PIXELS:
        raise Problem(FILE_TOO_LARGE, "The animation has more than 1,000 frames or 1,000 megapixels in all.")
    # reads every pixel: a file that was cut off is found here
    image.load()
    upright = ImageOps.exif_transpose(image) if image.getexif().get(ORIENTATION, 1) != 1 else image
    # of a phone's JPEG with a second picture in it, the first is the picture
    moves = frames > 1 and kind in MOVING_FORMATS
    clean = rewrapping.REWRAPPED[kind](data) if kind in rewrapping.REWRAPPED else _encoded(image, upright, moves=moves)
    blur, colour = appearance(upright)
    return Picture(TYPES[kind], MOVING if moves else STILL, *upright.size, clean, blur, colour)


def _encoded(image: Image.Image, upright: Image.Image, *, moves: bool) -> bytes:
    """Return a JPEG or AVIF encoded once more: upright, with its colour profile and nothing else that it said."""
    file = io.BytesIO()
    profile = image.info.get("icc_profile")
    if image.format == "AVIF":
        upright.save(
            file, "AVIF", quality=90, speed=9, max_threads=1, exif=b"", xmp=b"", icc_profile=profile, save_all=moves
        )
    else:
        # the tables of the original: as good as it was, and no larger
        tables = {"qtables": getattr(image, "quantization", None), "subsampling": JpegImagePlugin.get_sampling(image)}
        upright.save(file, "JPEG", exif=b"", comment=b"", icc_profile=profile, optimize=False, **tables)
    return file.getvalue()


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
    return Picture(SVG, DRAWN, width, height, data)


def _length(text: str | None) -> int | None:
    match = _LENGTH.fullmatch(text or "")
    return round(float(match[1])) if match else None
