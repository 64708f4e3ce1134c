"""The owner sets the blog up, signs in, writes, publishes, edits and deletes, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import accessibility_faults
from tests.support.live import OWNER, LiveBlog
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser
SAVED = re.compile(r"^Saved ")


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


def write(page: Page, title: str, text: str) -> None:
    page.get_by_role("link", name="New post").click()
    page.get_by_label("Title").fill(title)
    page.get_by_role("textbox", name="Text").fill(text)
    expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()


def publish(page: Page) -> None:
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_text("Published.")).to_be_visible()


def test_the_set_up_link_makes_the_owner_once(page: Page, live_blog):
    fresh = live_blog()
    page.goto(fresh.link)
    for label, field in (
        ("Your name", "name"),
        ("User name", "username"),
        ("E-mail", "email"),
        ("Password", "password"),
    ):
        page.get_by_label(label).fill(OWNER[field])
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Make the blog mine").click()
    expect(page.get_by_text("No posts yet")).to_be_visible()
    page.troubles.clear()
    page.goto(fresh.link)
    page.reload()
    expect(page.get_by_role("heading", name="This blog is set up")).to_be_visible()
    # the browser itself logs the 410 that told the page so
    page.troubles[:] = [trouble for trouble in page.troubles if "410" not in trouble]


def test_a_wrong_password_is_explained_and_keeps_what_was_typed(page: Page, blog: LiveBlog):
    page.goto(f"{blog.url}/sign-in")
    page.get_by_label("User name or e-mail").fill("ada")
    page.get_by_label("Password").fill("not the one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("That name and password do not belong together.")
    expect(page.get_by_label("User name or e-mail")).to_have_value("ada")
    assert accessibility_faults(page) == []
    page.troubles[:] = [trouble for trouble in page.troubles if "401" not in trouble]


def test_the_studio_sends_strangers_to_the_sign_in_page_and_back(page: Page, blog: LiveBlog):
    page.goto(f"{blog.url}/studio/media")
    page.get_by_label("User name or e-mail").fill(OWNER["username"])
    page.get_by_label("Password").fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Media")).to_be_visible()


def test_a_post_is_written_published_edited_and_deleted(studio: Page, blog: LiveBlog):
    write(studio, "Notes on the engine", "The engine *weaves* patterns.")
    publish(studio)
    address = f"{blog.url}/posts/notes-on-the-engine"
    wait_until(lambda: "<em>weaves</em>" in blog.call("GET", "/posts/notes-on-the-engine").data.decode(), seconds=3)

    studio.get_by_role("textbox", name="Text").fill("The engine *plays* music.")
    expect(studio.get_by_text("Changed; readers still see the version before")).to_be_visible()
    studio.get_by_role("button", name="Publish changes").click()
    studio.get_by_role("button", name="Publish changes now").click()
    expect(studio.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
    # readers see a change within a second
    wait_until(lambda: "<em>plays</em>" in blog.call("GET", "/posts/notes-on-the-engine").data.decode(), seconds=3)
    studio.goto(address)
    expect(studio.get_by_text("The engine plays music.")).to_be_visible()

    studio.goto(f"{blog.url}/studio")
    studio.get_by_role("link", name="Notes on the engine").click()
    studio.get_by_role("button", name="Settings").click()
    studio.get_by_role("button", name="Move to the trash").click()
    expect(studio.get_by_text("Moved to the trash.")).to_be_visible()
    wait_until(lambda: blog.call("GET", "/posts/notes-on-the-engine").status in {404, 410}, seconds=3)


def test_a_deleted_post_comes_back_with_undo(studio: Page, blog: LiveBlog):
    write(studio, "A hasty decision", "Text.")
    studio.get_by_role("button", name="Settings").click()
    studio.get_by_role("button", name="Move to the trash").click()
    studio.get_by_role("button", name="Undo").click()
    expect(studio.get_by_role("link", name="A hasty decision")).to_be_visible()


def test_a_post_can_be_scheduled(studio: Page, blog: LiveBlog):
    write(studio, "Tomorrow", "Later.")
    studio.get_by_role("button", name="Publish").click()
    studio.get_by_label("At a time").check()
    studio.get_by_label("Time", exact=True).fill("2099-01-01T09:00")
    studio.get_by_role("button", name="Schedule").click()
    expect(studio.get_by_text("Scheduled. It will appear by itself.")).to_be_visible()
    assert blog.call("GET", "/posts/tomorrow").status == 404


def test_two_people_changing_different_parts_are_merged(studio: Page, blog: LiveBlog):
    write(studio, "Together", "One paragraph.")
    post_id = studio.url.rpartition("/")[2]
    post = blog.get(f"/api/blog/v1/posts/{post_id}")
    headers = {"If-Match": f'"{post["version"]}"'}
    blog.call("PATCH", f"/api/blog/v1/posts/{post_id}", json={"title": "Together, elsewhere"}, headers=headers)
    studio.get_by_role("textbox", name="Text").fill("Another paragraph.")
    expect(studio.get_by_label("Title")).to_have_value("Together, elsewhere")
    expect(studio.get_by_role("status").filter(has_text="Merged with Ada Lovelace\u2019s changes")).to_be_visible()
    merged = blog.get(f"/api/blog/v1/posts/{post_id}")
    assert (merged["title"], merged["markdown"]) == ("Together, elsewhere", "Another paragraph.")
    studio.troubles[:] = [trouble for trouble in studio.troubles if "412" not in trouble]


def test_two_people_changing_the_same_part_are_asked(studio: Page, blog: LiveBlog):
    write(studio, "Torn", "Mine at first.")
    post_id = studio.url.rpartition("/")[2]
    post = blog.get(f"/api/blog/v1/posts/{post_id}")
    headers = {"If-Match": f'"{post["version"]}"'}
    blog.call("PATCH", f"/api/blog/v1/posts/{post_id}", json={"markdown": "Theirs."}, headers=headers)
    studio.get_by_role("textbox", name="Text").fill("Mine.")
    expect(studio.get_by_role("dialog", name="Changed elsewhere, too")).to_be_visible()
    assert accessibility_faults(studio) == []
    studio.get_by_role("button", name="Keep mine").click()
    expect(studio.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
    assert blog.get(f"/api/blog/v1/posts/{post_id}")["markdown"] == "Mine."
    studio.troubles[:] = [trouble for trouble in studio.troubles if "412" not in trouble]


def test_text_written_while_the_blog_is_away_is_kept_and_sent_later(studio: Page, blog: LiveBlog):
    write(studio, "Far from home", "Before.")
    studio.context.set_offline(True)
    studio.get_by_role("textbox", name="Text").fill("Written on a train.")
    expect(studio.get_by_text(re.compile("^Offline"))).to_be_visible()
    studio.context.set_offline(False)
    expect(studio.get_by_role("status").filter(has_text=SAVED)).to_be_visible(timeout=15_000)
    post_id = studio.url.rpartition("/")[2]
    assert blog.get(f"/api/blog/v1/posts/{post_id}")["markdown"] == "Written on a train."
    studio.troubles[:] = [trouble for trouble in studio.troubles if "ERR_INTERNET_DISCONNECTED" not in trouble]


def test_who_signs_out_is_asked_about_unsaved_text_and_leaves_none_to_the_next(studio: Page, blog: LiveBlog):
    # as a device keeps it that lost the connection while somebody wrote
    kept = "localStorage.setItem('kept:new', JSON.stringify({fields: {title: 'Mine'}, version: null, key: 'a'}))"
    studio.evaluate(kept)
    studio.get_by_role("button", name="Sign out").click()
    assert accessibility_faults(studio) == []
    studio.get_by_role("button", name="Stay").click()
    assert studio.evaluate("localStorage.getItem('kept:new')")
    studio.get_by_role("button", name="Sign out").click()
    studio.get_by_role("button", name="Remove and sign out").click()
    studio.wait_for_url(f"{blog.url}/")
    left = studio.evaluate("[...Object.entries(localStorage), ...Object.entries(sessionStorage)].flat().join()")
    assert "Mine" not in left
    assert "kept:" not in left
    assert "refresh" not in {cookie["name"] for cookie in studio.context.cookies()}


def test_an_access_token_is_shown_once_and_works(studio: Page, blog: LiveBlog):
    studio.get_by_role("link", name="Security").click()
    studio.get_by_label("What is it for?").fill("A script")
    studio.get_by_role("button", name="Make a token").click()
    token = studio.locator("code.secret").inner_text()
    drafts, bearer = "/api/blog/v1/posts?status=draft", {"Authorization": f"Bearer {token}"}
    # The link carries a token to the blog a moment after it was made.
    wait_until(lambda: blog.call("GET", drafts, headers=bearer).status == 200, seconds=15)
    studio.reload()
    expect(studio.get_by_role("heading", name="Access tokens")).to_be_visible()
    expect(studio.get_by_text(token)).to_have_count(0)


def test_the_look_of_the_blog_is_set_and_readers_see_it(studio: Page, blog: LiveBlog, tmp_path):
    mark = tmp_path / "mark.svg"
    mark.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><path d="M0 0h40v20z"/></svg>')
    studio.get_by_role("link", name="Settings").click()
    studio.get_by_label("Upload an image").set_input_files(mark)
    expect(studio.get_by_role("img", name="The logo as it is")).to_be_visible()
    studio.get_by_label("Footer").fill("Set by hand.")
    studio.get_by_label("Elsewhere").fill("Mastodon https://social.example.org/@ada\nNowhere")
    expect(studio.get_by_text("Line 2 needs a label and an address")).to_be_visible()
    expect(studio.get_by_role("button", name="Save")).to_be_disabled()
    studio.get_by_label("Elsewhere").fill("Mastodon https://social.example.org/@ada")
    studio.get_by_label("Posts on a page").fill("many")
    studio.get_by_role("button", name="Save").click()
    expect(studio.get_by_label("Posts on a page")).to_have_attribute("aria-invalid", "true")
    studio.get_by_label("Posts on a page").fill("7")
    studio.get_by_role("button", name="Save").click()
    expect(studio.get_by_text("Saved.", exact=True)).to_be_visible()
    site = blog.get("/api/blog/v1/site")
    assert (site["footer"], site["posts_per_page"], site["logo"]["width"]) == ("Set by hand.", 7, 40)
    wait_until(lambda: "Set by hand." in blog.call("GET", "/").data.decode(), seconds=3)
    studio.goto(blog.url)
    expect(studio.locator(".site-title img")).to_be_visible()
    expect(studio.get_by_role("link", name="Mastodon")).to_have_attribute("rel", "me")
    studio.troubles[:] = [trouble for trouble in studio.troubles if "422" not in trouble]


def test_who_may_comment_is_set_and_what_is_no_number_is_told(studio: Page, blog: LiveBlog):
    studio.get_by_role("link", name="Settings").click()
    studio.get_by_label("Who may comment").select_option("Those who have an account")
    studio.get_by_label("What waits for approval").select_option("Everything")
    studio.get_by_label("Close after so many days").fill("soon")
    studio.get_by_label("Words that look like spam").fill("casino\n\n gold watch ")
    studio.get_by_role("button", name="Save").click()
    expect(studio.get_by_label("Close after so many days")).to_have_attribute("aria-invalid", "true")
    studio.get_by_label("Close after so many days").fill("90")
    studio.get_by_role("button", name="Save").click()
    expect(studio.get_by_text("Saved.", exact=True)).to_be_visible()
    site = blog.get("/api/blog/v1/site")
    assert site["comments"] == {"who": "members", "hold": "everything", "close_after_days": 90}
    assert site["comment_words"] == ["casino", "gold watch"]
    studio.troubles[:] = [trouble for trouble in studio.troubles if "422" not in trouble]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_every_page_of_the_studio_is_accessible(studio: Page, blog: LiveBlog, scheme, width):
    studio.emulate_media(color_scheme=scheme)
    studio.set_viewport_size({"width": width, "height": 900})
    for path in (
        "/studio",
        "/studio/posts/new",
        "/studio/comments",
        "/studio/media",
        "/studio/settings",
        "/studio/people",
        "/account",
    ):
        studio.goto(blog.url + path)
        expect(studio.locator("h1")).to_have_count(1)
        studio.wait_for_load_state("networkidle")
        assert accessibility_faults(studio) == [], path
        overflow = studio.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, path
