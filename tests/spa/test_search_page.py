"""The search page as it comes over the wire: real HTML, nothing kept of it, and safe whatever was asked."""

from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

RESULTS = '<ol class="results">'


def page(frontend, question: str) -> str:
    response = frontend.get(f"/search?q={quote(question)}")
    assert response.status_code == 200, response.text
    return response.text


@pytest.mark.parametrize("question", ["before:yesterday", "tag:a tag:b", "a\x01b"])
def test_a_question_that_cannot_be_read_is_answered_with_how_to_ask(frontend, question):
    html = page(frontend, question)
    assert "This search cannot be read" in html
    assert RESULTS not in html


@pytest.mark.parametrize("path", ["/search", "/search?q=", "/search?q=+", "/search?cursor=x"])
def test_without_a_question_the_page_says_how_to_ask_and_asks_nothing(frontend, path):
    html = frontend.get(path).text
    assert "The last word" not in html
    assert "the last may be unfinished" in html
    assert not [sent for sent, _ in frontend.line.sent if "/search" in sent]


def test_what_is_found_is_real_html_with_its_matches_marked(frontend, publish):
    publish("Searchable <i>words</i>", markdown="A sentence with *search*able `</script><script>` words in it.")
    html = page(frontend, "searchable wor")
    assert "<mark>Searchable</mark> &lt;i&gt;<mark>words</mark>&lt;/i&gt;</a>" in html
    assert "A sentence with <mark>searchable</mark> &lt;/script&gt;&lt;script&gt; <mark>words</mark> in it." in html
    assert 'value="searchable wor"' in html
    assert "</script><script>" not in html.partition('id="page-data">')[2]
    assert '<meta name="robots" content="noindex">' in html


@pytest.mark.parametrize("question", ['"><script>alert(1)</script>', "{{ 7 * 7 }}", "' onfocus=alert(1) autofocus='"])
def test_the_question_is_shown_as_text(frontend, question):
    html = page(frontend, question)
    for dangerous in ("<script>alert", ">49<", "' onfocus"):
        assert dangerous not in html


def test_nothing_found_is_said(frontend):
    assert "Nothing found" in page(frontend, "nothing-like-this")


def test_a_hundred_searches_push_no_page_and_no_answer_out(frontend, publish):
    publish("Kept")
    frontend.get("/")
    before = len(frontend.line.sent)
    for number in range(100):
        page(frontend, f"word{number}")
    assert len([sent for sent, _ in frontend.line.sent[before:] if "/search" in sent]) == 100
    page(frontend, "word1")
    assert frontend.line.sent[-1][0].endswith("q=word1"), "an answer to a search was kept"
    asked = len(frontend.line.sent)
    frontend.get("/")
    assert len(frontend.line.sent) == asked, "the home page was pushed out"


def test_a_search_while_the_blog_is_away_says_so(frontend):
    frontend.get("/search")
    frontend.line.cut = True
    response = frontend.get("/search?q=word")
    assert response.status_code == 503
    assert "cannot be reached" in response.text
    frontend.line.cut = False
    frontend.wait(seconds=3)
    assert frontend.get("/search?q=word").status_code == 200


def test_a_page_of_results_leads_to_the_next_with_the_same_question(frontend, publish):
    for number in range(21):
        publish(f"Numbered zyx {number}", published_at="2001-01-01T00:00:00Z")
    html = page(frontend, "zyx")
    assert html.count("<mark>zyx</mark>") >= 20
    link = html.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert link.startswith("/search?q=zyx&cursor=")
    following = frontend.get(link).text
    assert "1 post on this page" in following
    assert 'rel="prev"' in following


def test_browsers_are_told_how_to_search(frontend):
    assert 'href="/opensearch.xml"' in frontend.get("/").text
    response = frontend.get("/opensearch.xml")
    described = ET.fromstring(response.data)  # noqa: S314 - our own answer
    [url] = described.findall("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert url.attrib["template"] == "https://blog.example.org/search?q={searchTerms}"
    assert response.mimetype == "application/opensearchdescription+xml"
