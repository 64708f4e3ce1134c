"""Readers' own things, and reading without a connection, with the real service worker of real builds."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from spa.server.settings import DIST
from tests.spa.reading.conftest import LIST, POST, taken_over
from tests.support.browser import accessibility_faults
from tests.support.live import LiveBlog
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser

READY = "() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"


@pytest.fixture
def reader(browser: Browser, blog: LiveBlog) -> Iterator[BrowserContext]:
    """A browser that keeps what it is told to; the others of the suite forbid workers."""
    context = browser.new_context(base_url=blog.url, service_workers="allow")
    yield context
    context.close()


def keeping(page: Page, path: str) -> Page:
    taken_over(page, path)
    page.wait_for_function(READY)
    page.wait_for_function("() => caches.open('answers').then((kept) => kept.keys()).then((keys) => keys.length > 0)")
    return page


def test_what_was_read_is_there_without_a_connection_and_the_rest_says_so(reader):
    page = keeping(reader.new_page(), POST)
    page.goto(LIST)
    page.get_by_role("link", name="Letter 8").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Letter 8")
    reader.set_offline(True)
    for path, name in ((POST, "Notes on the Engine"), ("/posts/letter-8", "Letter 8")):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        assert page.locator(".prose").inner_text().strip()
    page.goto("/posts/letter-3")
    expect(page.get_by_role("alert")).to_contain_text("The blog cannot be reached")
    reader.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Letter 3")


def test_a_bookmark_is_kept_on_the_device_and_taken_away(reader):
    page = keeping(reader.new_page(), POST)
    page.keyboard.press("End")
    page.get_by_role("button", name="Keep for later").click()
    expect(page.get_by_role("button", name="Kept for later", pressed=True)).to_be_visible()
    taken_over(page, "/posts/letter-4")
    expect(page.get_by_role("button", name="Share")).to_be_visible()
    reader.set_offline(True)
    page.goto("/reading")
    kept = page.get_by_role("region", name="Kept for later")
    expect(kept.get_by_role("link", name="Notes on the Engine")).to_be_visible()
    expect(page.get_by_role("region", name="Read before").get_by_role("link", name="Letter 4")).to_be_visible()
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Remove “Notes on the Engine”").click()
    page.get_by_role("button", name="Forget what I read").click()
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()


def test_the_menu_leads_to_the_list(page):
    taken_over(page, LIST)
    page.get_by_role("button", name="Aa").click()
    page.get_by_role("link", name="Reading list").click()
    expect(page.get_by_role("heading", level=1, name="Reading list")).to_be_focused()


def test_a_list_that_storage_has_garbled_is_empty(page):
    page.add_init_script("localStorage.setItem('reading-list', '[{\"path\": 1}, null')")
    page.goto("/reading")
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()


def test_the_link_of_a_post_is_copied(page, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.add_init_script("delete Navigator.prototype.share")
    taken_over(page, POST).keyboard.press("End")
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("status", name="Notifications")).to_contain_text("The link was copied.")
    assert page.evaluate("navigator.clipboard.readText()").endswith(POST)


def test_the_blog_can_be_installed(blog):
    manifest = blog.call("GET", "/manifest.webmanifest")
    assert manifest.headers["Content-Type"] == "application/manifest+json"
    told = json.loads(manifest.data)
    assert (told["name"], told["start_url"]) == ("A blog", "/")
    assert blog.call("GET", told["icons"][0]["src"]).status == 200


def released(blog: LiveBlog, dist: Path, mark: str) -> None:
    """Change the build in place as a release does: the entry has another name, and the worker another version."""
    entry = next(dist.glob("assets/index-*.js"))
    newer = entry.with_name(f"index-{mark}.js")
    for file in dist.glob(f"assets/{entry.name}*"):
        file.unlink()
    newer.write_text((DIST / "assets" / entry.name).read_text("utf-8") + f"\nwindow.release = '{mark}';\n", "utf-8")
    for name in (".vite/manifest.json", "service-worker.js", "index.html"):
        text = (dist / name).read_text("utf-8").replace(entry.name, newer.name)
        (dist / name).write_text(re.sub(r"VERSION = '[^']+'", f"VERSION = '{mark}'", text), "utf-8")


def test_after_a_release_nobody_is_shown_the_old_shell(browser, live_blog, tmp_path):
    dist = shutil.copytree(DIST, tmp_path / "dist")
    blog = live_blog(FRONTEND_DIST=str(dist)).set_up()
    blog.post("/api/blog/v1/posts", {"title": "Kept", "markdown": "Words.", "status": "published"})
    context = browser.new_context(base_url=blog.url, service_workers="allow")
    page = keeping(context.new_page(), "/posts/kept")
    assert page.evaluate("window.release") is None
    blog.stop()
    released(blog, dist, "second")
    again = live_blog(blog.data_dir, FRONTEND_DIST=str(dist), PORT=blog.url.rpartition(":")[2])
    assert again.url == blog.url
    taken_over(page, "/posts/kept")
    assert page.evaluate("window.release") == "second"
    page.evaluate("() => navigator.serviceWorker.getRegistration().then((worker) => worker.update())")
    page.wait_for_function("() => navigator.serviceWorker.getRegistration().then(({ waiting }) => waiting !== null)")

    def shells() -> list[str]:
        # the old worker goes once no page of its build is open
        page.goto("about:blank")
        page.wait_for_timeout(300)
        taken_over(page, "/posts/kept")
        return page.evaluate("() => caches.keys().then((names) => names.filter((name) => name.startsWith('shell-')))")

    wait_until(lambda: shells() == ["shell-second"], seconds=20)
    context.set_offline(True)
    taken_over(page, "/posts/kept")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kept")
    assert page.evaluate("window.release") == "second"
    context.close()
