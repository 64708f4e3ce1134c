"""Takes everything out of a file that the picture does not need: who took it where, comments, what hangs on behind.

The pixels stay as they are, bit by bit. Each function raises ValueError for a file that is built wrong.
"""

from collections.abc import Callable, Iterator, Mapping
from struct import Struct

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# what changes how the pixels look; the rest is text, times and other people's business
PNG_CHUNKS = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs cICP mDCV cLLI acTL fcTL fdAT".split()
)
WEBP_CHUNKS = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
# the flags for EXIF and XMP among VP8X's features
WEBP_METADATA = 0x08 | 0x04
GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
MOST_GIF_BLOCKS = 500_000
_LONG = Struct(">I")
_LITTLE = Struct("<I")


def png(data: bytes) -> bytes:
    """Return a PNG with the chunks that the picture needs."""
    if not data.startswith(PNG_SIGNATURE):
        raise ValueError("no PNG")
    kept, position = [PNG_SIGNATURE], len(PNG_SIGNATURE)
    while True:
        name = data[position + 4 : position + 8]
        end = position + 12 + _number(_LONG, data, position)
        if end > len(data):
            raise ValueError("a chunk ends behind the file")
        if name in PNG_CHUNKS:
            kept.append(data[position:end])
        if name == b"IEND":
            return b"".join(kept)
        position = end


def webp(data: bytes) -> bytes:
    """Return a WebP with the chunks that the picture needs."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ValueError("no WebP")
    end, position, kept = min(len(data), 8 + _number(_LITTLE, data, 4)), 12, []
    while position + 8 <= end:
        name, size = data[position : position + 4], _number(_LITTLE, data, position + 4)
        chunk = data[position : position + 8 + size + size % 2]
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~WEBP_METADATA]) + chunk[9:]
        if name in WEBP_CHUNKS:
            kept.append(chunk)
        position += 8 + size + size % 2
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + _LITTLE.pack(len(body)) + body


def gif(data: bytes) -> bytes:
    """Return a GIF without comments, plain text and applications' data, but for how often it repeats."""
    position = 13 + _colours(data, 10)
    kept = [data[:position]]
    for start, end in _gif_blocks(data, position):
        if data[start] != 0x21 or data[start + 1] == 0xF9 or data[start + 3 : start + 14] in GIF_LOOPS:  # noqa: PLR2004 - GIF89a, 23 and 26
            kept.append(data[start:end])
    return b"".join([*kept, b";"])


def gif_frames(data: bytes) -> int:
    """Count the frames of a GIF."""
    return sum(data[start] == 0x2C for start, _ in _gif_blocks(data, 13 + _colours(data, 10)))  # noqa: PLR2004 - GIF89a, 20


def _gif_blocks(data: bytes, position: int) -> Iterator[tuple[int, int]]:
    """Yield where each extension and image begins and ends, up to the trailer."""
    blocks = 0
    try:
        while data[position] != 0x3B:  # noqa: PLR2004 - GIF89a, 27: the trailer
            start = position
            if data[start] == 0x21:  # noqa: PLR2004 - GIF89a, 24: an extension
                position += 2
            elif data[start] == 0x2C:  # noqa: PLR2004 - GIF89a, 20: an image, its colours, its code size
                position += 11 + _colours(data, start + 9)
            else:
                raise ValueError("neither an image nor an extension")
            while size := data[position]:
                position += 1 + size
                blocks += 1
                if blocks > MOST_GIF_BLOCKS:
                    raise ValueError("in more pieces than a picture needs")
            position += 1
            yield start, position
    except IndexError as error:
        raise ValueError("a block ends behind the file") from error


def _colours(data: bytes, position: int) -> int:
    """Return the size of the colour table that a byte of flags announces."""
    flags = data[position] if position < len(data) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _number(kind: Struct, data: bytes, position: int) -> int:
    if position + kind.size > len(data):
        raise ValueError("the file ends in the middle of a number")
    number: int = kind.unpack_from(data, position)[0]
    return number


REWRAPPED: Mapping[str, Callable[[bytes], bytes]] = {"PNG": png, "WEBP": webp, "GIF": gif}
