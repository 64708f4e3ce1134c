"""Going from page to page in a real Chromium, and what a reader may meet on the way."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.spa.reading.conftest import LIST, POST, taken_over

pytestmark = pytest.mark.browser


def test_going_to_a_post_and_back_keeps_title_focus_and_place(page):
    taken_over(page, LIST)
    link = page.get_by_role("link", name="Letter 8")
    link.scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    assert place > 0
    link.click()
    heading = page.get_by_role("heading", level=1, name="Letter 8")
    expect(heading).to_be_focused()
    expect(page).to_have_title(re.compile("^Letter 8 · "))
    assert page.evaluate("scrollY") == 0
    page.go_back()
    expect(page.get_by_role("link", name="Letter 8")).to_be_in_viewport()
    assert page.evaluate("scrollY") == pytest.approx(place, abs=2)


def test_older_and_newer_posts_are_walked(page):
    taken_over(page, LIST)
    page.get_by_role("link", name="Older posts").click()
    expect(page.get_by_role("link", name="Letter 1", exact=True)).to_be_visible()
    page.get_by_role("link", name="Newer posts").click()
    expect(page.get_by_role("link", name="Notes on the Engine")).to_be_visible()


def test_from_the_end_of_a_post_one_goes_on_to_its_neighbours(page):
    taken_over(page, "/posts/letter-8")
    around = page.get_by_role("navigation", name="Previous and next")
    around.get_by_role("link", name="Letter 7").click()
    expect(page.get_by_role("heading", level=1, name="Letter 7")).to_be_focused()
    around.get_by_role("link", name="Letter 8").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Letter 8")


def test_a_part_leads_to_its_series_and_back(page):
    taken_over(page, "/posts/letter-1").get_by_role("link", name="First letters").click()
    expect(page.get_by_role("heading", level=1, name="First letters")).to_be_focused()
    page.get_by_role("link", name="Letter 0").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Letter 0")


def test_a_post_is_read_though_nothing_leads_on_from_it(page):
    taken_over(page, LIST)
    page.route("**/adjacent", lambda route: route.abort())
    page.route("**/related*", lambda route: route.fulfill(status=503, body="<h1>Away</h1>", content_type="text/html"))
    page.get_by_role("link", name="Letter 20").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Letter 20")
    page.troubles.clear()


def test_the_archive_leads_to_a_month_and_its_posts(page):
    taken_over(page, LIST).get_by_role("link", name="Archive").last.click()
    expect(page.get_by_role("heading", level=1, name="Archive")).to_be_focused()
    page.get_by_role("region", name="2019").get_by_role("link", name="May").click()
    expect(page).to_have_title(re.compile("^May 2019 · "))
    expect(page.get_by_role("main").get_by_role("listitem")).to_have_count(24)
    page.get_by_role("link", name="Letter 3", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Letter 3")


def test_what_is_wrong_on_the_way_is_said_and_can_be_tried_again(page, blog):
    taken_over(page, LIST)
    page.route("**/api/blog/**", lambda route: route.abort())
    page.get_by_role("link", name="Notes on the Engine").click()
    expect(page.get_by_role("alert")).to_contain_text("The blog cannot be reached")
    page.unroute("**/api/blog/**")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Notes on the Engine")
    page.troubles.clear()


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, "<h1>Captive portal</h1>", "Something went wrong here"),
        (502, "<h1>Bad gateway</h1>", "The blog cannot be reached"),
        (404, '{"code": "not_found"}', "There is nothing at this address"),
        (410, '{"code": "gone"}', "This was removed"),
    ],
)
def test_each_refusal_has_its_words(page, status, body, said):
    kind = "application/problem+json" if body.startswith("{") else "text/html"

    def answer(route: Route) -> None:
        route.fulfill(status=status, body=body, content_type=kind)

    taken_over(page, LIST)
    page.route("**/api/blog/v1/posts/slug/**", answer)
    page.get_by_role("link", name="Notes on the Engine").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(said)
    page.troubles.clear()


def test_a_slow_answer_is_announced_in_the_space_it_will_take(page):
    taken_over(page, LIST)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/blog/v1/posts/slug/**", hold)
    with page.expect_request("**/api/blog/v1/posts/slug/**"):
        page.get_by_role("link", name="Notes on the Engine").click()
    expect(page.get_by_text("Loading")).to_be_attached()
    held[0].continue_()
    expect(page.get_by_role("heading", level=1)).to_have_text("Notes on the Engine")


def test_code_is_copied(page, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    taken_over(page, POST)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("total = sum(")


def test_a_footnote_opens_beside_its_place_where_there_is_room(page):
    page.set_viewport_size({"width": 1440, "height": 900})
    mark = taken_over(page, POST).locator(".footnote-ref a")
    # what works on code and notes comes after the text, and says so by its buttons
    expect(page.get_by_role("button", name="Copy")).to_be_visible()
    mark.click()
    note = page.get_by_role("complementary").filter(has_text="Translated from the French.")
    expect(note).to_be_visible()
    assert note.bounding_box()["x"] > page.locator(".prose p").first.bounding_box()["x"] + 600
    mark.click()
    expect(note).not_to_be_attached()
    page.set_viewport_size({"width": 820, "height": 900})
    mark.click()
    expect(page).to_have_url(re.compile("#h-fn-"))


def test_contents_lead_through_the_text_and_follow_it(page):
    page.set_viewport_size({"width": 1440, "height": 500})
    taken_over(page, POST)
    page.get_by_role("navigation", name="Contents").get_by_role("link", name="End").click()
    expect(page.get_by_role("heading", name="End")).to_be_in_viewport()
    expect(page.locator(".contents-margin [aria-current]")).to_have_count(1)


def test_the_text_is_two_keys_away(page):
    taken_over(page, POST)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
