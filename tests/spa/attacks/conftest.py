"""A blog in which every field that is ever shown holds an attack, and a browser that notices what comes of them."""

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Request

from tests.support.live import LiveBlog
from tests.support.shared_data import shared_data

API = "/api/blog/v1"
A_TEXT = 25
# harmless words of the second list say nothing about markup
TELLING = re.compile(r"[<>\"'&]|javascript|data:|\\|%|\{\{|\$\{")
# what the attacks call, and what an attacker would do
CANARIES = """
window.ran = [];
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open', 'xss']) {
  window[name] = (...given) => { window.ran.push(`${name}(${given})`); };
}
document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
  if (!/^(img|media)-src/.test(effectiveDirective)) window.ran.push(`${effectiveDirective} ${blockedURI}`);
});
"""
# elements that act, and styles that reach out of the text
NEVER = "script,style,link,meta,base,iframe,object,embed,form,frame,frameset,svg,[onerror],[onload]"
ACTING = f"{NEVER},math,[style]"
# the one place where the page itself makes such: a formula between dollar signs, once it is set
FORMULA = ".math > math, .math > math [style]"
ESCAPES = f"""() => [...document.querySelectorAll('.prose, .standfirst, .post-list, h1, .byline')].flatMap((part) =>
  [...part.querySelectorAll({json.dumps(ACTING)})]
    .filter((element) => !element.closest('.copy, button'))
    .filter((element) => !element.matches({json.dumps(FORMULA)}) || element.matches({json.dumps(NEVER)}))
    .map((element) => element.outerHTML.slice(0, 200)))"""
FIXED = """() => [...document.querySelectorAll('main *')]
  .filter((element) => getComputedStyle(element).position === 'fixed')
  .map((element) => element.outerHTML.slice(0, 200))"""


def attacks() -> list[str]:
    """Return the attacks of both lists, each once."""
    folder = shared_data("xss")
    dompurify = json.loads((folder / "dompurify-expect.json").read_text("utf-8"))
    naughty = [text for text in json.loads((folder / "blns.json").read_text("utf-8")) if TELLING.search(text)]
    return list(dict.fromkeys([*(each["payload"] for each in dompurify), *naughty]))


def a_line(attack: str, most: int) -> str:
    """Return an attack as a field of one line takes it."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", attack).strip()[:most].strip() or "<b>"


@dataclass
class Watched:
    """A page whose every request and dialog is noted."""

    page: Page
    blog: LiveBlog
    seen: list[str] = field(default_factory=list)

    def visit(self, path: str) -> None:
        """Open a path; fail if anything ran, was asked of another host but a picture, or left its place."""
        self.seen.clear()
        self.page.goto(path, wait_until="load")
        assert self.troubles() == [], path

    def troubles(self) -> list[str]:
        return [*self.seen, *self.page.evaluate("() => window.ran"), *self.page.evaluate(ESCAPES)]

    def note(self, request: Request) -> None:
        address = urlsplit(request.url)
        ours = f"{address.scheme}://{address.netloc}" == self.blog.url
        if not ours and address.scheme in {"http", "https"} and request.resource_type not in {"image", "media"}:
            self.seen.append(f"asked for {request.url}")


@pytest.fixture(scope="module")
def blog(live_blog: Callable[..., LiveBlog]) -> LiveBlog:
    limits = {"BLOG_LIMITS_ANONYMOUS": "100000 per minute", "BLOG_LIMITS_BEARER": "100000 per minute"}
    return live_blog(**limits, USERS_LIMITS_SIGN_IN="1000 per minute").set_up()


@pytest.fixture
def watched(context: BrowserContext, blog: LiveBlog) -> Iterator[Watched]:
    # pictures of other hosts are allowed by design, but no test leaves this machine
    context.route(lambda url: not url.startswith(blog.url), lambda route: route.abort())
    context.add_init_script(CANARIES)
    page = context.new_page()
    watched = Watched(page, blog)
    page.on("dialog", lambda dialog: (watched.seen.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", watched.note)
    page.on("popup", lambda popup: watched.seen.append(f"opened {popup.url}"))
    yield watched
    page.close()


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], blog: LiveBlog) -> dict[str, Any]:
    return {**browser_context_args, "base_url": blog.url}


@pytest.fixture(scope="module")
def hostile_posts(blog: LiveBlog) -> list[dict[str, Any]]:
    """A post for each attack, which stands in every field of it."""
    made = []
    for number, attack in enumerate(attacks()):
        body = {
            "title": a_line(attack, 300), "summary": attack.replace("\0", "")[:2000], "status": "published",
            "markdown": attack.replace("\0", ""), "tags": [a_line(attack, 100)], "slug": f"attack-{number}",
            "seo": {"title": a_line(attack, 300), "description": a_line(attack, 1000)},
        }  # fmt: skip
        response = blog.call("POST", f"{API}/posts", json=body)
        # what is refused is shown nowhere; it must be refused for a reason
        assert response.status in {201, 422}, (attack, response.data)
        if response.status == 201:
            made.append(response.json())
    return made


def upload(blog: LiveBlog, filename: str, content: bytes, kind: str, alt: str) -> dict[str, Any]:
    """Upload a file; returns it as it was answered."""
    answer = blog.call("POST", f"{API}/media", fields={"file": (filename, content, kind), "alt": alt})
    assert answer.status in {200, 201}, answer.data
    return answer.json()


def a_picture(shade: int) -> bytes:
    """Return the bytes of a small PNG."""
    file = io.BytesIO()
    Image.new("RGB", (3, 2), (shade % 256, shade // 256, 0)).save(file, "PNG")
    return file.getvalue()
