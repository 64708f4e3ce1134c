"""Moderation in the studio: what waits and why, one by one and many at once, undone, banned and let in again."""

from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import accessibility_faults
from tests.support.live import OWNER, LiveBlog

pytestmark = pytest.mark.browser
API = "/api/blog/v1"
LINKS = " ".join(f"https://x{number}.example" for number in range(8))
ADDRESSES = count(1)
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture(scope="module")
def post(live_blog):
    blog = live_blog(USERS_LIMITS_SIGN_IN="1000 per minute", BLOG_PROXIES="1").set_up()
    return blog, blog.post(f"{API}/posts", {"title": "Engines", "status": "published"})


@pytest.fixture(params=[("light", 390), ("dark", 1440)], ids=["phone, light", "desk, dark"])
def look(request, page: Page) -> None:
    scheme, width = request.param
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})


@pytest.fixture
def queue(page: Page, post, look) -> Page:
    """Show the studio's comments, with those of three guests and one that looks like spam."""
    blog, about = post
    for comment in blog.all(f"{API}/comments", status="any"):
        headers = {"If-Match": f'"{comment["version"]}"'}
        blog.call("DELETE", f"{API}/comments/{comment['id']}", headers=headers)
    for ban in blog.all(f"{API}/bans"):
        blog.call("DELETE", f"{API}/bans/{ban['id']}", headers={"If-Match": f'"{ban["version"]}"'})
    for name, text in [("Charles", "Splendid"), ("Mary", HOSTILE + "Indeed"), ("Luigi", "Bravo"), ("Deals", LINKS)]:
        # each from an address of their own
        headers = {"X-Forwarded-For": f"198.51.100.{next(ADDRESSES)}"}
        body = {"name": name, "markdown": text}
        path = f"{blog.url}{API}/posts/{about['id']}/comments"
        assert blog.pool.request("POST", path, json=body, headers=headers).status == 201
    enter(page, blog)
    return page


def enter(page: Page, blog: LiveBlog) -> None:
    page.goto(f"{blog.url}/sign-in?next=/studio/comments")
    page.get_by_label("User name or e-mail").fill(OWNER["username"])
    page.get_by_label("Password").fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Comments", level=1)).to_be_visible()


def faults(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*accessibility_faults(page), *(["scrolls sideways"] if wide else [])]


def names(page: Page):
    return page.get_by_role("article").get_by_role("paragraph").locator("b")


def test_one_is_approved_and_it_is_undone(queue: Page):
    expect(names(queue)).to_have_text(["Luigi", "Mary", "Charles"])
    assert faults(queue) == []
    queue.get_by_role("button", name="Approve the comment by Mary").click()
    expect(queue.get_by_text("1 comment approved.")).to_be_visible()
    expect(names(queue)).to_have_text(["Luigi", "Charles"])
    queue.get_by_role("button", name="Undo").click()
    expect(names(queue)).to_have_text(["Luigi", "Mary", "Charles"])


def test_many_are_decided_on_at_once(queue: Page):
    queue.get_by_role("checkbox", name="Choose all on this page").check()
    expect(queue.get_by_text("3 chosen")).to_be_visible()
    queue.get_by_role("checkbox", name="Choose the comment by Luigi").uncheck()
    expect(queue.get_by_text("2 chosen")).to_be_visible()
    assert faults(queue) == []
    queue.locator(".bulk").get_by_role("button", name="Delete").click()
    expect(queue.get_by_text("2 comments deleted.")).to_be_visible()
    expect(names(queue)).to_have_text(["Luigi"])


def test_what_looks_like_spam_says_why_and_whoever_wrote_it_is_banned_and_let_in_again(queue: Page):
    queue.get_by_role("link", name="Spam").click()
    expect(names(queue)).to_have_text(["Deals"])
    expect(queue.get_by_role("list", name="Why it looks like spam")).to_contain_text("Links: 8 links; 2 are free")
    assert faults(queue) == []
    queue.get_by_role("button", name="Ban Deals …").click()
    dialog = queue.get_by_role("dialog", name="Ban Deals?")
    dialog.get_by_label("Why, for other moderators").fill("Sells watches")
    assert faults(queue) == []
    dialog.get_by_role("button", name="Ban").click()
    expect(queue.get_by_text("Deals is banned.")).to_be_visible()
    queue.get_by_role("link", name="Banned").click()
    expect(queue.get_by_text("Sells watches")).to_be_visible()
    assert faults(queue) == []
    queue.get_by_role("button", name="Lift the ban of Deals").click()
    expect(queue.get_by_role("heading", name="Nobody is banned")).to_be_visible()
    assert faults(queue) == []


def test_who_was_slower_than_another_moderator_is_told_and_sees_it_as_it_is(queue: Page, post):
    blog, _ = post
    (mary,) = [each for each in blog.all(f"{API}/comments") if each["author"]["name"] == "Mary"]
    blog.post(f"{API}/comments/moderate", {"items": [{"id": mary["id"], "version": mary["version"]}], "status": "spam"})
    queue.get_by_role("button", name="Approve the comment by Mary").click()
    expect(queue.get_by_text("Somebody changed one of them meanwhile.")).to_be_visible()
    expect(names(queue)).to_have_text(["Luigi", "Charles"])
    # the browser itself logs what was refused
    queue.troubles[:] = [trouble for trouble in queue.troubles if "412" not in trouble]
