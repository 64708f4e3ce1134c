"""From balanced elements to an article: anchors and contents, figures, coloured code, math, tables, tasks."""

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape, unescape
from typing import ClassVar, NamedTuple, TypedDict

from api.blog.markdown.anchors import Anchors
from api.blog.markdown.attributes import MediaInfo, language, put_right
from api.blog.markdown.elements import Tag
from api.blog.markdown.highlighting import highlighted
from api.blog.markdown.policy import BLOCKS, VOID
from api.blog.markdown.transcript import Transcript

# A heading in one of these belongs to what is quoted or listed, not to the structure of the article.
_ASIDE = frozenset({"aside", "blockquote", "dd", "details", "li", "section", "td", "th"})
_CUSTOM_ID = re.compile(r"\s*\{#([^\s{}]+)\}\s*$")
_LONG = 5_000
_PART = re.compile(rf"(?:&[^;]*;|[^&]){{{_LONG}}}")
_LINK = re.compile(r"</?a[ >]")
_MATH = "data-math-style"
_BREAKS = {**dict.fromkeys(BLOCKS, "\n"), "br": "\n", "td": " ", "th": " "}


class TocEntry(TypedDict):
    """A heading of the article: its anchor, its level from 1 to 6 and its text."""

    id: str
    level: int
    text: str


class _Opening(NamedTuple):
    """An open element: its tag, and where it began in the article and in the transcript."""

    tag: Tag
    place: int
    heard: int


