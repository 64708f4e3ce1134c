"""A blog with posts of every kind, open in a browser."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.live import LiveBlog

LONG = "Antidisestablishmentarianism" * 18
ENGINE = """\
The engine *weaves* algebraic patterns just as the **Jacquard loom** weaves flowers.[^1]

## Cards

| Card | Meaning |
|-----:|---------|
| 1    | Add     |

```python
total = sum(value for value in range(100) if value % 2 == 0 and value % 3 == 0 and value % 5 == 0) + 1
```

## Notes

> [!NOTE]
> Said in passing.

- [x] Punched
- [ ] Read

## End

The last words.

[^1]: Translated from the French.
"""
STRANGE = f"{LONG[:200]} \u05e9\u05dc\u05d5\u05dd \U0001f9f5 e\u0301\u0301"
STRANGE_POST = "/posts/strange"
STRANGE_TAG = f"/tags/{LONG[:60].lower()}"
PUBLISHED = {"status": "published"}
LIST = "/"
POST = "/posts/notes-on-the-engine"
TAG = "/tags/engines"
AUTHOR = "/authors/ada"
PAGE = "/pages/about"
ARCHIVE = "/archive"
YEAR = "/archive/2019"
MONTH = "/archive/2019/05"
SERIES = "/series/first-letters"
SEARCH = "/search?q=engine"
SEARCHES = [SEARCH, "/search", "/search?q=nothing-like-it", "/search?q=before:noon"]
PUBLIC = [LIST, POST, TAG, AUTHOR, PAGE, ARCHIVE, MONTH, SERIES, *SEARCHES]


@pytest.fixture(scope="session")
def blog(live_blog: Callable[..., LiveBlog]) -> LiveBlog:
    blog = live_blog().set_up()
    posts = "/api/blog/v1/posts"
    elsewhere = [
        {"label": "Mastodon", "url": "https://social.example.org/@ada"},
        {"label": "Archive", "url": "/archive"},
    ]
    blog.call(
        "PATCH", "/api/blog/v1/site", json={"footer": "Set by hand.", "social_links": elsewhere},
        headers={"If-Match": "*"},
    )  # fmt: skip
    blog.post("/api/blog/v1/series", {"title": "First letters", "description": "How it began."})
    for number in range(24):
        part = {"series": "first-letters"} if number < 2 else {}
        day = f"2019-05-{number + 1:02}T08:00:00Z"
        blog.post(
            posts, {"title": f"Letter {number}", "markdown": "Words. " * 60, "published_at": day, **PUBLISHED, **part}
        )
    blog.post(posts, {"title": "About", "kind": "page", "markdown": "Who we are.", **PUBLISHED})
    strange = {
        "title": STRANGE,
        "summary": LONG,
        "markdown": f"`{LONG}`\n\n# {LONG}\n\n{LONG}",
        "slug": "strange",
    }
    blog.post(posts, {**strange, "tags": [LONG[:60]], "published_at": "2018-06-01T08:00:00Z", **PUBLISHED})
    engine = {"title": "Notes on the Engine", "summary": "It weaves.", "markdown": ENGINE, "tags": ["Engines"]}
    discuss(blog, blog.post(posts, {**engine, **PUBLISHED}))
    return blog


def discuss(blog: LiveBlog, post: dict[str, Any]) -> None:
    """Let people talk about a post: deep, at length, and with a comment that was taken away."""
    comments = f"/api/blog/v1/posts/{post['id']}/comments"
    guest = {
        "name": "Charles",
        "website": "https://example.org",
        "markdown": "Splendid!\n\n> weaves\n\n```\nx = 1\n```",
    }
    first = blog.pool.request("POST", blog.url + comments, json=guest).json()
    item = {"id": first["id"], "version": first["version"]}
    blog.post("/api/blog/v1/comments/moderate", {"items": [item], "status": "approved"})
    above = first
    for words in ("It will.", "On cards.", "Of which there are many.", LONG):
        above = blog.post(comments, {"markdown": words, "parent_id": above["id"]})
    gone = blog.post(comments, {"markdown": "A slip."})
    blog.post(comments, {"markdown": "Of the pen?", "parent_id": gone["id"]})
    blog.call("DELETE", f"/api/blog/v1/comments/{gone['id']}", headers={"If-Match": "*"})


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], blog: LiveBlog) -> dict[str, Any]:
    return {**browser_context_args, "base_url": blog.url}


@pytest.fixture
def without_script(browser: Browser, blog: LiveBlog) -> Iterator[Page]:
    context = browser.new_context(base_url=blog.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def taken_over(page: Page, path: str) -> Page:
    page.goto(path)
    # only the script's page has it
    expect(page.locator(".toasts")).to_be_attached()
    return page
