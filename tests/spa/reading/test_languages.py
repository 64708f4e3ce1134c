"""Other languages: pseudo-languages show what is in no message file or on the wrong side; German is real."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.spa.reading.conftest import LIST, MONTH, POST, PUBLIC, SEARCH, STRANGE_POST, taken_over
from tests.spa.reading.test_pages import words
from tests.support.browser import accessibility_faults
from tests.support.live import LiveBlog
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser
MESSAGES = Path(__file__).parents[3] / "spa" / "src" / "messages"
PARTS = ("en", "search.en", "reading.en", "menu.en")
POSTS = "/api/blog/v1/posts"
# Each text of the page and of its controls that the owner of the blog did not write.
TEXTS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.getElementById('app'), NodeFilter.SHOW_TEXT);
  const written = (element) => element.closest('[rel=me]') || (element.closest('.prose') && !element.closest('button'));
  while (walker.nextNode()) if (!written(walker.currentNode.parentElement)) found.push(walker.currentNode.data);
  for (const element of document.querySelectorAll('[aria-label], [placeholder], [title]'))
    for (const name of ['aria-label', 'placeholder', 'title']) found.push(element.getAttribute(name) ?? '');
  return found.map((text) => text.trim());
}"""
SIDES = """() => {
  const start = (selector) => document.querySelector(selector).getBoundingClientRect().right;
  return start('.site-title') > start('.site-header nav');
}"""


def english() -> set[str]:
    """Every English sentence of the reader's pages; the reading button is called the same in all languages."""
    said = [json.loads((MESSAGES / f"{part}.json").read_text("utf-8")).values() for part in PARTS]
    return {text for texts in said for text in texts if "{" not in text and text not in {"ltr", "Aa"}}


def speak(blog: LiveBlog, tag: str) -> None:
    blog.call("PATCH", "/api/blog/v1/site", json={"language": tag}, headers={"If-Match": "*"})
    for path in PUBLIC:
        wait_until(lambda path=path: f'<html lang="{tag}"' in blog.call("GET", path).data.decode(), seconds=15)


@pytest.fixture
def spoken(blog: LiveBlog) -> Iterator[Callable[[str], None]]:
    yield lambda tag: speak(blog, tag)
    speak(blog, "en")


def test_every_text_of_the_readers_pages_comes_from_a_message_file(page, spoken, without_script):
    spoken("en-XA")
    known = english()
    for path in [*PUBLIC, "/reading", "/nowhere"]:
        page.goto(path, wait_until="networkidle")
        page.locator(".site-footer").scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")
        texts = page.evaluate(TEXTS)
        assert (path, known & set(texts)) == (path, set())
        assert any("⟦" in text for text in texts)
    for path in (LIST, POST, MONTH, SEARCH):
        without_script.goto(path)
        assert known & set(without_script.evaluate(TEXTS)) == set()
        assert words(taken_over(page, path)) == words(without_script)
    taken_over(page, POST).locator(".site-header button").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert known & set(page.evaluate(TEXTS)) == set()
    page.troubles[:] = [trouble for trouble in page.troubles if "404" not in trouble]


def test_a_language_from_right_to_left_turns_the_pages_round(page, spoken):
    spoken("ar-XB")
    for width in (320, 820, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for path in [*PUBLIC, STRANGE_POST]:
            page.goto(path, wait_until="networkidle")
            assert page.evaluate("document.documentElement.dir") == "rtl"
            assert (path, page.evaluate("document.documentElement.scrollWidth")) <= (path, width)
            if width == 1440:
                assert (path, accessibility_faults(page)) == (path, [])
    assert page.evaluate(SIDES), "the title stands where reading begins"


def test_a_german_blog_counts_and_dates_as_germans_do(page, spoken, without_script):
    spoken("de-AT")
    for reader in (without_script, taken_over(page, MONTH)):
        reader.goto(MONTH)
        expect(reader.get_by_role("heading", level=1)).to_have_text("Mai 2019")
        expect(reader.get_by_text("2. Mai 2019").first).to_be_visible()
        reader.goto("/search?q=engine")
        expect(reader.get_by_text("1 Beitrag gefunden")).to_be_visible()
        reader.goto("/search?q=letter")
        expect(reader.get_by_role("button", name="Suchen")).to_be_visible()
    assert taken_over(page, POST).evaluate("document.documentElement.lang") == "de-AT"


def test_a_post_leads_to_what_says_the_same_in_another_language(page, blog, without_script):
    day = {"status": "published", "published_at": "2017-03-04T08:00:00Z", "markdown": "Words."}
    first = blog.post(POSTS, {"title": "Weaving", "slug": "weaving", "language": "en", **day})
    second = blog.post(POSTS, {"title": "נולים", "slug": "looms-he", "language": "he", **day})
    blog.post(f"{POSTS}/{first['id']}/translations", {"post_id": second["id"]})
    wait_until(lambda: "looms-he" in blog.call("GET", "/posts/weaving").data.decode(), seconds=15)
    for reader in (without_script, page):
        reader.goto("/posts/weaving")
        link = reader.locator(".translations").get_by_role("link", name="נולים")
        assert (link.get_attribute("hreflang"), link.get_attribute("lang")) == ("he", "he")
        assert reader.locator('link[rel=alternate][hreflang="he"]').get_attribute("href").endswith("/posts/looms-he")
        link.click()
        expect(reader.locator(".translations").get_by_role("link", name="Weaving")).to_have_attribute("hreflang", "en")
        assert reader.locator("article").first.get_attribute("lang") == "he"
