"""A small client of the public API: sets a blog up and fills it."""

import json
import re
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.texts import text

OWNER = {"username": "ada", "name": "Ada", "email": "ada@example.org", "password": "correct horse battery"}


def call(
    method: str, url: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Send one request and return the JSON answer."""
    data = None if body is None else json.dumps(body).encode()
    sent = {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(url, data, sent, method=method)  # noqa: S310 - our own loopback URL
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - same
        text = answer.read()
    return json.loads(text) if text else {}


def set_up(origin: str, code: str) -> str:
    """Make the owner and return an access token."""
    return str(call("POST", f"{origin}/api/users/v1/setup", {"code": code, **OWNER})["access_token"])


def sign_in(origin: str) -> str:
    """Sign the owner in and return an access token."""
    body = {"identifier": OWNER["username"], "password": OWNER["password"]}
    return str(call("POST", f"{origin}/api/users/v1/sessions", body)["access_token"])


def create_post(origin: str, token: str, number: int) -> float:
    """Publish one post and return the seconds it took."""
    body = {
        "title": f"Post {number}",
        "markdown": text(number),
        "status": "published",
        "tags": [f"tag {number % 20}"],
        "published_at": f"20{10 + number % 16}-0{1 + number % 9}-1{number % 10}T09:00:00Z",
    }
    began = time.perf_counter()
    call("POST", f"{origin}/api/blog/v1/posts", body, {"Authorization": f"Bearer {token}"})
    return time.perf_counter() - began


def setup_code(log: Path) -> str:
    """Return the code of the one-time set-up link that the blog printed."""
    found = re.search(r"/setup#code=([\w-]+)", log.read_text("utf-8"))
    if found is None:
        raise LookupError("the blog printed no set-up link")
    return found[1]
