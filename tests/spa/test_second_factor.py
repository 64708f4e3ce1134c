"""Signing in to an account with a second factor, in a real browser."""

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import accessibility_faults
from tests.support.live import OWNER, LiveBlog

FACTOR = "/api/users/v1/me/second-factor"


@pytest.fixture
def guarded(live_blog) -> tuple[LiveBlog, list[str]]:
    """A blog whose owner has a second factor, and the recovery codes."""
    blog: LiveBlog = live_blog().set_up()
    enrolled = blog.post(FACTOR, {"password": OWNER["password"]})
    confirmed = blog.post(f"{FACTOR}/confirm", {"code": pyotp.TOTP(enrolled["secret"]).now()})
    return blog, confirmed["recovery_codes"]


def test_a_password_alone_is_asked_for_a_code_and_a_recovery_code_signs_in(page: Page, guarded):
    blog, recovery_codes = guarded
    page.goto(f"{blog.url}/sign-in")
    page.get_by_label("User name or e-mail").fill(OWNER["username"])
    page.get_by_label("Password").fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").click()
    code = page.get_by_label("Code")
    expect(code).to_be_focused()
    assert accessibility_faults(page) == []
    page.keyboard.type("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("That code is not the one of this moment.")
    code.fill(recovery_codes[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Posts", level=1)).to_be_visible()
    # the browser itself logs the two refusals
    page.troubles[:] = [trouble for trouble in page.troubles if "401" not in trouble]


def test_whoever_goes_back_from_the_code_begins_anew_by_keyboard_alone(page: Page, guarded):
    blog, _recovery_codes = guarded
    page.goto(f"{blog.url}/sign-in")
    page.get_by_label("User name or e-mail").focus()
    page.keyboard.type(OWNER["username"])
    page.keyboard.press("Tab")
    page.keyboard.type(OWNER["password"])
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code")).to_be_focused()
    page.get_by_role("button", name="Begin again").press("Enter")
    expect(page.get_by_label("User name or e-mail")).to_be_focused()
    expect(page.get_by_label("Password")).to_have_value("")
    page.troubles[:] = [trouble for trouble in page.troubles if "401" not in trouble]
