"""The specifications' own examples: CommonMark 0.31.2 from the bare parser, GitHub's extensions from ours."""

import json
import re

from api.blog.markdown.parsing import commonmark, extended
from tests.support.shared_data import shared_data

TASK = re.compile(r' class="(?:contains-task-list|task-list-item|task-list-item-checkbox)"')
EXAMPLE = re.compile(r"^`{32} example[^\n]*\n(.*?\n)\.\n(.*?)^`{32}$", re.DOTALL | re.MULTILINE)
# GitHub shows these tags as text. Ours never get as far as a page: the sanitiser takes them out.
TAG_FILTER = "tagfilter"


def test_all_652_examples_of_commonmark_are_rendered_as_the_specification_says():
    examples = json.loads((shared_data("markdown-spec") / "commonmark-0.31.2-spec.json").read_text(encoding="utf-8"))
    wrong = [example["example"] for example in examples if commonmark(example["markdown"]) != example["html"]]
    assert (len(examples), wrong) == (652, [])


def test_the_examples_of_github_s_specification_for_our_extensions_are_rendered_as_github_does():
    examples = [
        example
        for example in json.loads((shared_data("markdown-spec") / "gfm-spec.json").read_text(encoding="utf-8"))
        if example["extensions"] and TAG_FILTER not in example["extensions"]
    ]
    wrong = [example["example"] for example in examples if extended(example["markdown"]) != example["html"]]
    assert (len(examples), wrong) == (21, [])


def test_the_examples_of_github_s_own_parser_for_tables_strikethrough_and_tasks_are_rendered_as_it_does():
    sections = re.split(r"^## ", _github_examples(), flags=re.MULTILINE)
    ours = [text for text in sections if text.startswith(("Tables", "Strikethrough", "Task lists"))]
    examples = [example for text in ours for example in EXAMPLE.findall(text)]
    wrong = [markdown for markdown, html in examples if TASK.sub("", extended(markdown)) != html]
    assert (len(examples), wrong) == (21, [])


def test_the_only_examples_of_commonmark_that_an_extension_changes_are_those_of_bare_addresses():
    examples = json.loads((shared_data("markdown-spec") / "commonmark-0.31.2-spec.json").read_text(encoding="utf-8"))
    changed = [example for example in examples if extended(example["markdown"]) != example["html"]]
    assert [example["example"] for example in changed] == [602, 608, 611, 612]
    assert {example["section"] for example in changed} == {"Autolinks"}


def _github_examples() -> str:
    text = (shared_data("markdown-spec") / "gfm-extensions.txt").read_text(encoding="utf-8")
    return text.replace("→", "\t")
