"""Finds where a Markdown text points - links, images, reference definitions, HTML attributes - and replaces it.

What stands in code is left alone; see `code_spans`. Every pattern is bounded, because the texts are strangers'.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape

from flask_blog.importers.code_spans import without_code

_INLINE = re.compile(
    r"\]\([ \t]{0,20}\n?[ \t]{0,20}"
    r"(?:<([^<>\n]{1,2000})>|([^\s()<>]{1,2000}(?:\([^\s()<>]{0,500}\)[^\s()<>]{0,500}){0,9}))"
)
_DEFINITION = re.compile(
    r"^ {0,3}\[(?!\^)[^\[\]\n]{1,999}\]:[ \t]{1,20}(?:<([^<>\n]{1,2000})>|(\S{1,2000}))", re.MULTILINE
)
_TAG = re.compile(
    r"<(?:img|a|source|video|audio|image|embed|iframe|object|link|script|track)\b([^<>]{1,4000})>", re.IGNORECASE
)
_ATTRIBUTE = re.compile(
    r"""(?:^|[\s"'])(?:src|href|poster|data)\s{0,9}=\s{0,9}(?:"([^"]{1,2000})"|'([^']{1,2000})'|([^\s"'`]{1,2000}))""",
    re.IGNORECASE,
)
_POST_URL = re.compile(r"\{%-?\s{0,9}(?:post_url|link)\s{1,9}([^\s%]{1,500})\s{0,9}-?%\}")
_TEMPLATE = re.compile(r"\{%[^\n%]{1,300}%\}|\{\{[<%]?[^\n{}]{1,300}\}\}")
_COMPONENT = re.compile(r"^(?:import|export)\s[^\n]{1,300}|</?[A-Z][A-Za-z]{1,60}\b[^<>\n]{0,300}>", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Target:
    """A place in a text that names a URL, or a file as Jekyll's `{% post_url %}` does."""

    start: int
    end: int
    url: str
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class Leftover:
    """A piece of a template language, which means nothing in Markdown."""

    start: int
    text: str


def targets(markdown: str) -> list[Target]:
    """Return every URL of a text, in order."""
    masked = without_code(markdown)
    found: dict[int, Target] = {}
    for start, end in _spans(masked):
        # a URL made by a template is reported as a leftover
        if markdown[start] != "{":
            found.setdefault(start, Target(start, end, unescape(markdown[start:end])))
    for match in _POST_URL.finditer(masked):
        found[match.start()] = Target(match.start(), match.end(), match[1], is_file=True)
    return [found[start] for start in sorted(found)]


def leftovers(markdown: str, *, mdx: bool = False) -> Iterator[Leftover]:
    """Yield the template tags of Jekyll, Hexo, Hugo and Zola, and MDX components, that stand in the text."""
    masked = without_code(markdown)
    for pattern in (_TEMPLATE, _COMPONENT) if mdx else (_TEMPLATE,):
        for match in pattern.finditer(masked):
            if not _POST_URL.match(match[0]):
                yield Leftover(match.start(), match[0])


def replaced(markdown: str, replacements: Iterable[tuple[Target, str]]) -> str:
    """Return the text with the URLs of some targets replaced; the targets do not overlap."""
    pieces: list[str] = []
    position = 0
    for target, url in sorted(replacements, key=lambda one: one[0].start):
        pieces += [markdown[position : target.start], url]
        position = target.end
    return "".join([*pieces, markdown[position:]])


def _spans(masked: str) -> Iterator[tuple[int, int]]:
    for pattern in (_DEFINITION, _INLINE):
        for match in pattern.finditer(masked):
            yield match.span(1 if match[1] is not None else 2)
    for tag in _TAG.finditer(masked):
        for match in _ATTRIBUTE.finditer(tag[1]):
            start, end = match.span(match.lastindex or 0)
            yield tag.start(1) + start, tag.start(1) + end
