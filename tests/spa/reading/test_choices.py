"""What a reader chooses about the look of the text, in a real Chromium."""

import pytest
from playwright.sync_api import Page, expect

from tests.spa.reading.conftest import LIST, POST, taken_over
from tests.support.browser import accessibility_faults

pytestmark = pytest.mark.browser

STYLE = "(name) => getComputedStyle(document.querySelector('.prose') ?? document.body)[name]"


def menu(page: Page, path: str = POST) -> Page:
    taken_over(page, path)
    page.get_by_role("button", name="Aa").click()
    expect(page.get_by_role("dialog", name="text and theme")).to_be_visible()
    return page


def test_a_choice_is_there_before_the_first_paint_of_the_next_page(page):
    page.emulate_media(color_scheme="light")
    menu(page, LIST).get_by_role("button", name="Dark").click()
    dark = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.add_init_script("""
        window.themes = [];
        new MutationObserver(() => document.body && themes.push(document.documentElement.dataset.theme))
          .observe(document, { childList: true, subtree: true });
    """)
    taken_over(page, POST)
    assert set(page.evaluate("window.themes")) == {"dark"}
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == dark
    page.get_by_role("button", name="Aa").click()
    page.get_by_role("button", name="System").click()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != dark


def test_the_text_grows_and_changes_its_font_and_stays_so(page):
    menu(page)
    usual = float(page.evaluate(STYLE, "fontSize")[:-2])
    page.get_by_role("group", name="Text size").get_by_role("button", name="Larger").click()
    page.get_by_role("group", name="Font").get_by_role("button", name="Sans").click()
    taken_over(page, POST)
    assert float(page.evaluate(STYLE, "fontSize")[:-2]) == pytest.approx(usual * 1.3, abs=0.1)
    assert "Interface" in page.evaluate(STYLE, "fontFamily")
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_choice_that_storage_has_garbled_is_none(page):
    page.add_init_script("localStorage.setItem('theme', 'x\\' onload=1'); localStorage.setItem('size', 'huge')")
    taken_over(page, POST)
    assert page.evaluate("Object.keys(document.documentElement.dataset).length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_menu_is_reached_used_and_left_by_keyboard(page, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    taken_over(page, POST)
    button = page.get_by_role("button", name="Aa")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="text and theme")
    expect(dialog).to_be_visible()
    assert accessibility_faults(page) == []
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="System")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()


def test_without_the_menus_file_the_reader_is_told(page):
    page.route("**/assets/ReadingMenu-*.js", lambda route: route.abort())
    taken_over(page, POST)
    page.get_by_role("button", name="Aa").click()
    expect(page.get_by_role("status", name="Notifications")).to_contain_text("cannot be reached")
    page.troubles.clear()


def test_where_no_script_runs_there_is_no_button_for_one(browser, blog):
    context = browser.new_context(base_url=blog.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(POST)
    expect(page.get_by_role("button", name="Aa")).to_be_hidden()
    context.close()


def test_on_paper_there_is_text_alone(page):
    taken_over(page, POST)
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_role("contentinfo")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
