"""Searching in a real Chromium: by keyboard, with and without JavaScript, and when something is wrong."""

import re

import pytest
from playwright.sync_api import expect

from tests.spa.reading.conftest import LIST, taken_over

pytestmark = pytest.mark.browser

FIELD = "Search the posts"


@pytest.fixture
def search(page):
    taken_over(page, "/search")
    return page.get_by_role("searchbox", name=FIELD)


def test_results_come_as_one_types_and_the_address_follows(page, search):
    search.press_sequentially("jacq")
    result = page.get_by_role("link", name="Notes on the Engine")
    expect(result).to_be_visible()
    expect(page.locator("mark", has_text="Jacquard")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/search\?q=jacq$"))
    expect(page).to_have_title(re.compile("^jacq · Search"))
    expect(search).to_be_focused()
    search.fill("")
    expect(result).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/search$"))


def test_up_and_down_go_through_the_results_and_back_leads_to_them(page, search):
    search.fill("letter")
    results = page.locator("main").get_by_role("listitem").get_by_role("link")
    expect(results).to_have_count(20)
    search.press("ArrowDown")
    expect(results.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(results.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(search).to_be_focused()
    search.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=re.compile("^Letter"))).to_be_visible()
    page.go_back()
    expect(page.get_by_role("searchbox", name=FIELD)).to_have_value("letter")
    expect(results).to_have_count(20)
    page.get_by_role("link", name="More results").click()
    expect(results).to_have_count(4)


def test_nothing_found_and_what_cannot_be_read_are_said(page, search):
    search.fill("nothing-like-it")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    search.fill("before:noon")
    expect(page.get_by_role("heading", name="This search cannot be read")).to_be_visible()
    page.troubles.clear()


def test_what_is_wrong_is_said_and_can_be_tried_again(page, search):
    page.route("**/api/blog/v1/search**", lambda route: route.abort())
    search.fill("engine")
    expect(page.get_by_role("alert")).to_contain_text("The blog cannot be reached")
    page.unroute("**/api/blog/v1/search**")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("link", name="Notes on the Engine")).to_be_visible()
    page.troubles.clear()


def test_an_answer_that_comes_too_late_does_not_replace_a_newer_one(page, search):
    held = []
    page.route("**/search?*q=letter*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright asks it for its signature
    search.fill("letter")
    expect(page.get_by_text("Searching …")).to_be_visible()
    search.fill("engine")
    expect(page.get_by_role("link", name="Notes on the Engine")).to_be_visible()
    for route in held:
        route.abort()
    expect(page.get_by_role("link", name="Notes on the Engine")).to_be_visible()
    page.troubles.clear()


def test_the_header_leads_to_search(page):
    taken_over(page, LIST)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Search").click()
    expect(page.get_by_role("searchbox", name=FIELD)).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="Search")).to_be_focused()


def test_the_form_works_without_javascript(browser, blog):
    context = browser.new_context(base_url=blog.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/search")
    page.get_by_role("searchbox", name=FIELD).fill('"Jacquard loom" weav')
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Notes on the Engine")).to_be_visible()
    expect(page.locator("mark").first).to_have_text("weaves")
    context.close()
