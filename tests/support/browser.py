"""A real Chromium for tests: the system's, by pytest-playwright; skipped by name where there is none."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "spa" / "node_modules" / "axe-core" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# As root Chromium needs --no-sandbox; the others keep it from calling its maker at every start
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def executable() -> str | None:
    """Return the path of an installed Chromium, or None."""
    given = os.environ.get("CHROMIUM")
    return given or next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    path = executable()
    if path is None:
        pytest.skip("no Chromium is installed (Debian: apt-get install chromium)")
    return {"executable_path": path, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    """Without service workers: what they fetch, no test sees. Tests of theirs make contexts of their own."""
    return {**browser_context_args, "service_workers": "block"}


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page on which nothing may go wrong unseen: console errors, script errors and failed requests fail the test."""
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("requestfailed", lambda request: troubles.append(f"{request.url}: {request.failure}"))
    page.troubles = troubles  # type: ignore[attr-defined]  # a test that provokes trouble clears the list
    yield page
    # a page that is left aborts what it was loading; that is no failure
    assert [trouble for trouble in troubles if "ERR_ABORTED" not in trouble] == []


def accessibility_faults(page: Page) -> list[str]:
    """Return what axe finds on the page that is shown, one line a fault; a page is shown when its heading is."""
    page.locator("h1").first.wait_for()
    # evaluated rather than added as a script, which the page's own Content-Security-Policy rightly refuses
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{violation['id']}: {node['html'][:150]} · {node['failureSummary'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
