"""Two people in one draft, and the history of a post, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import accessibility_faults
from tests.support.live import OWNER, LiveBlog

pytestmark = pytest.mark.browser
TEXT = "The first paragraph.\n\nThe second paragraph.\n"


@pytest.fixture(scope="module")
def blog(live_blog) -> LiveBlog:
    return live_blog(USERS_LIMITS_SIGN_IN="1000 per minute").set_up()


@pytest.fixture
def post(blog: LiveBlog) -> dict:
    return blog.post("/api/blog/v1/posts", {"title": "Two hands", "markdown": TEXT})


@pytest.fixture
def editor(page: Page, blog: LiveBlog, post: dict) -> Page:
    page.goto(f"{blog.url}/sign-in?next=/studio/posts/{post['id']}")
    page.get_by_label("User name or e-mail").fill(OWNER["username"])
    page.get_by_label("Password").fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("textbox", name="Text")).to_contain_text("The second paragraph.")
    return page


def saved_elsewhere(blog: LiveBlog, post: dict, text: str) -> None:
    """Save the post as another program of the owner's does."""
    headers = {"If-Match": f'"{post["version"]}"'}
    answer = blog.call("PATCH", f"/api/blog/v1/posts/{post['id']}", json={"markdown": text}, headers=headers)
    assert answer.status == 200, answer.data


def expect_412(page: Page) -> None:
    """Let pass that the browser itself logs the refused save."""
    page.troubles[:] = [trouble for trouble in page.troubles if "412" not in trouble]


def test_changes_of_the_same_words_are_shown_side_by_side_and_nothing_is_lost(editor: Page, blog: LiveBlog, post: dict):
    saved_elsewhere(blog, post, TEXT.replace("second", "other"))
    editor.get_by_role("textbox", name="Text").fill(TEXT.replace("second", "middle"))
    dialog = editor.get_by_role("dialog", name="Changed elsewhere, too")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("Yours")).to_have_value(re.compile("middle"))
    expect(dialog.get_by_label("The other version")).to_have_value(re.compile("other"))
    assert accessibility_faults(editor) == []
    dialog.get_by_role("button", name="Keep mine").click()
    expect(editor.get_by_role("status").filter(has_text=re.compile("^Saved "))).to_be_visible()
    items = blog.get(f"/api/blog/v1/posts/{post['id']}/revisions")["items"]
    kept = [blog.get(f"/api/blog/v1/posts/{post['id']}/revisions/{each['number']}")["markdown"] for each in items]
    assert [next(word for word in ("middle", "other", "second") if word in text) for text in kept] == [
        "middle", "other", "second",
    ]  # fmt: skip
    expect_412(editor)


def test_changes_of_other_words_become_one_text(editor: Page, blog: LiveBlog, post: dict):
    saved_elsewhere(blog, post, TEXT.replace("first", "opening"))
    editor.get_by_role("textbox", name="Text").fill(TEXT.replace("second", "closing"))
    expect(editor.get_by_role("status").filter(has_text=f"Merged with {OWNER['name']}’s changes")).to_be_visible()  # noqa: RUF001 - as it is shown
    text = blog.get(f"/api/blog/v1/posts/{post['id']}")["markdown"]
    assert text == "The opening paragraph.\n\nThe closing paragraph.\n"
    expect_412(editor)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_history_shows_what_a_save_changed_and_brings_it_back(editor: Page, blog: LiveBlog, post: dict, scheme):
    saved_elsewhere(blog, post, TEXT.replace("second", "last"))
    editor.emulate_media(color_scheme=scheme)
    editor.reload()
    editor.get_by_role("button", name="Settings").click()
    editor.get_by_role("link", name="History").click()
    expect(editor.get_by_role("heading", name="History", level=1)).to_be_visible()
    change = editor.get_by_role("region", name="What this save changed")
    expect(change.locator("del")).to_have_text("second")
    expect(change.locator("ins")).to_have_text("last")
    assert accessibility_faults(editor) == []
    expect(change.get_by_role("button", name="Restore this version")).to_have_count(0)
    editor.get_by_role("list", name="Saves, newest first").get_by_role("link").nth(1).click()
    change.get_by_role("button", name="Restore this version").click()
    expect(editor.get_by_role("textbox", name="Text")).to_contain_text("The second paragraph.")
    assert blog.get(f"/api/blog/v1/posts/{post['id']}")["markdown"] == TEXT
    newest = blog.get(f"/api/blog/v1/posts/{post['id']}/revisions")["items"][0]
    assert newest["kind"] == "restored"
