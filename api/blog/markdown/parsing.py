"""From Markdown to HTML: comrak, with those extensions whose cost the text keeps in bounds.

The parser's core is linear on whatever it is given, but some of its extensions are not, and one of them recurses for
each e-mail address until the stack ends. So what each extension would cost is estimated first, and one that would cost
too much is left off: an absurd text is then shown with fewer features, and no honest text comes near a limit.
"""

import re
from collections.abc import Callable, Mapping

import comrak

# Steps of a quadratic scan that take about half a second on the machine the limits were measured on.
_AFFORDABLE_STEPS = 300_000_000
# comrak recurses once for each address in a text: 800 of them end a stack of 256 kB.
_MOST_ADDRESSES = 200
# Each reference to a footnote is shown about 70 times as long as it is written.
_MOST_FOOTNOTE_MARKS = 5_000
# Each definition looks back at those before it: 4,000 take half a second.
_MOST_DEFINITIONS = 2_000
# Missing cells are filled in, so that three bytes of a row can become a thousand cells: 50,000 take a second.
_MOST_MISSING_CELLS = 50_000
# Each column is counted again for each of them: 40,000 take eleven seconds, these a tenth of one.
_MOST_COLUMNS = 5_000
# Twice as deep as anything is shown. Alerts look at the rest of the line after each `>`.
_MOST_QUOTE_MARKS = 200
# The brackets at the end of an address are counted again for each of them, which is nothing in a short one.
_SHORT_WORD = 1_000
_ADDRESS = re.compile(r"[\w.+:-]@[\w.-]")
_DEFINITION = re.compile(r"^[ \t>]*:[ \t]", re.MULTILINE)
_TOO_MANY_QUOTE_MARKS = re.compile(rf"^([ \t]*(?:>[ \t]*+){{{_MOST_QUOTE_MARKS}}})[> \t]++", re.MULTILINE)
# What a delimiter row may be made of, wherever in quotes and lists it stands.
_DELIMITERS = " \t>*+0123456789.)|:-"

_TASK = re.compile(r'(<li class="task-list-item">)(<input [^>]*> ?)(\n<p>)?')
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n?")


def cleaned(source: str) -> str:
    """Return `source` as the parser is given it.

    With line feeds only; without lone surrogates, which no encoding can write; with at most 200 `>` before a line.
    """
    if _LONE_SURROGATE.search(source):
        source = source.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    source = _LINE_END.sub("\n", source.removeprefix("\ufeff"))
    return _TOO_MANY_QUOTE_MARKS.sub(r"\1", source)


def commonmark(source: str) -> str:
    """Render plain CommonMark 0.31.2, with raw HTML as it stands: the bare parser, held to the examples of the spec."""
    return comrak.render_markdown(source, render_options=_render_options())


def extended(source: str) -> str:
    """Render CommonMark with our extensions. The HTML is not safe to show.

    `source` has been cleaned. Extensions: tables, strikethrough, task lists and autolinks as GitHub has them (GFM
    0.29), footnotes, alerts, definition lists, and math between dollar signs.
    """
    options = comrak.ExtensionOptions()
    options.strikethrough = options.tasklist = options.alerts = True
    for extension in _affordable(source):
        setattr(options, extension, True)
    return comrak.render_markdown(source, options, comrak.ParseOptions(), _render_options())


def labelled(html: str) -> str:
    """Make the words beside the box of a task its label, in its first paragraph if it has paragraphs.

    The labels are not ended. They end with the block they stand in, and before a block within it.
    """
    return _TASK.sub(r"\1\3<label>\2", html)


def _render_options() -> comrak.RenderOptions:
    options = comrak.RenderOptions()
    options.unsafe_ = True
    options.tasklist_classes = True
    return options


def _affordable(source: str) -> list[str]:
    return [extension for extension, affordable in _AFFORDABLE.items() if affordable(source)]


def _steps(source: str, *marks: str) -> int:
    """Estimate the steps of an extension that scans the rest of a paragraph at each of its marks."""
    if not any(mark in source for mark in marks):
        return 0
    return sum(len(paragraph) * sum(paragraph.count(mark) for mark in marks) for paragraph in source.split("\n\n"))


def _autolinks_are_affordable(source: str) -> bool:
    if source.count("@") > _MOST_ADDRESSES and len(_ADDRESS.findall(source)) > _MOST_ADDRESSES:
        return False
    brackets = sum(len(word) * word.count(")") for word in source.split() if len(word) > _SHORT_WORD)
    return brackets + _steps(source, "://", "www.") <= _AFFORDABLE_STEPS


def _footnotes_are_affordable(source: str) -> bool:
    return source.count("[^") <= _MOST_FOOTNOTE_MARKS and _steps(source, "[^") <= _AFFORDABLE_STEPS


def _tables_are_affordable(source: str) -> bool:
    columns = missing = 0
    for row in source.split("\n"):
        bars = row.count("|")
        if not row.strip():
            columns = 0
        elif bars and not row.strip(_DELIMITERS):
            columns = max(columns, bars + 1)
        missing += max(0, columns - bars)
        if columns > _MOST_COLUMNS or missing > _MOST_MISSING_CELLS:
            return False
    return True


_AFFORDABLE: Mapping[str, Callable[[str], bool]] = {
    "autolink": _autolinks_are_affordable,
    "footnotes": _footnotes_are_affordable,
    "table": _tables_are_affordable,
    "description_lists": lambda source: len(_DEFINITION.findall(source)) <= _MOST_DEFINITIONS,
    "math_dollars": lambda source: _steps(source, "$") <= _AFFORDABLE_STEPS,
    "math_code": lambda source: _steps(source, "$") <= _AFFORDABLE_STEPS,
}
