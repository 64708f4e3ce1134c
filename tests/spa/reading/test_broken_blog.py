"""Readers' pages while the Blog Service is slow, away, or answers what is no answer, over real sockets."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from api.shared.clock import SystemClock
from api.shared.transport import HttpTransport, Reply, ServiceUnavailable
from spa.server.app import create_app
from spa.server.settings import Settings
from tests.spa.reading.conftest import ARCHIVE, AUTHOR, LIST, MONTH, PAGE, POST, SEARCH, SERIES, TAG
from tests.support.browser import accessibility_faults
from tests.support.live import LiveBlog
from tests.support.serving import served

pytestmark = pytest.mark.browser
PAGES = [LIST, POST, TAG, AUTHOR, PAGE, ARCHIVE, MONTH, SERIES, SEARCH]
HTML = {"content-type": "text/html"}
BROKEN = {
    "down": None,
    "a proxy's error": Reply(502, HTML, b"<h1>Bad Gateway</h1>"),
    "another page": Reply(200, HTML, b"<h1>Sign in to this network</h1>"),
    "an error as JSON": Reply(500, {"content-type": "application/problem+json"}, b'{"status": 500}'),
}
SLOW_SECONDS = 2


@dataclass
class Way:
    """The one way to the Blog Service, for the Frontend Service and for browsers: open, slow or broken."""

    blog: HttpTransport
    slow: float = 0
    broken: str = ""

    def request(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Reply:
        if self.broken:
            answer = BROKEN[self.broken]
            if answer is None:
                raise ServiceUnavailable(self.broken)
            return answer
        time.sleep(self.slow)
        return self.blog.request(method, path, headers=headers, body=body)


@dataclass(frozen=True)
class Gateway:
    """One origin: the API by the way, all else by the Frontend Service."""

    way: Way
    frontend: Flask

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(("/api/", "/media/")):
            return self.frontend.wsgi_app(environ, start)
        try:
            asked = "?".join(filter(None, (environ["PATH_INFO"], environ["QUERY_STRING"])))
            reply = self.way.request(environ["REQUEST_METHOD"], asked)
        except ServiceUnavailable:
            reply = Reply(502, HTML, b"<h1>Bad Gateway</h1>")
        start(f"{reply.status} As the blog said", [("Content-Type", reply.headers.get("content-type", "text/plain"))])
        return [reply.body]


@pytest.fixture
def way(blog: LiveBlog) -> Way:
    return Way(HttpTransport(blog.url))


@pytest.fixture
def origin(way: Way, blog: LiveBlog) -> Iterator[str]:
    frontend = create_app(Settings(blog.url), blog=way, clock=SystemClock())
    with served(Gateway(way, frontend)) as url:
        yield url


@pytest.mark.parametrize("how", ["down", "another page", "an error as JSON"])
def test_each_page_says_that_the_blog_is_away_when_nothing_of_it_was_read_before(page, origin, way, how):
    way.broken = how
    for path in PAGES:
        answer = page.goto(origin + path)
        assert answer is not None
        assert (path, answer.status) == (path, 503)
        assert answer.headers["retry-after"]
        expect(page.get_by_role("heading", level=1)).to_have_text("The blog cannot be reached")
        assert (path, accessibility_faults(page)) == (path, [])
    way.broken = ""
    # it asks again after a moment
    page.wait_for_timeout(2500)
    page.goto(origin + POST)
    expect(page.get_by_role("heading", level=1)).to_have_text("Notes on the Engine")
    page.troubles[:] = [trouble for trouble in page.troubles if "503" not in trouble]


@pytest.mark.parametrize("how", ["a proxy's error", "another page"])
def test_who_is_reading_goes_on_with_what_was_read_and_is_told_about_the_rest(page, origin, way, how):
    page.goto(origin + LIST)
    expect(page.locator(".toasts")).to_be_attached()
    page.goto(origin + POST)
    expect(page.locator(".toasts")).to_be_attached()
    way.broken = how
    page.goto(origin + POST)
    expect(page.get_by_role("heading", level=1)).to_have_text("Notes on the Engine")
    for link in ("Engines", "Archive"):
        page.goto(origin + POST)
        page.get_by_role("link", name=link, exact=True).last.click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("main h1")).to_be_focused()
        assert accessibility_faults(page) == []
    way.broken = ""
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Archive")
    page.troubles.clear()


def test_a_slow_blog_is_waited_for_in_words_and_every_page_arrives(page, origin, way):
    page.goto(origin + LIST)
    expect(page.locator(".toasts")).to_be_attached()
    way.slow = SLOW_SECONDS
    page.get_by_role("link", name="Notes on the Engine").click()
    expect(page.get_by_text("Loading")).to_be_attached()
    expect(page.get_by_role("heading", level=1)).to_have_text("Notes on the Engine", timeout=20_000)
    page.go_back()
    expect(page.get_by_role("link", name="Notes on the Engine")).to_be_visible(timeout=20_000)
    began = time.monotonic()
    page.goto(origin + POST)
    expect(page.get_by_role("heading", level=1)).to_have_text("Notes on the Engine")
    assert time.monotonic() - began < 30
    page.goto(origin + SEARCH)
    page.get_by_role("searchbox").fill("letter")
    expect(page.get_by_text("Searching")).to_be_visible()
    expect(page.get_by_role("link", name="Letter").first).to_be_visible(timeout=20_000)
