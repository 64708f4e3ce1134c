"""Makes the variants of one picture, in a process of its own: whatever a file does to a decoder, it does it here.

    python -m api.blog.media.making FOLDER WIDTH…

reads `FOLDER/original` and writes `FOLDER/WIDTH.avif` and `FOLDER/WIDTH.webp`. The process is of low priority, and its
memory and processor time are bounded.
"""

import os
import resource
import sys
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from api.blog.media.appearance import shown
from api.blog.media.kinds import MOST_PIXELS

NICE = 10
MEMORY_BYTES = 2_000_000_000
PROCESSOR_SECONDS = 120
FORMATS = ["JPEG", "PNG", "WEBP", "AVIF"]
# chosen by eye on photographs and screenshots: no difference at arm's length, about a fifth of the JPEG
OPTIONS: dict[str, dict[str, Any]] = {
    "avif": {"format": "AVIF", "quality": 60, "speed": 8, "max_threads": 1},
    "webp": {"format": "WEBP", "quality": 78, "method": 3},
}


def main(folder: Path, widths: list[int]) -> None:
    """Make every variant, the widest first: each next one is made from it, at a fraction of the cost."""
    _bound()
    with Image.open(folder / "original", formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ValueError("the picture is larger than any that is taken")
        # a JPEG is decoded at a half, a quarter or an eighth, if that is large enough
        image.draft("RGB", (2 * max(widths), 2 * max(widths)))
        upright = ImageOps.exif_transpose(image)
        picture, profile = shown(upright), image.info.get("icc_profile") if image.mode != "CMYK" else None
    for width in sorted(widths, reverse=True):
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        for extension, options in OPTIONS.items():
            picture.save(folder / f"{width}.{extension}", icc_profile=profile, **options)


def _bound() -> None:
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(width) for width in sys.argv[2:]])
