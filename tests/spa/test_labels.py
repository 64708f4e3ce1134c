"""An editor puts tags and series in order, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import accessibility_faults
from tests.support.live import OWNER, LiveBlog
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser
POSTS = "/api/blog/v1/posts"


@pytest.fixture(scope="module")
def blog(live_blog) -> LiveBlog:
    blog = live_blog(USERS_LIMITS_SIGN_IN="1000 per minute").set_up()
    blog.post("/api/blog/v1/series", {"title": "Building the Engine"})
    series = {"series": "building-the-engine", "status": "published"}
    for day, title in enumerate(("Drawings", "Wheels", "Cards"), 1):
        blog.post(POSTS, {"title": title, "published_at": f"2020-01-0{day}T00:00:00Z", "tags": ["Engines"], **series})
    blog.post(POSTS, {"title": "Steam", "tags": ["Engine", "Steam"], "status": "published"})
    return blog


@pytest.fixture
def studio(page: Page, blog: LiveBlog) -> Page:
    page.goto(f"{blog.url}/sign-in?next=/studio/tags")
    page.get_by_label("User name or e-mail").fill(OWNER["username"])
    page.get_by_label("Password").fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Tags", level=1)).to_be_visible()
    return page


def row(page: Page, name: str):
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True))


def test_a_tag_is_made_renamed_and_deleted_and_its_old_address_leads_on(studio: Page, blog: LiveBlog):
    studio.get_by_role("button", name="New tag").click()
    studio.get_by_role("dialog").get_by_label("Name").fill("steam")
    studio.get_by_role("button", name="Save").click()
    # one of another case is there: the refusal stands beside the field, and what was typed stays
    expect(studio.get_by_role("dialog").get_by_text("Another tag has this name.")).to_be_visible()
    assert accessibility_faults(studio) == []
    studio.get_by_role("dialog").get_by_role("button", name="Close").click()
    studio.get_by_role("button", name="Edit Steam").click()
    studio.get_by_role("dialog").get_by_label("Name").fill("Steam power")
    studio.get_by_role("dialog").get_by_label("Address").fill("steam-power")
    studio.get_by_role("button", name="Save").click()
    expect(row(studio, "Steam power")).to_contain_text("1")
    wait_until(lambda: blog.call("GET", "/tags/steam").status == 301, seconds=5)
    studio.get_by_role("button", name="Edit Steam power").click()
    studio.get_by_role("button", name="Delete", exact=True).click()
    studio.get_by_role("button", name="Delete it for good").click()
    expect(row(studio, "Steam power")).to_have_count(0)
    assert [tag["name"] for tag in blog.get(f"{POSTS}/slug/steam")["tags"]] == ["Engine"]
    studio.troubles[:] = [trouble for trouble in studio.troubles if "409" not in trouble]


def test_two_tags_that_mean_the_same_become_one(studio: Page, blog: LiveBlog):
    studio.get_by_role("button", name="Merge Engine", exact=True).click()
    dialog = studio.get_by_role("dialog", name="Merge “Engine” into another tag")
    dialog.get_by_label("The tag that stays").fill("no such tag")
    dialog.get_by_role("button", name="Merge").click()
    expect(dialog.get_by_text("There is no other tag of this slug.")).to_be_visible()
    dialog.get_by_label("The tag that stays").fill("Engines")
    dialog.get_by_role("button", name="Merge").click()
    expect(row(studio, "Engine")).to_have_count(0)
    expect(row(studio, "Engines")).to_contain_text("4")
    assert [tag["name"] for tag in blog.get(f"{POSTS}/slug/steam")["tags"]][-1:] == ["Engines"]
    studio.troubles[:] = [trouble for trouble in studio.troubles if "422" not in trouble]


def test_a_series_is_put_in_order_by_keyboard_and_readers_follow_it(studio: Page, blog: LiveBlog):
    studio.get_by_role("link", name="Series").click()
    studio.get_by_role("link", name="Building the Engine").click()
    expect(studio.locator(".order li")).to_have_count(3)
    up = studio.get_by_role("button", name="Move Cards up")
    up.focus()
    for _ in range(3):
        studio.keyboard.press("Enter")
    expect(up).to_be_focused()
    expect(studio.get_by_text("Cards is number 1 of 3.")).to_be_attached()
    studio.get_by_label("Title").fill("The Engine, in parts")
    studio.get_by_role("button", name="Save").click()
    expect(studio.get_by_role("heading", name="The Engine, in parts", level=1)).to_be_visible()
    found = blog.get("/api/blog/v1/series/building-the-engine")
    assert [post["title"] for post in found["posts"]] == ["Cards", "Drawings", "Wheels"]
    assert accessibility_faults(studio) == []


def test_a_series_is_made_and_deleted(studio: Page, blog: LiveBlog):
    studio.goto(f"{blog.url}/studio/series")
    studio.get_by_role("button", name="New series").click()
    studio.get_by_role("dialog").get_by_label("Title").fill("Short-lived")
    studio.get_by_role("button", name="Make the series").click()
    expect(studio.get_by_text("No posts are in it yet.")).to_be_visible()
    studio.get_by_role("button", name="Delete the series").click()
    studio.get_by_role("button", name="Delete it for good").click()
    expect(studio.get_by_role("heading", name="Series", level=1)).to_be_visible()
    assert blog.call("GET", "/api/blog/v1/series/short-lived").status == 404


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_hinders_anybody_there(studio: Page, blog: LiveBlog, scheme, width):
    studio.emulate_media(color_scheme=scheme)
    studio.set_viewport_size({"width": width, "height": 900})
    for path in ("/studio/tags", "/studio/series", "/studio/series/building-the-engine"):
        studio.goto(blog.url + path, wait_until="networkidle")
        expect(studio.locator("h1")).to_have_count(1)
        assert accessibility_faults(studio) == [], path
        assert studio.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
