"""The names by which parts of an article are reached: ids of headings and of whatever else an author named."""

import re
import unicodedata
from collections import Counter
from urllib.parse import unquote

from api.blog.markdown.policy import ID_PREFIX

_LONGEST = 80
_SPACES = re.compile(r"\s+")
# The parser names footnotes and the references to them so.
_OF_FOOTNOTES = ("fn-", "fnref-")
# Letters, marks, digits and connectors: with hyphens and spaces all that GitHub leaves of a heading.
_KEPT = frozenset({"Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl", "No", "Pc"})


def slug(text: str) -> str:
    """Return the anchor GitHub would give a heading, in any script: `Größe & Maß` becomes `größe--maß`."""
    text = unicodedata.normalize("NFC", _SPACES.sub(" ", text.strip()).lower())
    kept = (c for c in text if c in " -" or unicodedata.category(c) in _KEPT)
    return "".join(kept).replace(" ", "-")[:_LONGEST]


class Anchors:
    """The ids of one article, each of them once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._used: Counter[str] = Counter()

    def named(self, name: str) -> str | None:
        """Return the id for what an author named `name`; None if something bears that name already."""
        anchor = ID_PREFIX + _SPACES.sub("-", name.strip().removeprefix(ID_PREFIX))
        if anchor in self._taken or anchor == ID_PREFIX:
            return None
        self._taken.add(anchor)
        return anchor

    def heading(self, text: str) -> str:
        """Return a new id for a heading: its slug, and from the second of that name on a number."""
        name = slug(text) or "section"
        if name.startswith(_OF_FOOTNOTES):
            name = f"section-{name}"
        while True:
            number = self._used[name]
            self._used[name] += 1
            anchor = f"{ID_PREFIX}{name}-{number}" if number else ID_PREFIX + name
            if anchor not in self._taken:
                self._taken.add(anchor)
                return anchor

    def target(self, fragment: str) -> str:
        """Return what a link to `#fragment` means: an id written with or without its prefix, a heading's words.

        What names nothing in the article stays as it is; it may name something on the page around it.
        """
        for name in (fragment, unquote(fragment)):
            for anchor in (ID_PREFIX + name, name, ID_PREFIX + slug(name)):
                if anchor in self._taken:
                    return anchor
        return fragment
