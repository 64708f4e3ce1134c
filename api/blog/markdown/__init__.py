"""The one renderer of Markdown: for the preview, for publishing and for imports."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

from api.blog.markdown import parsing, pictures, policy, prose
from api.blog.markdown.article import Article, TocEntry
from api.blog.markdown.attributes import MediaInfo
from api.blog.markdown.elements import balanced

__all__ = ["RENDERER_VERSION", "MediaInfo", "Rendered", "TocEntry", "render"]

# Raised with every change to what a text is rendered to, so that stored HTML can be told to be of an older renderer.
RENDERER_VERSION = 2

_IMAGE_URL = re.compile(r'<img(?: [a-z-]+="[^"]*")*? src="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as readers see it, and what can be said about it.

    `html` is sanitised. `excerpt` is the first paragraph, in at most 300 characters of plain text. `plain_text` is what
    a search looks through. `media_urls` are the images shown, in order, each once, as the HTML has them.
    """

    html: str
    toc: list[TocEntry]
    word_count: int
    reading_minutes: int
    excerpt: str
    plain_text: str
    media_urls: tuple[str, ...]
    renderer_version: int = RENDERER_VERSION


def render(source: str, *, media: Mapping[str, MediaInfo] | None = None) -> Rendered:
    """Render Markdown.

    `media` says what is known of images, by URL as written in `source`. Any text whatever is rendered, in time that
    grows with its length and no faster; the same text is always rendered to the same HTML.
    """
    parsed = parsing.labelled(parsing.extended(parsing.cleaned(source)))
    article = Article(balanced(parsed), media or {})
    html = pictures.offered(policy.sanitise(article.html), media or {})
    transcript = article.transcript
    word_count, reading_minutes = prose.lengths(transcript.prose)
    return Rendered(
        html=html,
        toc=[{**entry, "text": policy.printable(entry["text"])} for entry in article.toc],
        word_count=word_count,
        reading_minutes=reading_minutes,
        excerpt=policy.printable(prose.excerpt(transcript.first_paragraph)),
        plain_text=policy.printable(transcript.text),
        media_urls=tuple(dict.fromkeys(map(unescape, _IMAGE_URL.findall(html)))),
    )
