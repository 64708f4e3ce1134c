"""Finds in HTML what could run, load, style or pose as a part of the page, by a parser of its own.

Knows nothing of the sanitiser: what is harmless is listed here once more, and anything else is an offence.
"""

import re
from html.parser import HTMLParser

from lxml import html as lxml_html

ELEMENTS = """
    a abbr aside audio b bdi bdo blockquote br caption cite code data dd del details dfn div dl dt em figcaption figure
    footer h1 h2 h3 h4 h5 h6 header hr i img input ins kbd label li mark meter ol p pre progress q rp rt ruby s samp
    section small source span strong sub summary sup table tbody td tfoot th thead time tr u ul var video wbr
"""
ATTRIBUTES = """
    abbr alt aria-label checked class colspan controls data-language datetime decoding dir disabled height high href id
    lang loading loop low max min muted open optimum poster rel reversed rowspan scope src start tabindex title type
    value width
"""
HARMLESS_ELEMENTS = frozenset(ELEMENTS.split())
HARMLESS_ATTRIBUTES = frozenset(ATTRIBUTES.split())
ADDRESSES = frozenset({"href", "poster", "src"})
HARMLESS_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
# Browsers take these out of an address wherever they stand, and the others off its ends (URL Standard, 4.4).
IGNORED_IN_ADDRESSES = re.compile(r"[\t\r\n]|^[\x00-\x20]+|[\x00-\x20]+$")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def offences(html: str) -> list[str]:
    """Return what is dangerous in `html`, as two parsers read it that have nothing in common with the sanitiser."""
    return sorted({*_by_the_standard_library(html), *_by_libxml(html)})


class _Walk(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += _judge(tag, attrs)

    def handle_comment(self, data: str) -> None:
        self.found.append("a comment")

    def handle_decl(self, decl: str) -> None:
        self.found.append("a declaration")

    def handle_pi(self, data: str) -> None:
        self.found.append("a processing instruction")


def _by_the_standard_library(html: str) -> list[str]:
    walk = _Walk()
    walk.feed(html)
    walk.close()
    return walk.found


def _by_libxml(html: str) -> list[str]:
    found = []
    for element in lxml_html.document_fromstring(f"<html><body>{html}</body></html>").body.iterdescendants():
        found += _judge(str(element.tag), list(element.attrib.items()))
    return found


def _judge(element: str, attributes: list[tuple[str, str | None]]) -> list[str]:
    found = [] if element in HARMLESS_ELEMENTS else [f"<{element}>"]
    for name, value in attributes:
        if name not in HARMLESS_ATTRIBUTES:
            found.append(f"<{element} {name}>")
        elif name in ADDRESSES:
            scheme = SCHEME.match(IGNORED_IN_ADDRESSES.sub("", value or ""))
            if scheme and scheme[1].lower() not in HARMLESS_SCHEMES:
                found.append(f"<{element} {name}={scheme[0]}>")
        elif name == "id" and not (value or "").startswith("h-"):
            found.append(f"<{element} id={value}>")
    return found
