"""What a stranger does in Swagger UI, in a real browser: authorize, try it out, write a post, read it."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.live import LiveBlog

pytestmark = pytest.mark.browser
SQUARE = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'


@pytest.fixture(scope="module")
def blog(live_blog) -> LiveBlog:
    return live_blog().set_up()


@pytest.fixture
def token(blog) -> str:
    scopes = ["posts:read", "posts:write", "media:read", "media:write"]
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


def authorized(page: Page, blog: LiveBlog, token: str) -> Page:
    opened(page, blog, "blog")
    page.get_by_role("button", name="Authorize").click()
    page.get_by_label("Value").fill(token)
    page.get_by_role("button", name="Apply credentials").click()
    page.get_by_role("button", name="Close", exact=True).click()
    return page


def done(page: Page, name: str, status: int, **given: str) -> tuple[Any, str]:
    """Try an operation out with its example as it stands; return the answer's body and its ETag, as they are shown."""
    block = operation(page, name)
    for parameter, value in given.items():
        row = block.locator(f"tr[data-param-name='{parameter.replace('If_match', 'If-Match')}']")
        row.locator("input").fill(value)
    answer = execute(block)
    expect(answer.locator(".response-col_status")).to_contain_text(str(status))
    shown = answer.locator("pre.microlight, .highlight-code pre").first
    tag = re.search(r"^ *etag: (.+?) *$", answer.inner_text(), re.MULTILINE)
    body = None if status == 204 else json.loads(shown.inner_text())
    block.locator(".opblock-summary-control").click()
    return body, tag[1] if tag else ""


def test_a_stranger_does_a_whole_author_s_day_with_the_examples_as_they_stand(page: Page, blog, token):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    authorized(page, blog, token)
    block = operation(page, "uploadMedia")
    block.locator("input[type=file]").set_input_files({"name": "a.svg", "mimeType": "image/svg+xml", "buffer": SQUARE})
    expect(execute(block).locator(".response-col_status")).to_contain_text("201")
    made, _ = done(page, "createPost", 201)
    _, tag = done(page, "getPost", 200, post_id=made["id"])
    changed, tag = done(page, "updatePost", 200, post_id=made["id"], If_match=tag)
    link, _ = done(page, "createPreview", 201, post_id=made["id"])
    assert blog.call("GET", link["url"].removeprefix(blog.url)).status == 200
    published, tag = done(page, "publishPost", 200, post_id=made["id"], If_match=tag)
    assert (published["status"], published["version"]) == ("published", changed["version"] + 1)
    found, _ = done(page, "searchPosts", 200, q=made["title"])
    assert made["id"] in [each["post"]["id"] for each in found["items"]]
    history, _ = done(page, "listRevisions", 200, post_id=made["id"])
    assert len(history["items"]) == changed["version"]
    done(page, "deletePost", 204, post_id=made["id"], If_match=tag)
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
