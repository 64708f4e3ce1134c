"""A megabyte of anything is rendered in seconds; were one of these quadratic, it would take from minutes to days.

All of it in a thread with the small stack that a server gives its threads: too deep a recursion would end the process.
"""

import json
import threading
from html import unescape
from html.parser import HTMLParser

import pytest

from api.blog.markdown import render
from api.blog.markdown.elements import MOST_NESTED
from api.blog.markdown.policy import VOID
from tests.support.shared_data import shared_data

MEGABYTE = 1_000_000
SMALL_STACK = 512 * 1024
COLUMNS = 1_000
FAMOUS = {
    "brackets": "[" * MEGABYTE,
    "stars": "*" * MEGABYTE,
    "quotation marks": ">" * MEGABYTE,
    "backticks": "`" * MEGABYTE,
    "lists in lists": "".join("  " * depth + "- a\n" for depth in range(1_000)),
    "columns": "|a" * COLUMNS + "\n" + "|-" * COLUMNS + "\n" + "|b" * (MEGABYTE // 2),
    "cells that are not there": "|a" * COLUMNS + "\n" + "|-" * COLUMNS + "\n" + "|b\n" * (MEGABYTE // 3),
    "columns alone": "|a" * (MEGABYTE // 4) + "\n" + "|-" * (MEGABYTE // 4),
    "addresses": "a@b.cc " * (MEGABYTE // 7),
    "ampersands": "&" * MEGABYTE,
    "divisions without an end": "<div>" * (MEGABYTE // 5),
}
PATTERNS = {
    "images": "![",
    "openers of emphasis": "*a **a ",
    "closers of emphasis": "a**b c* ",
    "underscores": "_a",
    "quotations": "> ",
    "quotations in lists": "- > 1. ",
    "backticks of growing length": "".join("`" * length + "a" for length in range(1, 200)),
    "tildes": "~~a ",
    "unended links": "[a](",
    "unended definitions": "[a]: <",
    "references": "[a][b]",
    "addresses in brackets": "]a@b.cc ",
    "addresses without an end": "www.",
    "sites": "https://e.org/<",
    "dollars": "$",
    "math in backticks": "$`",
    "definitions": "\n\na\n: b",
    "footnotes": "[^1]: a\n\n",
    "references to a footnote": "[^1]",
    "tasks": "- [ ] a\n",
    "alerts": "> [!NOTE]\n",
    "headings of one name": "# a\n",
    "underlined headings": "a\n-\n",
    "fences": "```\n",
    "fences in quotations": "> ```\n",
    "line ends": "\n",
    "tabs": "\t",
    "nothing": "\0",
    "lone surrogates": "\ud800",
    "backslashes": "\\",
    "less than": "<",
    "bold without an end": "<b>",
    "links in links": "<a href=x>",
    "elements of any name": "<x>",
    "paragraphs without an end": "<p>a",
    "tables in tables": "<table><tr><td>",
    "rubbish in a table": "<table>a<b>c</b>",
    "list items": "<ul><li>",
    "misnested": "<b><i></b></i>",
    "end tags": "</b></p></div>",
    "comments without an end": "<!--",
    "declarations": "<!x",
    "scripts without an end": "<script>",
    "drawings without an end": "<svg>",
    "tags without an end": '<a href="',
    "attributes": "<a " + "b=c " * 1000,
    "documents": "<html a=b><body c=d>",
    "ids": "<p id=a>",
    "code": "```c\n" + " \n" * 5000 + "```\n",
}
WHOLE_TEXTS = {
    "a division for ever": "<div>\n" + "&" * MEGABYTE,
    "a tag for ever": "<a" + " b" * (MEGABYTE // 2) + ">",
    "brackets after an address": "https://e.org/" + ")" * MEGABYTE,
    "bold before all paragraphs": "".join(f"<b id=a{n}>" for n in range(200)) + "<p>a" * (MEGABYTE // 4),
    "one long reference": "[a]: /" + "b" * (MEGABYTE // 2) + "\n\n" + "[a] " * (MEGABYTE // 8),
    "footnotes in footnotes": "".join(f"[^{n}]: [^{n + 1}]\n\n" for n in range(MEGABYTE // 20)) + "[^0]",
    "one long word": "a" * MEGABYTE,
    "one long line of code": "```js\n" + "a." * (MEGABYTE // 2) + "\n```",
}


@pytest.mark.timeout(100)
@pytest.mark.parametrize("name", FAMOUS)
def test_a_megabyte_of_what_parsers_are_known_to_stumble_over_is_rendered_in_seconds(name):
    _render_on_a_small_stack(FAMOUS[name])


@pytest.mark.full
@pytest.mark.timeout(100)
@pytest.mark.parametrize("name", PATTERNS)
def test_a_megabyte_of_one_pattern_is_rendered_in_seconds(name):
    pattern = PATTERNS[name]
    _render_on_a_small_stack(pattern * (MEGABYTE // len(pattern)))


@pytest.mark.full
@pytest.mark.timeout(100)
@pytest.mark.parametrize("name", WHOLE_TEXTS)
def test_a_megabyte_of_one_idea_is_rendered_in_seconds(name):
    _render_on_a_small_stack(WHOLE_TEXTS[name])


@pytest.mark.parametrize("pattern", ["> ", "- ", "1. ", "<div>", "<b>", "*a ", "<ul><li>"])
def test_what_is_nested_too_deep_is_flattened_and_no_word_is_lost(pattern):
    rendered = render(pattern * 1_000 + "word" + "*" * 1_000)
    assert "word" in rendered.plain_text
    assert _depth(rendered.html) <= MOST_NESTED + 2


@pytest.mark.parametrize(
    "address", ["a@b.cc", "a@-b.cc", "a@_b.cc", "a@.bb", ".@b.cc", "mailto:@b.cc", "xmpp:a@b.cc/d"]
)
def test_no_form_of_address_ends_the_process_by_its_number(address):
    _render_on_a_small_stack(f"{address} " * 20_000)


def test_an_absurd_text_loses_an_extension_and_not_its_words():
    rendered = render("a@b.cc " * 1_000 + "**b**")
    assert "<a " not in rendered.html
    assert "<strong>b</strong>" in rendered.html


def test_a_table_is_filled_up_where_cells_are_missing_until_nobody_would_have_written_it():
    ragged = render("|a|b|c|\n|-|-|-|\n" + "|d\n" * 1_000)
    assert ragged.html.count("<td>") == 3_000
    absurd = "|a" * 500 + "\n" + "|-" * 500 + "\n" + "|b\n" * 500
    assert len(render(absurd).html) < 2 * len(absurd)


def test_all_attacks_of_dompurify_s_corpus_at_once_are_rendered():
    attacks = json.loads((shared_data("xss") / "dompurify-expect.json").read_text(encoding="utf-8"))
    _render_on_a_small_stack("\n\n".join(attack["payload"] for attack in attacks) * 10)


def _render_on_a_small_stack(source):
    html = []
    before = threading.stack_size(SMALL_STACK)
    try:
        thread = threading.Thread(target=lambda: html.append(render(source).html))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    assert len(html) == 1
    assert len(unescape(html[0])) <= 40 * MEGABYTE


def _depth(html):
    deepest = depth = 0

    class Walk(HTMLParser):
        def handle_starttag(self, tag, attrs):
            nonlocal depth, deepest
            depth += tag not in VOID
            deepest = max(deepest, depth)

        def handle_endtag(self, tag):
            nonlocal depth
            depth -= 1

    Walk().feed(html)
    return deepest
