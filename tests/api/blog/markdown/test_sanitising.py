"""Nothing that an author writes, knowingly or not, can run, style or pose as a part of the page."""

import json

import pytest

from api.blog.markdown import render
from api.blog.markdown.policy import sanitise
from tests.support.executable_html import offences
from tests.support.shared_data import shared_data

# Where in a text an attack may stand.
PLACES = ("{}", "before {} after", "- {}", "> {}", "<div>{}", "|a|\n|-|\n|{}|", "# {}", "[{}](/x)", "![{}](/x '{}')")


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<p onclick=alert(1)>",
        "<p style='position:fixed'>",
        "<a href='java\tscript:alert(1)'>",
        "<img src='data:text/html,x'>",
        "<p id=page-data>",
        "<form><input name=a></form>",
        "<iframe srcdoc=x></iframe>",
        "<svg><a xlink:href='javascript:x'></a></svg>",
        "<!-- -->",
    ],
)
def test_the_judge_of_these_tests_objects_to(html):
    assert offences(html)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("a <script>alert(1)</script> b", "<p>a  b</p>\n"),
        ("<style>p { color: red }</style>\n\nb", "\n<p>b</p>\n"),
        ("<iframe src=/x>no</iframe>", ""),
        ('<p onclick="alert(1)" style="color: red">a</p>', "<p>a</p>"),
        ("[a](javascript:alert(1))", "<p><a>a</a></p>\n"),
        ('<a href="JaVa&Tab;Script:alert(1)">a</a>', "<p><a>a</a></p>\n"),
        ("[a](data:text/html,x)", "<p><a>a</a></p>\n"),
        ("[a](vbscript:x)", "<p><a>a</a></p>\n"),
        ('<a href="/x" target="_top" ping="/y">a</a>', '<p><a href="/x">a</a></p>\n'),
        ("<form action=/x><button>a</button></form>", "a"),
        ('<div class="markdown-alert sign-in-dialog">a</div>', '<div class="markdown-alert">a</div>'),
        ("<math><mi>x</mi></math>", "<p>x</p>\n"),
        ("a <b>b", "<p>a <b>b</b></p>\n"),
        ("a <!-- b --> c", "<p>a  c</p>\n"),
        ("<div>1 < 2 & 3</div>", "<div>1 &lt; 2 &amp; 3</div>"),
    ],
)
def test_what_is_dangerous_goes_and_the_text_stays(source, html):
    assert render(source).html.rstrip("\n") == html.rstrip("\n")


def test_a_character_that_no_feed_may_hold_cannot_join_the_halves_of_a_script_address():
    html = render('<a href="\x01java\x03script:alert(1)">a</a> <a href="java&#3;script:alert(1)">b</a>').html
    assert offences(html) == []
    assert "script:" not in html


def test_an_author_s_input_is_a_task_that_cannot_be_ticked():
    html = render('<input type="password" name="p" value="v" autofocus>').html
    assert '<input type="checkbox" disabled="">' in html


def test_links_to_elsewhere_cannot_reach_back_and_keep_what_they_say_of_their_target():
    html = render('<a href="https://e.org" rel="me opener stylesheet">a</a> [b](/b) [c](//e.org)').html
    assert '<a href="https://e.org" rel="me noopener">' in html
    assert '<a href="/b">' in html
    assert '<a href="//e.org" rel="noopener">' in html


@pytest.mark.parametrize("place", PLACES)
def test_no_attack_of_dompurify_s_corpus_survives(place):
    attacks = json.loads((shared_data("xss") / "dompurify-expect.json").read_text(encoding="utf-8"))
    assert len(attacks) == 223
    _assert_harmless([place.replace("{}", attack["payload"]) for attack in attacks])


@pytest.mark.parametrize("place", PLACES)
def test_no_naughty_string_survives(place):
    strings = json.loads((shared_data("xss") / "blns.json").read_text(encoding="utf-8"))
    assert len(strings) == 515
    _assert_harmless([place.replace("{}", string) for string in strings])


def _assert_harmless(sources):
    for source in sources:
        html = render(source).html
        assert offences(html) == [], source
        assert sanitise(html) == html, source
