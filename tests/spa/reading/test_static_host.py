"""The same build on a host that only serves files."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from spa.server.settings import DIST
from tests.spa.reading.conftest import POST
from tests.support.browser import accessibility_faults
from tests.support.live import LiveBlog

pytestmark = pytest.mark.browser


class Files(SimpleHTTPRequestHandler):
    """Serves files, and `index.html` where there is none, as hosts of such applications do."""

    def send_head(self) -> object:
        """Find the file, or the shell."""
        if not Path(self.translate_path(self.path)).exists():
            self.path = "/index.html"
        return super().send_head()


@pytest.fixture
def static_host(tmp_path: Path, blog: LiveBlog) -> Iterator[str]:
    """The build on a host that only serves files, told where the API is."""
    for file in DIST.rglob("*"):
        if file.is_file():
            copy = tmp_path / file.relative_to(DIST)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    index = tmp_path / "index.html"
    told = index.read_text("utf-8").replace('name="api-base" content=""', f'name="api-base" content="{blog.url}"')
    index.write_text(told, "utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=tmp_path))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_same_build_reads_from_any_host_that_is_told_where_the_api_is(page, static_host):
    page.goto(f"{static_host}/")
    page.get_by_role("link", name="Notes on the Engine").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Notes on the Engine")
    expect(page).to_have_url(f"{static_host}{POST}")


@pytest.fixture
def reader(browser) -> Iterator[Page]:
    """A page of a browser that keeps what it is told to; the others of the suite forbid workers."""
    context = browser.new_context(service_workers="allow")
    yield context.new_page()
    context.close()


KEPT = "() => caches.open('answers').then((kept) => kept.keys()).then((keys) => keys.map(({ url }) => url))"


def test_a_preview_link_opens_there_too_and_is_kept_by_nobody_until_it_is_taken_back(reader, static_host, blog):
    draft = blog.post("/api/blog/v1/posts", {"title": "Not public yet", "markdown": "*Soon.*"})
    link = blog.post(f"/api/blog/v1/posts/{draft['id']}/previews", {})
    # once the worker is there
    reader.goto(f"{static_host}{POST}")
    reader.wait_for_function("() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller)")
    reader.goto(f"{static_host}/preview/{link['token']}")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Not public yet")
    expect(reader.get_by_text("only those who have this link see it")).to_be_visible()
    expect(reader.locator("em", has_text="Soon.")).to_be_visible()
    expect(reader.get_by_role("button", name="Keep for later")).to_have_count(0)
    assert accessibility_faults(reader) == []
    assert reader.locator('meta[name="referrer"]').get_attribute("content") == "no-referrer"
    reader.goto(f"{static_host}{POST}")
    reader.wait_for_function(f"async () => (await ({KEPT})()).some((url) => url.includes('{POST.rpartition('/')[2]}'))")
    assert [url for url in reader.evaluate(KEPT) if "preview" in url] == []
    assert reader.evaluate("() => localStorage.getItem('reading-list') ?? ''").count("Not public yet") == 0
    blog.call("DELETE", f"/api/blog/v1/posts/{draft['id']}/previews/{link['id']}")
    reader.goto(f"{static_host}/preview/{link['token']}")
    expect(reader.get_by_role("heading", level=1)).to_have_text("This preview has ended")
