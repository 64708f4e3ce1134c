"""The same build on a host that only serves files."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import expect

from spa.server.settings import DIST
from tests.spa.reading.conftest import POST
from tests.support.live import LiveBlog

pytestmark = pytest.mark.browser


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
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=tmp_path))
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
