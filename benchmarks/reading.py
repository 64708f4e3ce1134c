"""Reading over HTTP, in every shape and at every size in one run: beside Flask views that do nothing, or one SELECT."""

import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import Request, urlopen

from benchmarks import reference, servers
from benchmarks.load import Subject, interleaved, ratio, require_wrk
from benchmarks.shapes import Shape, all_shapes
from flask_blog.serving import THREADS

SIZES = [int(each) for each in os.environ.get("BENCH_SIZES", "1000,100000").split(",")]
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SECONDS = 2
API = "/api/blog/v1"
# what is asked; what it is set beside; what the quotient should be: in one process, elsewhere it is published
ROWS = (
    ("warm post", "empty", 2.0),
    ("warm list", "empty", 2.0),
    ("304 for a known ETag", "warm post", 1.0),
    ("warm page of a post", "warm post", 1.0),
    ("warm home page", "warm list", 1.0),
    ("cold post", "select", 0.3),
    ("cold list", "select", 0.3),
)
VIEWS = {"empty", "select"}
NGINX = "nginx, the bytes of a post"


def subjects(shape: Shape) -> list[Subject]:
    """Return what is asked of a shape, in the order in which it is asked each round."""
    slug = f"post-{shape.posts - 7}"
    post, posts = f"{API}/posts/slug/{slug}", f"{API}/posts"
    tag = {"If-None-Match": _header(f"{shape.warm}{post}", "ETag")}
    asked = [
        Subject("warm post", f"{shape.warm}{post}"),
        Subject("warm list", f"{shape.warm}{posts}"),
        Subject("304 for a known ETag", f"{shape.warm}{post}", tag),
        Subject("warm page of a post", f"{shape.pages}/posts/{slug}"),
        Subject("warm home page", f"{shape.pages}/"),
        Subject("cold post", f"{shape.cold}{post}"),
        Subject("cold list", f"{shape.cold}{posts}"),
    ]
    return [Subject(named(shape, each.name), each.url, each.headers) for each in asked]


def named(shape: Shape, name: str) -> str:
    """Return the name of something that is asked of a shape."""
    return f"{shape.name}, {shape.posts:,} posts: {name}"


def run(folder: Path) -> None:
    """Fill blogs, serve them warm and cold beside the reference views, and print rates and ratios."""
    require_wrk()
    with ExitStack() as running:
        shapes = [
            shape for posts in SIZES for shape in running.enter_context(all_shapes(folder / str(posts), posts))
        ]  # fmt: skip
        body = _body(f"{shapes[0].warm}{API}/posts/slug/post-{shapes[0].posts - 7}")
        reference.prepare(str(folder / "reference.sqlite3"), body.decode())
        views = running.enter_context(servers.reference(folder / "reference.sqlite3", THREADS))
        static = running.enter_context(servers.static(folder / "static", body))
        asked = [Subject("empty", f"{views}/empty"), Subject("select", f"{views}/select/post-7")]
        asked += [Subject(NGINX, static)] if static else []
        asked += [subject for shape in shapes for subject in subjects(shape)]
        rates = interleaved(asked, rounds=ROUNDS, seconds=SECONDS)
    report(rates, shapes, len(body))


def report(rates: dict[str, list[float]], shapes: Sequence[Shape], size: int) -> None:
    """Print each rate, and each ratio beside its goal."""
    print(f"\nA post is {size:,} bytes of JSON; requests/s, median of {ROUNDS} rounds, and the ratio in each round")
    for name in (*sorted(VIEWS), NGINX):
        if name in rates:
            print(f"{name:34}{median(rates[name]):10,.0f}")
    for shape in shapes:
        print(f"\n{shape.name}, {shape.posts:,} posts")
        for name, against, goal in ROWS:
            mine, theirs = named(shape, name), against if against in VIEWS else named(shape, against)
            found = f"{ratio(rates, mine, theirs):6.2f} of {against}"
            print(f"{name:34}{median(rates[mine]):10,.0f}{found:24} (goal {goal:.1f})")


def _body(url: str) -> bytes:
    with urlopen(url, timeout=10) as answer:  # noqa: S310 - our own loopback URL
        return bytes(answer.read())


def _header(url: str, name: str) -> str:
    with urlopen(Request(url), timeout=10) as answer:  # noqa: S310 - our own loopback URL
        headers: Any = answer.headers
        return str(headers[name])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        run(Path(temporary))
    sys.exit(0)
