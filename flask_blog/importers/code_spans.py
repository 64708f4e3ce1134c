"""Blanks out code and comments in a Markdown text, keeping its length, in one pass over each kind.

An approximation of CommonMark that is right for real posts: fenced blocks, code spans, HTML comments, and the HTML
elements whose content is no Markdown. Code by indentation is not told from what stands in a list.
"""

import re
from collections.abc import Callable

_FENCE = re.compile(r"^[ \t>]{0,12}(?:[-*+][ \t]{1,4})?(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_TICKS = re.compile(r"`+")
_PARAGRAPH_END = re.compile(r"(\n[ \t]*\n)")
_NOT_NEWLINE = re.compile(r"[^\n]")
_VERBATIM_ELEMENTS = ("pre", "code", "script", "style")


def without_code(markdown: str) -> str:
    """Return a copy of the same length in which code and comments are spaces."""
    text = _without_fences(markdown)
    text = _without_pairs(text, re.compile("<!--"), re.compile("-->"))
    text = "".join(map(_without_spans, _PARAGRAPH_END.split(text)))
    for name in _VERBATIM_ELEMENTS:
        opening, closing = (re.compile(rf"<{slash}{name}\b", re.IGNORECASE) for slash in ("", "/"))
        text = _without_pairs(text, opening, closing)
    return text


def _blank(text: str) -> str:
    return _NOT_NEWLINE.sub(" ", text)


def _without_pairs(text: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> str:
    """Blank from each opening to its closing; an opening that is never closed is text."""
    pieces: list[str] = []
    position = 0
    while (begin := opening.search(text, position)) and (end := closing.search(text, begin.end())):
        pieces += [text[position : begin.start()], _blank(text[begin.start() : end.end()])]
        position = end.end()
    return "".join([*pieces, text[position:]])


def _without_fences(text: str) -> str:
    pieces: list[str] = []
    position = 0
    opening: re.Match[str] | None = None
    for fence in _FENCE.finditer(text):
        if opening is None:
            # the info string of a backtick fence holds no backtick
            if "`" not in fence[2] or fence[1][0] == "~":
                opening = fence
                pieces.append(text[position : fence.start()])
                position = fence.start()
        elif fence[1].startswith(opening[1]) and not fence[2].strip():
            pieces.append(_blank(text[position : fence.end()]))
            position = fence.end()
            opening = None
    rest: Callable[[str], str] = str if opening is None else _blank
    return "".join([*pieces, rest(text[position:])])


def _without_spans(paragraph: str) -> str:
    """Blank code spans: from a run of backticks to the next run of the same length."""
    runs = list(_TICKS.finditer(paragraph))
    last_of = {len(run[0]): index for index, run in enumerate(runs)}
    pieces: list[str] = []
    position = index = 0
    while index < len(runs):
        begin = runs[index]
        # without a later run of its length it is text; asking first keeps this linear
        if last_of[len(begin[0])] > index:
            index = next(i for i in range(index + 1, len(runs)) if len(runs[i][0]) == len(begin[0]))
            end = runs[index].end()
            pieces += [paragraph[position : begin.start()], _blank(paragraph[begin.start() : end])]
            position = end
        index += 1
    return "".join([*pieces, paragraph[position:]])
