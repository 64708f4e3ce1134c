"""Which files are taken, and how large they may be."""

from collections.abc import Mapping

SVG = "image/svg+xml"
EXTENSIONS: Mapping[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/avif": "avif",
    SVG: "svg",
}
LARGEST = 25_000_000
MOST_PIXELS = 40_000_000
