"""The life of a post in the studio: changes that wait, times by the author's clock, preview links, every field."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import accessibility_faults
from tests.support.live import OWNER, LiveBlog

pytestmark = pytest.mark.browser
POSTS = "/api/blog/v1/posts"
WAITING = "These changes are kept; readers do not see them yet."


@pytest.fixture(scope="module")
def blog(live_blog) -> LiveBlog:
    return live_blog(USERS_LIMITS_SIGN_IN="1000 per minute").set_up()


@pytest.fixture
def studio(page: Page, blog: LiveBlog) -> Page:
    page.goto(f"{blog.url}/sign-in")
    page.get_by_label("User name or e-mail").fill(OWNER["username"])
    page.get_by_label("Password").fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Posts", level=1)).to_be_visible()
    return page


def written(blog: LiveBlog, title: str, **fields):
    return blog.post(POSTS, {"title": title, "markdown": "As readers know it.", **fields})


def open_post(page: Page, blog: LiveBlog, post) -> None:
    page.goto(f"{blog.url}/studio/posts/{post['id']}")
    expect(page.get_by_label("Title", exact=True)).to_have_value(post["title"])


def change(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Text").fill(text)
    page.get_by_role("button", name="Publish changes").click()


def test_changes_wait_until_they_are_published(studio: Page, blog: LiveBlog):
    post = written(blog, "Known", status="published")
    open_post(studio, blog, post)
    change(studio, "As it will be.")
    expect(studio.get_by_role("dialog", name="Publish changes")).to_be_visible()
    assert accessibility_faults(studio) == []
    studio.get_by_role("button", name="Keep for later").click()
    expect(studio.get_by_text(WAITING)).to_be_visible()
    assert blog.get(f"{POSTS}/{post['id']}")["markdown"] == "As readers know it."
    studio.goto(f"{blog.url}/studio")
    expect(studio.get_by_role("row").filter(has_text="Known")).to_contain_text("changes waiting")

    open_post(studio, blog, post)
    expect(studio.get_by_role("textbox", name="Text")).to_have_text("As it will be.")
    studio.get_by_role("button", name="Publish changes").click()
    studio.get_by_role("button", name="Publish changes now").click()
    expect(studio.get_by_text(WAITING)).to_be_hidden()
    assert blog.get(f"{POSTS}/{post['id']}")["markdown"] == "As it will be."


def test_changes_are_scheduled_and_discarded(studio: Page, blog: LiveBlog):
    post = written(blog, "Later", status="published")
    open_post(studio, blog, post)
    change(studio, "As it will be.")
    studio.get_by_label("At a time").check()
    studio.get_by_label("Time", exact=True).fill("2099-01-01T09:00")
    studio.get_by_role("button", name="Schedule changes").click()
    expect(studio.get_by_text("These changes will be published at")).to_be_visible()
    assert blog.get(f"{POSTS}/{post['id']}/pending")["publish_at"].startswith("2099-01-01")
    studio.get_by_role("button", name="Publish changes").click()
    studio.get_by_role("button", name="Discard changes").click()
    expect(studio.get_by_role("textbox", name="Text")).to_have_text("As readers know it.")
    assert blog.get(f"{POSTS}/{post['id']}")["pending_edit"] is None


def test_changes_meet_what_was_saved_meanwhile(studio: Page, blog: LiveBlog):
    post = written(blog, "Both", status="published", markdown="One.\n\nTwo.")
    blog.post(f"{POSTS}/{post['id']}/pending", {"changes": {"markdown": "One.\n\nTwo, mine."}})
    headers = {"If-Match": f'"{post["version"]}"'}
    blog.call("PATCH", f"{POSTS}/{post['id']}", json={"markdown": "One, theirs.\n\nTwo."}, headers=headers)
    open_post(studio, blog, post)
    expect(studio.get_by_text("Both are brought together here.")).to_be_visible()
    studio.get_by_role("button", name="Publish changes").click()
    studio.get_by_role("button", name="Publish changes now").click()
    expect(studio.get_by_text("Published. Readers see the changes.")).to_be_visible()
    assert blog.get(f"{POSTS}/{post['id']}")["markdown"] == "One, theirs.\n\nTwo, mine."


def test_a_time_is_the_one_of_the_authors_own_clock(browser: Browser, blog: LiveBlog):
    context = browser.new_context(timezone_id="Asia/Tokyo", locale="en-GB")
    page = context.new_page()
    page.goto(f"{blog.url}/sign-in")
    page.get_by_label("User name or e-mail").fill(OWNER["username"])
    page.get_by_label("Password").fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Posts", level=1)).to_be_visible()
    post = written(blog, "Tokyo")
    open_post(page, blog, post)
    page.get_by_role("button", name="Publish").click()
    page.get_by_label("At a time").check()
    page.get_by_label("Time", exact=True).fill("2099-06-01T09:00")
    expect(page.get_by_text(re.compile(r"By your clock \(Asia/Tokyo\)\..*1 Jun 2099, 00:00.*UTC"))).to_be_visible()
    page.get_by_role("button", name="Schedule", exact=True).click()
    expect(page.get_by_text("Scheduled. It will appear by itself.")).to_be_visible()
    assert blog.get(f"{POSTS}/{post['id']}")["published_at"] == "2099-06-01T00:00:00.000000Z"
    page.get_by_role("button", name="Schedule", exact=True).click()
    expect(page.get_by_label("Time", exact=True)).to_have_value("2099-06-01T09:00")
    page.get_by_role("button", name="Call off").click()
    expect(page.get_by_text("Called off. It is a draft again.")).to_be_visible()
    assert blog.get(f"{POSTS}/{post['id']}")["status"] == "draft"
    context.close()


def test_every_field_of_a_post_has_its_control(studio: Page, blog: LiveBlog):
    blog.post("/api/blog/v1/series", {"title": "Building"})
    blog.post("/api/blog/v1/authors", {"username": "team", "name": "The Team"})
    written(blog, "Deutsch", slug="deutsch", language="de", status="published")
    post = written(blog, "Fields", language="en")
    open_post(studio, blog, post)
    studio.get_by_role("button", name="Settings").click()
    studio.get_by_text("Series, authors, language, search engines").click()
    studio.get_by_label("Series", exact=True).select_option("building")
    studio.get_by_label("Authors").fill("ada, team")
    studio.get_by_label("First published at").fill("https://example.org/first")
    studio.get_by_label("Headline for search engines").fill("Found")
    studio.get_by_label("Link a translation").fill(f"{blog.url}/posts/deutsch")
    studio.get_by_role("button", name="Link", exact=True).click()
    expect(studio.get_by_role("link", name="Deutsch (de)")).to_be_visible()
    studio.get_by_label("Language", exact=False).first.fill("en-GB")
    studio.get_by_label("Headline for search engines").press("Tab")
    assert accessibility_faults(studio) == []
    expect(studio.get_by_role("status").filter(has_text=re.compile("^Saved|^Merged"))).to_be_visible()
    saved = blog.get(f"{POSTS}/{post['id']}")
    assert [author["username"] for author in saved["authors"]] == ["ada", "team"]
    assert (saved["series"]["slug"], saved["language"], saved["seo"]["title"]) == ("building", "en-GB", "Found")
    assert saved["canonical_url"] == "https://example.org/first"
    studio.troubles[:] = [trouble for trouble in studio.troubles if "412" not in trouble]


def test_a_preview_link_is_made_opened_and_revoked(studio: Page, blog: LiveBlog, browser: Browser):
    post = written(blog, "Not public yet")
    open_post(studio, blog, post)
    studio.get_by_role("button", name="Settings").click()
    studio.get_by_text("Preview links").click()
    studio.get_by_label("Whom is it for?").fill("Charles")
    studio.get_by_role("button", name="Make a link").click()
    made = studio.locator("output")
    expect(made).to_contain_text("/preview/")
    url = made.inner_text()
    stranger = browser.new_context().new_page()
    stranger.goto(url)
    expect(stranger.get_by_role("heading", name="Not public yet")).to_be_visible()
    studio.get_by_role("button", name="Revoke").click()
    expect(studio.get_by_text("Revoked. The link shows nothing any more.")).to_be_visible()
    stranger.reload()
    expect(stranger.get_by_role("heading", name="This preview has ended")).to_be_visible()
    stranger.context.close()
