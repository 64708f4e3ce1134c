"""Takes the README's pictures of the demonstration blog: `make screenshots`."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browser import FLAGS, executable

FOLDER = Path(__file__).parent
SIGN_IN = re.compile(r"Sign in at (?P<url>\S+)/sign-in as (?P<name>\S+) with the password (?P<password>\S+)")
POST = "/posts/designed-for-reading"
SIZE = {"width": 1280, "height": 800}


@contextmanager
def demonstration() -> Iterator[re.Match[str]]:
    """Run the demonstration on a free port; give its address and the owner's sign-in."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "flask_blog.cli", "demo", "--data-dir", folder, "--port", "0"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            lines = iter(process.stdout or ())
            yield next(found for line in lines if (found := SIGN_IN.search(line)))
        finally:
            process.terminate()
            process.wait()


def open_page(browser: Browser, url: str, *, dark: bool = False) -> Page:
    """Return a page that has come to rest."""
    page = browser.new_page(viewport=SIZE, color_scheme="dark" if dark else "light", reduced_motion="reduce")
    page.goto(url, wait_until="networkidle")
    return page


def take(browser: Browser, blog: re.Match[str]) -> None:
    """Take every picture."""
    open_page(browser, blog["url"] + POST).screenshot(path=FOLDER / "post.png")
    open_page(browser, blog["url"], dark=True).screenshot(path=FOLDER / "home-dark.png")
    page = open_page(browser, blog["url"] + "/sign-in")
    page.get_by_label("User name or e-mail").fill(blog["name"])
    page.get_by_label("Password").fill(blog["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/studio")
    page.get_by_role("link", name="Designed for reading").click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / "editor.png")


def main() -> None:
    """Take the pictures with the system's Chromium."""
    if executable() is None:
        sys.exit("The pictures need Chromium: install it (Debian: apt install chromium).")
    with demonstration() as blog, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        take(browser, blog)
        browser.close()


if __name__ == "__main__":
    main()
