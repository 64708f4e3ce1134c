"""What is said of a text: words, minutes, its beginning, and what a search looks through."""

import pytest

from api.blog.markdown import RENDERER_VERSION, render


def test_an_empty_text_has_no_words_and_takes_a_minute():
    rendered = render("")
    assert (rendered.html, rendered.toc, rendered.media_urls) == ("", [], ())
    assert (rendered.word_count, rendered.reading_minutes) == (0, 1)
    assert (rendered.excerpt, rendered.plain_text) == ("", "")
    assert rendered.renderer_version == RENDERER_VERSION


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("one two three", 3),
        ("It's a well-known — if odd / fact: 3,000 words.", 8),
        ("# one\n\n- two\n- three\n\n|four|\n|-|\n|five|", 5),
        ("one `two`\n\n```\nnot counted\n```", 2),
        ("日本語 text", 4),
        ("a[^1]\n\n[^1]: b", 2),
        ("*one*two", 1),
    ],
)
def test_words_are_counted_without_markup_and_blocks_of_code(source, words):
    assert render(source).word_count == words


def test_reading_takes_a_minute_for_230_words_or_500_characters_of_chinese():
    assert render("word " * 231).reading_minutes == 2
    assert render("字" * 1001).reading_minutes == 3


@pytest.mark.parametrize(
    ("source", "excerpt"),
    [
        (
            "# Title\n\n![a](/a.png)\n\nThe *first*\n[paragraph](/x)[^1] & more.\n\nSecond.\n\n[^1]: no",
            "The first paragraph & more.",
        ),
        ("> [!NOTE]\n> Outdated.\n\nThe first.", "The first."),
        ("> quoted\n\nown", "own"),
        ("- only\n\n- listed", "only"),
        ("```\ncode\n```", ""),
        ("| a |\n|---|", ""),
    ],
)
def test_the_excerpt_is_the_first_paragraph_of_the_text_s_own(source, excerpt):
    assert render(source).excerpt == excerpt


def test_a_long_paragraph_is_cut_after_a_whole_word():
    excerpt = render("wörter " * 100).excerpt
    assert len(excerpt) <= 300
    assert excerpt.endswith("wörter…")


def test_a_long_paragraph_without_spaces_is_cut_anywhere():
    assert render("字" * 400).excerpt == "字" * 299 + "…"


def test_the_plain_text_has_a_line_for_each_block_and_every_word():
    source = "# A & b\n\n*c* d\\\ne\n\n- f\n- g\n\n```rust\nfn h() {}\n```\n\n|i|j|\n|-|-|\n|k|l|\n\nm[^1]\n\n[^1]: n"
    lines = ["A & b", "c d", "e", "f", "g", "fn h() {}", "i", "j", "k", "l", "m", "n"]
    assert render(source).plain_text.split("\n") == lines
