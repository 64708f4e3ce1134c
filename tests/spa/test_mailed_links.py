"""What begins with a mail, from end to end in a real browser: the mail is read from the outbox folder."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import accessibility_faults
from tests.support.live import OWNER, LiveBlog
from tests.support.mail import mails_to, text_of, wait_for_mail

pytestmark = pytest.mark.browser
LINK = re.compile(r"http://\S+")


@pytest.fixture
def blog(live_blog) -> LiveBlog:
    return live_blog(USERS_LIMITS_SIGN_IN="1000 per minute").set_up()


@pytest.fixture(params=["light", "dark"])
def scheme(request, page: Page) -> str:
    page.emulate_media(color_scheme=request.param)
    return request.param


def link_mailed_to(blog: LiveBlog, address: str, *, after: int = 0) -> str:
    found = LINK.search(text_of(wait_for_mail(blog.data_dir / "outbox", address, after=after)))
    assert found
    return found[0]


def sign_in(page: Page, blog: LiveBlog, identifier: str, password: str) -> None:
    page.goto(f"{blog.url}/sign-in")
    page.get_by_label("User name or e-mail").fill(identifier)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_forgotten_password_is_replaced_by_mail(page: Page, blog: LiveBlog, scheme: str):
    page.goto(f"{blog.url}/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    expect(page.get_by_role("heading", name="Forgot your password?", level=1)).to_be_visible()
    assert accessibility_faults(page) == []
    page.get_by_label("E-mail").fill(OWNER["email"])
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", name="Look at your mail")).to_be_visible()
    assert accessibility_faults(page) == []
    link = link_mailed_to(blog, OWNER["email"])
    page.goto(link)
    assert accessibility_faults(page) == []
    page.get_by_label("New password").fill("password")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_text("Too many people use this password")).to_be_visible()
    page.troubles.clear()
    page.get_by_label("New password").fill("a calmer analytical engine")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_role("heading", name="Your password is changed")).to_be_visible()
    page.goto("about:blank")
    page.goto(link)
    page.get_by_label("New password").fill("a third one, longer still")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_role("heading", name="This link is over")).to_be_visible()
    page.troubles.clear()
    sign_in(page, blog, OWNER["username"], "a calmer analytical engine")
    expect(page.get_by_role("heading", name="Posts", level=1)).to_be_visible()
    assert len(mails_to(blog.data_dir / "outbox", OWNER["email"])) == 2


def test_somebody_who_is_invited_becomes_an_author(page: Page, blog: LiveBlog, scheme: str):
    sign_in(page, blog, OWNER["username"], OWNER["password"])
    page.get_by_role("link", name="People").click()
    expect(page.get_by_text("Nobody is invited at the moment.")).to_be_visible()
    page.get_by_label("E-mail").fill("grace@example.org")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("grace@example.org", exact=True)).to_be_visible()
    assert accessibility_faults(page) == []
    link = link_mailed_to(blog, "grace@example.org")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{blog.url}/")
    page.goto(link)
    assert accessibility_faults(page) == []
    page.get_by_label("Your name").fill("Grace Hopper")
    page.get_by_label("User name").fill("grace")
    page.get_by_label("Password").fill("a moth in the relay")
    page.get_by_role("button", name="Make my account").click()
    expect(page.get_by_role("heading", name="Your account is ready")).to_be_visible()
    sign_in(page, blog, "grace", "a moth in the relay")
    expect(page.get_by_role("heading", name="Posts", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="People")).to_have_count(0)
    page.get_by_role("link", name="Account").click()
    expect(page.get_by_role("heading", name="Delete the account")).to_be_visible()
    assert accessibility_faults(page) == []
    page.get_by_label("Password, to confirm").fill("a moth in the relay")
    page.get_by_role("button", name="Delete my account").click()
    page.wait_for_url(f"{blog.url}/")


def test_a_reader_registers_and_proves_the_address(page: Page, live_blog, scheme: str):
    blog = live_blog(USERS_REGISTRATION="open", USERS_LIMITS_SIGN_IN="1000 per minute").set_up()
    page.goto(f"{blog.url}/register")
    assert accessibility_faults(page) == []
    for label, text in (
        ("Your name", "Grace Hopper"),
        ("User name", "grace"),
        ("E-mail", "grace@example.org"),
        ("Password", "a moth in the relay"),
    ):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="Look at your mail")).to_be_visible()
    page.goto(link_mailed_to(blog, "grace@example.org"))
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="This is my address").click()
    expect(page.get_by_text("grace@example.org is confirmed.")).to_be_visible()
