"""What stands for a picture until it is there: its main colour, and a blur of it (BlurHash, blurha.sh)."""

import blurhash
from PIL import Image

SMALL = (24, 24)
COMPONENTS = 4, 3
COLOURS = 6
DEEP = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")


def appearance(image: Image.Image) -> tuple[str, str]:
    """Return the blur and the main colour, as `#rrggbb`."""
    image = shown(image) if image.mode in DEEP else image
    small = shown(image.resize(SMALL, Image.Resampling.BOX, reducing_gap=2.0)).convert("RGBA")
    paper = Image.new("RGBA", SMALL, "white")
    paper.alpha_composite(small)
    flat = paper.convert("RGB")
    pixels = list(flat.get_flattened_data())
    rows = [pixels[start : start + SMALL[0]] for start in range(0, len(pixels), SMALL[0])]
    few = flat.quantize(COLOURS, Image.Quantize.MEDIANCUT)
    # the palette's number of the colour that most pixels have
    main = max(range(COLOURS), key=few.histogram().__getitem__)
    red, green, blue = (few.getpalette() or [0, 0, 0])[3 * main : 3 * main + 3]
    return str(blurhash.encode(rows, *COMPONENTS)), f"#{red:02x}{green:02x}{blue:02x}"


def shown(image: Image.Image) -> Image.Image:
    """Return an image in eight bits a channel, with what is transparent still transparent."""
    if image.mode in DEEP:
        return image.point(lambda level: level / 256).convert("L")
    if image.mode in {"RGB", "RGBA", "L"}:
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")
