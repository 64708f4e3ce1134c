"""Each page in a real Chromium: taken over without a trace, readable by everybody, within its bytes."""

import pytest
from playwright.sync_api import Page

from tests.spa.reading.conftest import LIST, POST, PUBLIC, STRANGE_POST, STRANGE_TAG, taken_over
from tests.support.browser import accessibility_faults
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser


def words(page: Page) -> str:
    """What is read, without the controls that only a script can serve."""
    page.evaluate("document.querySelectorAll('main .needs-script, main .copy').forEach((control) => control.remove())")
    parts = [page.locator(part).inner_text() for part in ("main", ".site-title", ".site-footer")]
    return " ".join(" ".join(parts).split())


@pytest.mark.parametrize("path", PUBLIC)
def test_the_words_are_the_same_before_and_after_the_take_over(page, without_script, path):
    without_script.goto(path)
    assert words(taken_over(page, path)) == words(without_script)
    assert page.title() == without_script.title()


@pytest.mark.parametrize("path", PUBLIC)
def test_the_take_over_asks_for_nothing_and_moves_nothing(page, path):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script("""
        window.shifts = 0;
        new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shifts += entry.value; }))
          .observe({ type: 'layout-shift', buffered: true });
    """)
    taken_over(page, path).wait_for_load_state("networkidle")
    assert [url for url in asked if "/api/" in url] == []
    assert page.evaluate("window.shifts") <= 0.02


def test_the_take_over_keeps_the_focus_and_the_place(page):
    page.add_init_script("document.addEventListener('DOMContentLoaded', () => document.links[5].focus())")
    taken_over(page, LIST)
    assert page.evaluate("document.activeElement === document.links[5]")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_hinders_anybody(page, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for path in [*PUBLIC, STRANGE_POST, "/docs", "/docs/errors", "/docs/errors/not_found"]:
        page.goto(path, wait_until="networkidle")
        assert (path, accessibility_faults(page)) == (path, [])


@pytest.mark.parametrize("accent", ["#ffff00", "#0000ff", "#ffffff", "#000000"])
def test_any_accent_is_readable(page, blog, accent):
    site = blog.get("/api/blog/v1/site")
    headers = {"If-Match": f'"{site["version"]}"', "Content-Type": "application/merge-patch+json"}
    assert blog.call("PATCH", "/api/blog/v1/site", json={"accent": accent}, headers=headers).status == 200
    wait_until(lambda: accent in blog.call("GET", LIST).data.decode(), seconds=10)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        taken_over(page, POST)
        assert accessibility_faults(page) == []


@pytest.mark.parametrize("width", [320, 820, 1440])
def test_no_page_is_wider_than_the_window(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    for path in [*PUBLIC, STRANGE_POST, STRANGE_TAG, "/docs"]:
        page.goto(path, wait_until="networkidle")
        assert (path, page.evaluate("document.documentElement.scrollWidth")) <= (path, width)


def test_twice_the_text_size_fits(page):
    page.add_init_script("addEventListener('DOMContentLoaded', () => document.body.parentNode.style.fontSize = '200%')")
    page.set_viewport_size({"width": 640, "height": 800})
    for path in (LIST, POST, STRANGE_POST):
        taken_over(page, path)
        assert (path, page.evaluate("document.documentElement.scrollWidth")) <= (path, 640)


@pytest.mark.parametrize("path", [LIST, POST])
def test_a_first_page_stays_within_its_bytes(page, path):
    taken_over(page, path).wait_for_load_state("networkidle")
    sizes = page.evaluate("""() => ["navigation", "resource"]
        .flatMap((type) => performance.getEntriesByType(type))
        .map(({ name, encodedBodySize }) => [name, encodedBodySize])""")
    assert sum(size for name, size in sizes if name.endswith(".js")) <= 30_000
    assert sum(size for _, size in sizes) <= 120_000
