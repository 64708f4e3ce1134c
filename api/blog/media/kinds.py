"""Which files are taken, how large they may be, and at which widths pictures are offered."""

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
MOST_FRAMES = 1_000
# of all frames of an animation together
MOST_MOVING_PIXELS = 1_000_000_000
# what a picture is: one frame of pixels, several, or a drawing
STILL, MOVING, DRAWN = "still", "moving", "drawn"
FORMS = (STILL, MOVING, DRAWN)
# the best compression first: browsers take the first format they know
VARIANT_FORMATS = ("avif", "webp")
VARIANT_WIDTHS = (320, 640, 960, 1280, 1920)
