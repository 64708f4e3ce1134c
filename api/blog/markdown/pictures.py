"""Offers the variants of an image that stands alone: the browser takes the one that fits, in the best format it knows.

Done after the sanitiser, on its own tidy output, so that no author writes a `<picture>`; and by addresses alone, so
that an article need not be rendered again when its variants have been made.
"""

import re
from collections.abc import Mapping
from html import escape, unescape

from api.blog.markdown.attributes import MediaInfo

# as wide as a column of text becomes (spa/src/styles/tokens.css: 33 times the size of a letter)
SIZES = "(min-width: 45rem) 41rem, 100vw"
_ATTRIBUTES = r'(?: [a-z-]+(?:="[^"]*")?)*'
_ALONE = re.compile(rf"(<figure>\s*(?:<a{_ATTRIBUTES}>)?)(<img({_ATTRIBUTES})>)")
_SOURCE = re.compile(r' src="([^"]*)"')


def offered(html: str, media: Mapping[str, MediaInfo]) -> str:
    """Return sanitised HTML in which each known image that stands alone is offered in its variants."""

    def offer(found: re.Match[str]) -> str:
        source = _SOURCE.search(found[3])
        known = media.get(unescape(source[1])) if source else None
        return found[0] if known is None else found[1] + _picture(found[2], known)

    return _ALONE.sub(offer, html) if media else html


def _picture(image: str, known: MediaInfo) -> str:
    if known.colour is not None:
        image = f'<img data-colour="{escape(known.colour)}"{image.removeprefix("<img")}'
    sources = "".join(
        f'<source type="image/{kind}" srcset="{escape(several)}" sizes="{SIZES}">'
        for kind, several in known.sources.items()
    )
    return f"<picture>{sources}{image}</picture>" if sources else image
