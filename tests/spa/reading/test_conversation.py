"""The conversation under a post in a real browser: said at once, changed for a while, and never lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.spa.reading.conftest import POST
from tests.support.browser import accessibility_faults
from tests.support.live import OWNER, LiveBlog

pytestmark = pytest.mark.browser
WAITS = "Waits for approval. Until then it is shown to you alone."


def come_to_the_end(page: Page) -> None:
    """Scroll to the end of a post, once the script has taken the server's page over."""
    page.get_by_role("heading", name="Notes on the Engine").wait_for()
    page.locator(".toasts").wait_for(state="attached")
    page.locator(".post-foot").scroll_into_view_if_needed()


@pytest.fixture
def talk(page: Page):
    page.goto(POST)
    conversation = page.get_by_role("region", name="Comments")
    come_to_the_end(page)
    # what only the script's conversation has
    expect(conversation.get_by_role("button", name="Reply to Charles")).to_be_visible()
    return conversation


@pytest.fixture
def held(blog: LiveBlog):
    """Everything waits for approval."""
    site, change = "/api/blog/v1/site", {"headers": {"If-Match": "*"}}
    blog.call("PATCH", site, json={"comments": {"hold": "everything"}}, **change)
    yield
    blog.call("PATCH", site, json={"comments": {"hold": "first_timers"}}, **change)


def the(talk, words: str):
    return talk.get_by_role("listitem").filter(has_text=words)


@pytest.mark.usefixtures("held")
def test_a_guest_says_something_changes_it_and_takes_it_back_by_the_keyboard(page, talk):
    talk.get_by_label("Your comment").fill("A *word* by hand.")
    talk.get_by_label("Name").fill("Sophia")
    talk.get_by_label("Name").press("Enter")
    mine = the(talk, "Sophia")
    expect(mine).to_contain_text("A word by hand.")
    expect(mine).to_contain_text(WAITS)
    expect(mine).to_be_focused()
    expect(talk.get_by_label("Your comment")).to_have_value("")
    assert accessibility_faults(page) == []
    page.reload()
    come_to_the_end(page)
    expect(mine).to_contain_text(WAITS)
    mine.get_by_role("button", name="Edit").press("Enter")
    expect(mine.get_by_label("Your comment")).to_be_focused()
    expect(mine.get_by_label("Your comment")).to_have_value("A *word* by hand.")
    mine.get_by_label("Your comment").fill("Two words.")
    mine.get_by_role("button", name="Save").press("Enter")
    expect(mine).to_contain_text("Two words.")
    expect(mine).to_contain_text("edited")
    expect(mine).to_be_focused()
    mine.get_by_role("button", name="Delete").press("Enter")
    mine.get_by_role("button", name="Delete it for good").press("Enter")
    expect(mine).to_have_count(0)
    expect(talk.get_by_role("heading", name="Comments")).to_be_focused()


def test_an_answer_stands_below_what_it_answers(talk):
    talk.get_by_role("button", name="Reply to Charles").press("Enter")
    form = talk.locator("form").filter(has_text="Reply to Charles")
    expect(form.get_by_label("Your comment")).to_be_focused()
    form.get_by_role("button", name="Cancel").press("Enter")
    expect(the(talk, "Splendid!")).to_be_focused()
    talk.get_by_role("button", name="Reply to Charles").press("Enter")
    form.get_by_label("Your comment").fill("An answer.")
    form.get_by_label("Name").fill("Mary")
    form.get_by_role("button", name="Send the comment").click()
    expect(the(talk, "An answer.")).to_have_class(re.compile("depth-2"))
    words = talk.get_by_role("listitem").all_inner_texts()
    places = [
        next(n for n, text in enumerate(words) if said in text) for said in ("Splendid!", "An answer.", "Of the pen?")
    ]
    assert places == sorted(places)


def test_what_did_not_arrive_stays_in_its_field_with_the_reason(page, talk):
    talk.get_by_label("Your comment").fill("Into the void.")
    talk.get_by_label("Name").fill("Mary")
    page.context.set_offline(True)
    talk.get_by_role("button", name="Send the comment").click()
    expect(talk.get_by_role("alert")).to_contain_text("Your text is still here")
    expect(talk.get_by_label("Your comment")).to_have_value("Into the void.")
    expect(the(talk, "Into the void.")).to_have_count(0)
    page.context.set_offline(False)
    page.reload()
    come_to_the_end(page)
    expect(talk.get_by_label("Your comment")).to_have_value("Into the void.")
    talk.get_by_label("Your comment").fill("![](https://example.org/nothing.png)")
    talk.get_by_label("Name").fill("Mary")
    talk.get_by_role("button", name="Send the comment").click()
    expect(talk.get_by_text("There is nothing to see in it.")).to_be_visible()
    page.troubles[:] = [trouble for trouble in page.troubles if not re.search("ERR_INTERNET_DISCONNECTED|422", trouble)]


def test_what_is_typed_before_the_script_comes_is_kept_and_so_is_the_place(page):
    waiting = []
    page.route("**/post-end*.js", lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright marks the function, which list.append does not allow
    page.goto(POST)
    page.get_by_label("Your comment").fill("Typed early.")
    expect(page.get_by_role("button", name="Keep for later")).to_have_count(0)
    page.locator(".toasts").wait_for(state="attached")
    page.get_by_label("Your comment").focus()
    while not waiting:
        page.wait_for_timeout(20)
    waiting[0].continue_()
    expect(page.get_by_role("button", name="Reply to Charles")).to_be_visible()
    expect(page.get_by_label("Your comment")).to_have_value("Typed early.")
    expect(page.get_by_label("Your comment")).to_be_focused()


def test_members_comment_under_their_own_name(page, blog: LiveBlog):
    page.goto("/sign-in?next=" + POST)
    page.get_by_label("User name or e-mail").fill(OWNER["username"])
    page.get_by_label("Password").fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**" + POST)
    talk = page.get_by_role("region", name="Comments")
    come_to_the_end(page)
    expect(talk.get_by_text("You comment as Ada Lovelace.")).to_be_visible()
    expect(talk.get_by_label("Name")).to_have_count(0)
    talk.get_by_label("Your comment").fill("From the author.")
    talk.get_by_role("button", name="Send the comment").click()
    said = the(talk, "From the author.")
    expect(said).to_contain_text("Ada Lovelace")
    said.get_by_role("button", name="Delete").click()
    said.get_by_role("button", name="Delete it for good").click()
    expect(said).to_have_count(0)
    assert blog.call("GET", POST).status == 200
