"""What a stranger does in Swagger UI, in a real browser: authorize, try it out, write a post, read it."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.live import LiveBlog

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def blog(live_blog) -> LiveBlog:
    return live_blog().set_up()


@pytest.fixture
def token(blog) -> str:
    scopes = ["posts:read", "posts:write"]
    return blog.post("/api/users/v1/tokens", {"name": "A stranger", "scopes": scopes})["token"]


def opened(page: Page, blog: LiveBlog, service: str) -> Page:
    page.goto(f"{blog.url}/api/{service}/docs")
    expect(page.get_by_role("button", name="Authorize")).to_be_visible()
    return page


def operation(page: Page, name: str) -> Locator:
    block = page.locator(f"[id$='-{name}']")
    block.locator(".opblock-summary-control").click()
    return block


def execute(block: Locator) -> Locator:
    block.get_by_role("button", name="Execute").click()
    answer = block.locator(".live-responses-table .response").first
    expect(answer).to_be_visible()
    return answer


def test_a_stranger_authorizes_writes_a_post_and_reads_it(page: Page, blog, token):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page, blog, "blog")
    page.get_by_role("button", name="Authorize").click()
    page.get_by_label("Value").fill(token)
    page.get_by_role("button", name="Apply credentials").click()
    page.get_by_role("button", name="Close", exact=True).click()

    block = operation(page, "createPost")
    # the example as it stands is a post that can be sent
    body = json.loads(block.locator("textarea.body-param__text").input_value())
    answer = execute(block)
    expect(answer.locator(".response-col_status")).to_contain_text("201")
    made = json.loads(answer.locator("pre.microlight, .highlight-code pre").first.inner_text())
    assert made["title"] == body["title"]

    block = operation(page, "getPost")
    block.get_by_placeholder("post_id").fill(made["id"])
    answer = execute(block)
    expect(answer.locator(".response-col_status")).to_contain_text("200")
    expect(answer.locator(".response-col_description")).to_contain_text(made["title"])
    # nothing comes from, or goes to, another host
    assert {re.match(r"(https?://[^/]+|data:|blob:)", url)[1] for url in asked} <= {blog.url, "data:", "blob:"}


@pytest.mark.parametrize("service", ["blog", "users"])
def test_the_page_is_under_a_strict_policy_and_breaks_no_rule_of_it(page: Page, blog, service):
    opened(page, blog, service)
    policy = page.request.get(f"{blog.url}/api/{service}/docs").headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_has_the_colours_of_the_site(page: Page, blog, scheme):
    page.emulate_media(color_scheme=scheme)
    opened(page, blog, "blog")
    colours = page.evaluate(
        "() => [getComputedStyle(document.body), getComputedStyle(document.querySelector('.swagger-ui .info .title'))]"
        ".map((style, index) => index ? style.color : style.backgroundColor)"
    )
    lightness = [float(re.search(r"oklch\((0?[.]\d+)", colour)[1]) for colour in colours]
    assert (lightness[0] > lightness[1]) == (scheme == "light"), colours
