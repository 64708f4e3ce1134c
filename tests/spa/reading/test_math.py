"""Formulas: set by the reader's browser, loaded by posts that have any, harmless whatever they say."""

import pytest
from playwright.sync_api import expect

from tests.spa.reading.conftest import POST, PUBLISHED, taken_over
from tests.support.browser import accessibility_faults

pytestmark = pytest.mark.browser
FORMULAS = r"""
Euler wrote $e^{i\pi} + 1 = 0$, and the sum is

$$\sum_{n=1}^{\infty} \frac{1}{n^2} = \frac{\pi^2}{6}$$

Unfinished: $\frac{1$. Endless: $\def\a{\a\a}\a$. Wide: $\rule{1000000em}{1em}$.
A door: $\href{javascript:document.title='entered'}{x}$ and $\class{skip}{y}$ and $\text{<img src=x onerror=alert(1)>}$.
"""


def test_formulas_are_set_and_what_is_none_stays_as_it_was_written(page, blog, without_script):
    blog.post("/api/blog/v1/posts", {"title": "Formulas", "markdown": FORMULAS, **PUBLISHED})
    page.set_viewport_size({"width": 390, "height": 800})
    text = taken_over(page, "/posts/formulas").locator(".prose")
    expect(text.locator("math").first).to_be_visible()
    assert text.locator(".display math mfrac").count() == 2
    for source in (r"\frac{1", r"\def\a{\a\a}\a"):
        assert text.locator(".math", has_text=source).locator("math").count() == 0
    assert text.locator("a, img, [onerror]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert accessibility_faults(page) == []
    without_script.goto("/posts/formulas")
    expect(without_script.get_by_text(r"e^{i\pi} + 1 = 0")).to_be_visible()


def test_a_post_without_formulas_loads_nothing_for_them(page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    taken_over(page, POST).wait_for_load_state("networkidle")
    assert any("prose-enhancements" in url for url in asked)
    assert not any("math" in url for url in asked)