class Article:
    """Builds an article from its elements in one pass."""

    def __init__(self, items: Iterable[Tag | str], media: Mapping[str, MediaInfo]) -> None:
        self.toc: list[TocEntry] = []
        self.transcript = Transcript()
        self._media = media
        self._anchors = Anchors()
        self._pieces: list[str] = []
        self._open: list[_Opening] = []
        self._names: list[str] = []
        self._links: list[tuple[int, Tag]] = []
        self._image: _Opening | None = None
        self._code = Tag("code")
        self._silent_from: int | None = None
        for item in items:
            if isinstance(item, str):
                self._add_text(item)
            elif item.is_end:
                self._end(item.name)
            else:
                self._start(item)
        self._aim_links()

    @property
    def html(self) -> str:
        """The article, not sanitised yet."""
        return "".join(_parted(piece) if len(piece) > _LONG else piece for piece in self._pieces)

    def _add_text(self, text: str) -> None:
        heard = unescape(text) if "&" in text else text
        if self._pieces and self._pieces[-1].startswith("<pre"):
            # Each parser takes a line end at the beginning away; the text is the same however often it was parsed.
            heard = heard.lstrip("\r\n")
            text = escape(heard, quote=False)
            if not text:
                return
        self._pieces.append(text)
        self._say(heard)

    def _say(self, text: str) -> None:
        if self._silent_from is None:
            self.transcript.add(text, is_code="pre" in self._names)

    def _start(self, tag: Tag) -> None:
        self._break_at(tag.name)
        put_right(tag, self._anchors, self._media)
        opening = _Opening(tag, len(self._pieces), len(self.transcript))
        self._pieces.append(str(tag))
        if tag.name not in VOID:
            self._open.append(opening)
            self._names.append(tag.name)
        if self._silent_from is None and "footnote-" in tag.attributes.get("class", ""):
            self._silent_from = len(self._open)
        if tag.name in self._BEGIN:
            self._BEGIN[tag.name](self, opening)

    def _end(self, name: str) -> None:
        if self._silent_from == len(self._open):
            self._silent_from = None
        opening = self._open.pop()
        self._names.pop()
        if name in self._FINISH:
            self._FINISH[name](self, opening)
        else:
            self._pieces.append(f"</{name}>")
        self._break_at(name)

    def _break_at(self, name: str) -> None:
        if name in _BREAKS:
            self._say(_BREAKS[name])

    def _begin_link(self, opening: _Opening) -> None:
        if opening.tag.attributes.get("href", "").startswith("#"):
            self._links.append((opening.place, opening.tag))

    def _aim_links(self) -> None:
        """Lead links within the article to their targets, which are all known only now."""
        for place, tag in self._links:
            tag.attributes["href"] = "#" + self._anchors.target(tag.attributes["href"][1:])
            self._pieces[place] = str(tag)

    def _begin_image(self, opening: _Opening) -> None:
        self._image = opening

    def _finish_paragraph(self, opening: _Opening) -> None:
        if self._image and self._image.place > opening.place:
            inside = (piece for piece in self._pieces[opening.place + 1 :] if not piece.isspace())
            if [piece for piece in inside if not _LINK.match(piece)] == [str(self._image.tag)]:
                self._turn_into_figure(opening, self._image)
                return
        self._pieces.append("</p>")
        is_remark = "class" in opening.tag.attributes or "section" in self._names
        if not is_remark:
            self.transcript.end_paragraph(opening.heard, at_the_top=not self._open)

    def _turn_into_figure(self, paragraph: _Opening, image: _Opening) -> None:
        """Make a figure of a paragraph that holds but an image; the image's title becomes its caption."""
        caption = image.tag.attributes.pop("title", "")
        paragraph.tag.name = "figure"
        for opening in (paragraph, image):
            self._pieces[opening.place] = str(opening.tag)
        if caption:
            self._pieces.append(f"<figcaption>{escape(caption)}</figcaption>")
            self._say(caption)
        self._pieces.append("</figure>")

    def _finish_heading(self, opening: _Opening) -> None:
        tag = opening.tag
        custom = _CUSTOM_ID.search(self._pieces[-1])
        if custom:
            self._pieces[-1] = self._pieces[-1][: custom.start()]
            self.transcript.take_back(len(unescape(custom[0])))
        text = self.transcript.since(opening.heard)
        anchor = self._anchors.named(unescape(custom[1])) if custom else tag.attributes.get("id")
        tag.attributes["id"] = anchor or self._anchors.heading(text)
        self._pieces[opening.place] = str(tag)
        self._pieces.append(f"</{tag.name}>")
        if text and _ASIDE.isdisjoint(self._names):
            self.toc.append({"id": tag.attributes["id"], "level": int(tag.name[1]), "text": text})

    def _finish_span(self, opening: _Opening) -> None:
        style = opening.tag.attributes.get(_MATH)
        if style:
            self._pieces[opening.place] = str(_math("span", style))
        self._pieces.append("</span>")

    def _finish_code(self, opening: _Opening) -> None:
        if _MATH in opening.tag.attributes and "pre" not in self._names:
            self._finish_span(opening)
        else:
            self._code = opening.tag
            self._pieces.append("</code>")

    def _finish_preformatted(self, opening: _Opening) -> None:
        inside = self._pieces[opening.place + 1 :]
        text = inside[1:-1]
        if inside[:1] != [str(self._code)] or inside[-1] != "</code>" or any(map(_is_tag, text)):
            self._pieces.append("</pre>")
            return
        del self._pieces[opening.place :]
        self._pieces += _code_block(opening.tag, self._code, unescape("".join(text)))

    def _begin_preformatted(self, opening: _Opening) -> None:
        # What is too wide for its column scrolls, and must do so by keyboard too.
        opening.tag.attributes["tabindex"] = "0"
        self._pieces[opening.place] = str(opening.tag)

    def _begin_table(self, opening: _Opening) -> None:
        self._pieces[opening.place] = f'<div class="table-scroll" tabindex="0">{opening.tag}'

    def _finish_table(self, _: _Opening) -> None:
        self._pieces.append("</table></div>")

    _BEGIN: ClassVar[Mapping[str, Callable[["Article", _Opening], None]]] = {
        "a": _begin_link,
        "img": _begin_image,
        "pre": _begin_preformatted,
        "table": _begin_table,
    }
    _FINISH: ClassVar[Mapping[str, Callable[["Article", _Opening], None]]] = {
        "code": _finish_code,
        "p": _finish_paragraph,
        "pre": _finish_preformatted,
        "span": _finish_span,
        "table": _finish_table,
        **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _finish_heading),
    }


def _is_tag(piece: str) -> bool:
    return piece.startswith("<")


def _math(name: str, style: str) -> Tag:
    """Return the start of an element with TeX in it, which the reader's browser may typeset."""
    return Tag(name, attributes={"class": f"math {'inline' if style == 'inline' else 'display'}"})


def _code_block(tag: Tag, code: Tag, text: str) -> tuple[str, ...]:
    if _MATH in code.attributes:
        return str(_math("div", "display")), escape(text, quote=False), "</div>"
    name = language(code)
    tag.attributes["class"] = "highlight"
    if name:
        tag.attributes["data-language"] = name
    return f"{tag}{code}", highlighted(text, name), "</code></pre>"


def _parted(piece: str) -> str:
    """Put comments into a long text, for the sanitiser is quadratic in an unbroken one; it takes them out again."""
    return piece if "<" in piece else _PART.sub(r"\g<0><!---->", piece)
