"""The studio's images: uploaded and tried again, described, picked while writing, and kept while a post shows them."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.support.browser import accessibility_faults
from tests.support.live import OWNER, LiveBlog

pytestmark = pytest.mark.browser
HOSTILE = '"><img src=x onerror=alert(1)>.png'


@pytest.fixture(scope="module")
def blog(live_blog) -> LiveBlog:
    return live_blog(USERS_LIMITS_SIGN_IN="1000 per minute").set_up()


@pytest.fixture
def studio(page: Page, blog: LiveBlog) -> Page:
    page.goto(f"{blog.url}/sign-in?next=/studio/media")
    page.get_by_label("User name or e-mail").fill(OWNER["username"])
    page.get_by_label("Password").fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Media", level=1)).to_be_visible()
    return page


def picture(name: str, colour: str) -> dict:
    file = BytesIO()
    Image.new("RGB", (700, 500), colour).save(file, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": file.getvalue()}


def test_what_did_not_arrive_is_kept_and_tried_again(studio: Page):
    studio.context.set_offline(True)
    studio.get_by_label("Upload images").set_input_files([picture("a.jpg", "#246"), picture(HOSTILE, "#642")])
    expect(studio.get_by_role("alert").get_by_role("listitem")).to_have_count(2)
    assert accessibility_faults(studio) == []
    studio.context.set_offline(False)
    studio.get_by_role("button", name="Try again").click()
    expect(studio.get_by_text("a.jpg")).to_be_visible()
    expect(studio.get_by_text(HOSTILE)).to_be_visible()
    expect(studio.get_by_role("alert")).to_have_count(0)
    studio.get_by_label("Upload images").set_input_files(
        [{"name": "b.png", "mimeType": "image/png", "buffer": b"text"}]
    )
    expect(studio.get_by_role("alert")).to_contain_text("b.png")
    studio.get_by_role("button", name="Leave them").click()
    expect(studio.get_by_role("alert")).to_have_count(0)
    studio.troubles[:] = [each for each in studio.troubles if "ERR_INTERNET" not in each and "415" not in each]


def test_an_image_that_is_picked_for_a_post_is_kept_until_the_post_shows_it_no_more(studio: Page, blog: LiveBlog):
    studio.get_by_label("Upload images").set_input_files([picture("crab.jpg", "#a53")])
    studio.get_by_role("button", name="Describe crab.jpg").click()
    studio.get_by_label("Description").fill("A crab on a beach")
    expect(studio.get_by_text("No post of yours shows it.")).to_be_visible()
    studio.get_by_role("button", name="Save").click()
    expect(studio.get_by_role("img", name="A crab on a beach")).to_be_visible()

    studio.goto(f"{blog.url}/studio/posts/new")
    studio.get_by_label("Title").fill("On the beach")
    studio.get_by_role("textbox", name="Text").click()
    studio.get_by_role("button", name="Images").click()
    expect(studio.get_by_role("dialog", name="Images").get_by_role("img", name="A crab on a beach")).to_be_visible()
    assert accessibility_faults(studio) == []
    studio.get_by_role("button", name="Insert crab.jpg").click()
    expect(studio.get_by_role("textbox", name="Text")).to_contain_text("![A crab on a beach](/media/")
    expect(studio.get_by_role("status").filter(has_text=re.compile("^Saved "))).to_be_visible()

    studio.goto(f"{blog.url}/studio/media")
    studio.get_by_role("button", name="Describe crab.jpg").click()
    expect(studio.get_by_role("link", name="On the beach")).to_be_visible()
    studio.get_by_role("button", name="Delete").click()
    studio.get_by_role("button", name="Delete for good").click()
    expect(studio.get_by_role("alert")).to_contain_text("Posts show this image")
    assert accessibility_faults(studio) == []
    studio.troubles[:] = [each for each in studio.troubles if "409" not in each]
    studio.get_by_role("link", name="On the beach").click()
    studio.get_by_role("textbox", name="Text").press("ControlOrMeta+a")
    studio.get_by_role("textbox", name="Text").press("Backspace")
    expect(studio.get_by_role("status").filter(has_text=re.compile("^Saved "))).to_be_visible()
    studio.goto(f"{blog.url}/studio/media")
    studio.get_by_role("button", name="Describe crab.jpg").click()
    studio.get_by_role("button", name="Delete").click()
    studio.get_by_role("button", name="Delete for good").click()
    expect(studio.get_by_text("Deleted.")).to_be_visible()
    expect(studio.get_by_role("button", name="Describe crab.jpg")).to_have_count(0)
