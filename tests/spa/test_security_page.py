"""What protects accounts, in a real browser: the second step, sessions, people below."""

import re
from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import accessibility_faults
from tests.support.live import OWNER, LiveBlog

pytestmark = pytest.mark.browser
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"
FAR_AWAY = {"offline": False, "latency": 800, "downloadThroughput": -1, "uploadThroughput": -1}
GRACE = {"username": "grace", "name": "Grace Hopper", "email": "grace@example.org", "role": "author"}

HEDY = {"username": "hedy", "name": "Hedy Lamarr", "email": "hedy@example.org", "role": "author"}


@pytest.fixture(scope="module")
def open_blog(live_blog) -> LiveBlog:
    limits = {"USERS_LIMITS_SIGN_IN": "1000 per minute", "USERS_LIMITS_SECOND_FACTOR": "1000 per minute"}
    return live_blog(USERS_REGISTRATION="open", **limits).set_up()


@pytest.fixture
def blog(open_blog: LiveBlog) -> LiveBlog:
    return open_blog.sign_in()


@pytest.fixture(params=[("light", 390), ("dark", 1440)], ids=["phone, light", "desk, dark"])
def look(request, page: Page) -> None:
    scheme, width = request.param
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})


def enter(page: Page, blog: LiveBlog, path: str) -> None:
    page.goto(f"{blog.url}/sign-in?next={path}")
    page.get_by_label("User name or e-mail").fill(OWNER["username"])
    page.get_by_label("Password").fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").click()


def faults(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*accessibility_faults(page), *(["scrolls sideways"] if wide else [])]


