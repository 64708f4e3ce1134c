"""From the parser's HTML to a stream of text and tags in which every element closes, in order and at a bounded depth.

Authors' raw HTML may be anything, and an HTML parser's repair of misnested elements is quadratic in time and sometimes
in size. So elements are put right here, in one pass, before the sanitiser parses the text for good.
"""

import re
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from html import escape, unescape

from api.blog.markdown.policy import BLOCKS, DROPPED_WITH_CONTENT, INLINE, VOID, printable

# Browsers flatten what is nested more than 512 deep; nobody reads what is nested a hundred deep.
MOST_NESTED = 100
_MOST_ATTRIBUTES = 32

_ATTRIBUTE = re.compile(r"""[\s/]*+([^\s"'<>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'=<>`]++)))?+""")
# Possessive throughout: there is one way to read a tag, and a text that is none is not read twice.
_MARKUP = re.compile(
    r"""<(?:
        (?P<end>/?)(?P<name>[A-Za-z][^\s"'<>/=]*+)
        (?P<attributes>(?:[\s/]*+[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+)*+)[\s/]*+>
        |!--(?:-?>|.*?(?:--!?>|\Z))
        |[!?/][^>]*+(?:>|\Z)
    )?+""",
    re.VERBOSE | re.DOTALL,
)
_END = {name: re.compile(rf"</{name}\s*+>", re.IGNORECASE) for name in DROPPED_WITH_CONTENT}
_BARE_AMPERSAND = re.compile(r"&(?!(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")

# Which open elements an element closes by beginning, and which keep it from looking further.
_ROWS, _CELLS = frozenset({"tr"}), frozenset({"td", "th"})
_ROW_GROUPS = frozenset({"caption", "tbody", "tfoot", "thead"})
_TABLE = frozenset({"table"})
_LISTS = frozenset({"ol", "ul"})
_AROUND_CELLS = frozenset({"table", "tbody", "tfoot", "thead", "tr"})
# What holds words and no blocks, and so ends where one begins.
_WITHOUT_BLOCKS = ("label", "p")
_TABLE_PARTS = _ROW_GROUPS | _ROWS | _CELLS
_CLOSES = {
    "a": (frozenset({"a"}), _CELLS),
    "dd": (frozenset({"dd", "dt"}), frozenset({"dl"})),
    "dt": (frozenset({"dd", "dt"}), frozenset({"dl"})),
    "li": (frozenset({"li"}), _LISTS),
    "td": (_CELLS, _ROWS | _TABLE),
    "th": (_CELLS, _ROWS | _TABLE),
    "tr": (_ROWS, _TABLE),
    **dict.fromkeys(_ROW_GROUPS, (_ROW_GROUPS, _TABLE)),
    **{f"h{level}": (frozenset({f"h{other}" for other in range(1, 7)}), BLOCKS) for level in range(1, 7)},
}


@dataclass(slots=True)
class Tag:
    """A start or end tag; its attributes are unescaped, and those without a value have the empty one."""

    name: str
    is_end: bool = False
    attributes: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the tag as HTML."""
        if self.is_end:
            return f"</{self.name}>"
        if not self.attributes:
            return f"<{self.name}>"
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in self.attributes.items())
        return f"<{self.name}{attributes}>"


def balanced(html: str) -> list[Tag | str]:
    """Return the tags of allowed elements, balanced and nested at most `MOST_NESTED` deep, and escaped text."""
    nesting = _Nesting()
    for item in _allowed(html):
        if isinstance(item, str):
            nesting.items.append(item)
        elif item.is_end:
            nesting.end(item)
        else:
            nesting.start(item)
    nesting.close(MOST_NESTED)
    return nesting.items


def _allowed(html: str) -> Iterator[Tag | str]:
    """Yield text and the tags of allowed elements, in order; leave out comments and everything not allowed."""
    html = _BARE_AMPERSAND.sub("&amp;", printable(html))
    position = 0
    unended: set[str] = set()
    while (markup := _MARKUP.search(html, position)) is not None:
        if markup.start() > position:
            yield html[position : markup.start()]
        position = markup.end()
        if markup["name"] is None:
            if markup.end() == markup.start() + 1:
                yield "&lt;"
            continue
        name = markup["name"].lower()
        if name in INLINE or name in BLOCKS:
            yield Tag(name, is_end=True) if markup["end"] else Tag(name, False, _attributes(markup["attributes"]))
        elif name in _END and name not in unended and not markup["end"] and not markup[0].endswith("/>"):
            end = _END[name].search(html, position)
            if end is None:
                unended.add(name)
            else:
                position = end.end()
    if position < len(html):
        yield html[position:]


def _attributes(text: str) -> dict[str, str]:
    attributes: dict[str, str] = {}
    if not text:
        return attributes
    for match in _ATTRIBUTE.finditer(text):
        if len(attributes) == _MOST_ATTRIBUTES:
            break
        name, double, single, bare = match.groups()
        attributes.setdefault(name.lower(), unescape(double or single or bare or ""))
    return attributes


class _Nesting:
    """What was let through so far, and the elements of it that are open, innermost last."""

    def __init__(self) -> None:
        self.items: list[Tag | str] = []
        self._open: list[str] = []
        self._count: Counter[str] = Counter()
        self._ignored: Counter[str] = Counter()

    def start(self, tag: Tag) -> None:
        if not self._may_stand_here(tag.name):
            self._ignored[tag.name] += tag.name not in VOID
            return
        if tag.name in BLOCKS:
            for name in _WITHOUT_BLOCKS:
                if self._count[name]:
                    self._close_through({name}, _CELLS)
        if tag.name in _CLOSES:
            self._close_through(*_CLOSES[tag.name])
        self.items.append(tag)
        if tag.name not in VOID:
            self._open.append(tag.name)
            self._count[tag.name] += 1

    def _may_stand_here(self, name: str) -> bool:
        if name in _TABLE_PARTS:
            return self._count["table"] > 0
        is_between_cells = bool(self._open) and self._open[-1] in _AROUND_CELLS
        return len(self._open) < MOST_NESTED and not is_between_cells

    def end(self, tag: Tag) -> None:
        if self._ignored[tag.name]:
            self._ignored[tag.name] -= 1
        elif self._count[tag.name]:
            # What stands in a cell cannot end what stands around the table.
            self._close_through({tag.name}, frozenset() if tag.name in _TABLE_PARTS | _TABLE else _CELLS)

    def close(self, number: int) -> None:
        """Close that many elements, or all if there are fewer."""
        for name in reversed(self._open[-number:]):
            self._count[name] -= 1
            self.items.append(Tag(name, is_end=True))
        del self._open[-number:]

    def _close_through(self, names: AbstractSet[str], boundary: AbstractSet[str]) -> None:
        """Close the innermost element of one of these names with all it holds, unless a boundary stands between."""
        for depth, name in enumerate(reversed(self._open), start=1):
            if name in names:
                self.close(depth)
                return
            if name in boundary:
                return
