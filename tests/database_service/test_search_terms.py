"""The analyser by itself: what becomes of any text, and of any question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from database_service.search.analysis import LONGEST_TERM, located, terms
from database_service.search.plain import plain
from database_service.search.question import LONGEST_QUESTION, read

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=100)
MIXED = st.text(st.sampled_from("aé\u0301ß\u017fİ ﬁ中文テｽﾞ한 กี\u0e4e😀-'\"*:|&!\\½²ֹא\u0640م"), max_size=40)


@given(TEXTS | MIXED)
def test_terms_hold_no_syntax_of_any_query_language(text):
    for term in terms(text):
        assert term
        assert len(term) <= LONGEST_TERM
        assert not set(term) & set(" \t\n'\"*:|&!()<>\\^-+{}%_\0"), term
        assert all(ord(character) > 127 or character.isalnum() for character in term)
        assert term == term.lower()


@given(TEXTS | MIXED)
def test_terms_found_with_their_places_are_the_terms_that_are_indexed(text):
    found = list(located(text))
    assert [term.text for term in found] == terms(text)
    assert all(0 <= term.start < term.end <= len(text) for term in found)


@given(TEXTS | MIXED)
def test_a_text_is_found_by_itself(text):
    stored = f" {' '.join(terms(text))} "
    for phrase in read(text[:LONGEST_QUESTION]).phrases:
        assert phrase.needle in stored


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><p>two</p>", "one two"),
        ("b<b>ol</b>d <a title='x > y' href=\"/\">link</a><br>next", "bold link next"),
        ("<pre><code><span>a</span>.<span>b</span>\n  c</code></pre>", "a.b c"),
        ("1 &lt; 2 &amp;amp; &#x4e2d;", "1 < 2 &amp; 中"),
        ("a < b", "a < b"),
        ("<ul><li>x</li><li>y</li></ul>", "x y"),
    ],
)
def test_markup_is_left_out_and_blocks_end_words(markup, text):
    assert plain(markup) == text


@pytest.mark.parametrize(
    "attack", ["<a " * 50_000, "<" * 200_000, '<a b="' * 50_000, "<a " + "'" * 200_001, "&" * 200_000]
)
def test_no_text_makes_leaving_markup_out_slow(attack):
    assert isinstance(plain(attack), str)