def test_a_second_step_is_set_up_by_its_code_asked_for_at_sign_in_and_turned_off(page: Page, blog: LiveBlog, look):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    enter(page, blog, "/studio/security")
    factor = page.get_by_role("region", name="Second step at sign-in")
    factor.get_by_label("Your password").fill(OWNER["password"])
    factor.get_by_role("button", name="Set it up").click()
    expect(factor.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    assert faults(page) == []
    app = pyotp.TOTP(factor.locator("code.secret").inner_text().replace(" ", ""))
    factor.get_by_label("Code").fill("000000")
    factor.get_by_role("button", name="Turn it on").click()
    expect(factor.get_by_role("alert")).to_be_visible()
    factor.get_by_label("Code").fill(app.now())
    factor.get_by_role("button", name="Turn it on").click()
    expect(factor.get_by_role("listitem")).to_have_count(10)
    assert faults(page) == []
    codes = factor.get_by_role("listitem").all_inner_texts()
    factor.get_by_role("button", name="Copy").click()
    assert page.evaluate("navigator.clipboard.readText()").split() == codes
    with page.expect_download() as download:
        factor.get_by_role("button", name="Download").click()
    assert [code for code in codes if code not in download.value.path().read_text("utf-8")] == []
    factor.get_by_role("button", name="I have kept them").click()
    expect(factor.get_by_text("10 recovery codes are left.")).to_be_visible()

    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(f"{blog.url}/")
    enter(page, blog, "/studio/security")
    expect(page.get_by_role("heading", name="Second step", level=1)).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(factor.get_by_text("9 recovery codes are left.")).to_be_visible()
    factor.get_by_role("button", name="Turn it off").click()
    factor.get_by_label("Your password").fill(OWNER["password"])
    factor.get_by_label("Code").fill(codes[1])
    factor.get_by_role("button", name="Turn it off").click()
    expect(factor.get_by_role("button", name="Set it up")).to_be_visible()
    # the browser itself logs what was refused
    page.troubles[:] = [trouble for trouble in page.troubles if not re.search("401|403", trouble)]


def test_a_session_on_another_device_is_recognised_and_ended(page: Page, blog: LiveBlog, browser: Browser, look):
    context = browser.new_context(user_agent=PHONE, service_workers="block")
    phone = context.new_page()
    enter(phone, blog, "/studio/security")
    expect(phone.get_by_text("This device", exact=True)).to_be_visible()
    enter(page, blog, "/studio/security")
    sessions = page.get_by_role("region", name="Where you are signed in")
    expect(sessions.get_by_text("Safari on iPhone").first).to_be_visible()
    assert faults(page) == []
    sessions.get_by_role("button", name="Sign out there: Safari on iPhone").first.click()
    expect(page.get_by_text("Signed out there.")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("heading", name="Sign in", level=1)).to_be_visible()
    context.close()


def test_an_admin_gives_a_role_suspends_lets_in_again_and_hands_over(page: Page, blog: LiveBlog, look):
    blog.post("/api/users/v1/accounts", GRACE)
    enter(page, blog, "/studio/people")
    page.get_by_label("Role of Grace Hopper").select_option("Editor")
    expect(page.get_by_text("Grace Hopper is Editor now.")).to_be_visible()
    page.get_by_role("button", name="Manage Grace Hopper").click()
    dialog = page.get_by_role("dialog", name="Grace Hopper")
    expect(dialog.get_by_text("grace · grace@example.org · Not confirmed yet")).to_be_visible()
    assert faults(page) == []
    dialog.get_by_role("button", name="Suspend").click()
    expect(page.get_by_text("Suspended", exact=True)).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Manage Grace Hopper").click()
    dialog.get_by_role("button", name="Let in again").click()
    expect(page.get_by_text("Suspended", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Manage Grace Hopper").click()
    dialog.get_by_label("Who takes over the posts").select_option("Ada Lovelace (ada)")
    dialog.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("Grace Hopper was deleted.")).to_be_visible()
    expect(page.get_by_role("button", name="Manage Grace Hopper")).to_have_count(0)


def test_what_is_said_to_be_done_can_be_built_on_at_once_however_slow_the_list_is(page: Page, blog: LiveBlog):
    blog.post("/api/users/v1/accounts", HEDY)
    enter(page, blog, "/studio/people")
    expect(page.get_by_role("heading", name="People", level=1)).to_be_visible()
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", FAR_AWAY)
    page.get_by_label("Role of Hedy Lamarr").select_option("Author")
    expect(page.get_by_text("Hedy Lamarr is Author now.")).to_be_visible()
    page.get_by_role("button", name="Manage Hedy Lamarr").click()
    page.get_by_role("dialog", name="Hedy Lamarr").get_by_role("button", name="Suspend").click()
    expect(page.get_by_text("Suspended", exact=True)).to_be_visible()
    assert faults(page) == []


def test_where_everybody_may_have_an_account_the_sign_in_page_says_so(page: Page, blog: LiveBlog):
    page.goto(f"{blog.url}/sign-in")
    page.get_by_role("link", name="Make an account").click()
    expect(page.get_by_role("heading", name="Make an account", level=1)).to_be_visible()


def make_token(page: Page, blog: LiveBlog, worsen: Callable[[], object]) -> Locator:
    """Make a token of the API on a connection that gets worse once the page is there; return the page's part."""
    enter(page, blog, "/studio/security")
    tokens = page.get_by_role("region", name="Access tokens")
    tokens.get_by_label("What is it for?").fill("nightly export")
    tokens.get_by_label("posts:read").check()
    worsen()
    tokens.get_by_role("button", name="Make a token").click()
    return tokens


def test_a_token_that_is_shown_but_once_stays_while_the_page_is_brought_up_to_date(page: Page, blog: LiveBlog):
    connection = page.context.new_cdp_session(page)
    tokens = make_token(page, blog, lambda: connection.send("Network.emulateNetworkConditions", FAR_AWAY))
    expect(tokens.get_by_role("listitem").filter(has_text="nightly export")).to_be_visible()
    expect(tokens.locator("code.secret")).to_be_visible()


def test_a_token_that_is_shown_but_once_stays_where_the_page_cannot_be_brought_up_to_date(page: Page, blog: LiveBlog):
    tokens = make_token(page, blog, lambda: page.route("**/api/users/v1/sessions?*", lambda route: route.abort()))
    expect(page.get_by_text("The page shows what was before the change: the blog cannot be reached")).to_be_visible()
    expect(tokens.locator("code.secret")).to_be_visible()
    page.troubles.clear()
