"""Reading over HTTP: what readers ask for, beside Flask views that do nothing, or one SELECT, on the same server."""

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import Request, urlopen

from benchmarks import reference, servers
from benchmarks.filling import fill, opened
from benchmarks.load import Subject, interleaved, ratio, require_wrk
from flask_blog.serving import THREADS

POSTS = int(os.environ.get("BENCH_POSTS", "1000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SECONDS = 2
API = "/api/blog/v1"
POST, LIST = f"{API}/posts/slug/post-{POSTS - 7}", f"{API}/posts"
ROWS = (
    ("warm post", "empty", 2.0),
    ("warm list", "empty", 2.0),
    ("304 for a known ETag", "warm post", 1.0),
    ("warm page of a post", "warm post", 1.0),
    ("warm home page", "warm list", 1.0),
    ("cold post", "select", 0.3),
    ("cold list", "select", 0.3),
    ("static file of nginx", "warm post", None),
)


def subjects(warm: str, cold: str, views: str, static: str | None) -> list[Subject]:
    """Return everything that is measured, in the order in which it is asked each round."""
    tag = {"If-None-Match": _header(f"{warm}{POST}", "ETag")}
    found = [
        Subject("empty", f"{views}/empty"),
        Subject("select", f"{views}/select/post-7"),
        Subject("warm post", f"{warm}{POST}"),
        Subject("warm list", f"{warm}{LIST}"),
        Subject("304 for a known ETag", f"{warm}{POST}", tag),
        Subject("warm page of a post", f"{warm}/posts/post-{POSTS - 7}"),
        Subject("warm home page", f"{warm}/"),
        Subject("cold post", f"{cold}{POST}"),
        Subject("cold list", f"{cold}{LIST}"),
    ]
    return [*found, Subject("static file of nginx", static)] if static else found


def run(folder: Path) -> None:
    """Fill a blog, serve it warm and cold beside the reference views, and print the ratios."""
    require_wrk()
    for name in ("warm", "cold"):
        blog = opened(folder / name)
        fill(blog, POSTS)
        body = blog.bytes_of(POST)
        blog.services.close()
    reference.prepare(str(folder / "reference.sqlite3"), body.decode())
    with ExitStack() as running:
        warm, _, _ = running.enter_context(servers.blog(folder / "warm"))
        cold, _, _ = running.enter_context(servers.blog(folder / "cold", BLOG_CACHE_BYTES="0"))
        views = running.enter_context(servers.reference(folder / "reference.sqlite3", THREADS))
        static = running.enter_context(servers.static(folder / "static", body))
        rates = interleaved(subjects(warm, cold, views, static), rounds=ROUNDS, seconds=SECONDS)
    report(rates, len(body))


def report(rates: dict[str, list[float]], size: int) -> None:
    """Print each rate, and each ratio beside its goal."""
    print(f"\nOne process, SQLite, {POSTS:,} posts; a post is {size:,} bytes of JSON; median of {ROUNDS} rounds")
    for name, measured in rates.items():
        print(f"{name:24}{median(measured):10,.0f} requests/s")
    print()
    for name, against, goal in ROWS:
        if name in rates:
            wanted = f"(goal {goal:.1f})" if goal else ""
            print(f"{name + ' / ' + against:40}{ratio(rates, name, against):6.2f} {wanted}")


def _header(url: str, name: str) -> str:
    with urlopen(Request(url), timeout=10) as answer:  # noqa: S310 - our own loopback URL
        headers: Any = answer.headers
        return str(headers[name])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        run(Path(temporary))
    sys.exit(0)
