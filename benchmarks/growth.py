"""How the cost of reading grows with the number of posts, on SQLite in one process, every cache switched off.

Both blogs are open in this process and asked in turn, so that a noisy minute touches both alike.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks.filling import RARITY, Blog, fill, opened
from benchmarks.turns import growth, timed

SMALL = 1_000
LARGE = 100_000
ROUNDS = 60
DEEP_PAGE = 400
API = "/api/blog/v1"
Call = Callable[[], object]
UNCACHED = {"BLOG_CACHE_BYTES": "0", "BLOG_LIMITS_ANONYMOUS": "1000000 per second"}


def paths(blog: Blog, posts: int) -> Mapping[str, str]:
    """Return what is asked of a blog, by name."""
    rare = f"rare{posts // RARITY // 2}"
    found = {
        "newest 20": f"{API}/posts",
        "newest 20 of a tag": f"{API}/posts?tag=subject-c",
        "a post by its slug": f"{API}/posts/slug/post-{posts - 7}",
        "feed": "/feed.xml",
        "archive": f"{API}/archive",
        "search, 50 matches": f"{API}/search?q={rare}",
        "search, a word of every post": f"{API}/search?q=reading",
    }
    return {name: path for name, path in found.items() if _answers(blog, path)}


def deep(blog: Blog) -> str:
    """Return the path of page 400, reached by walking there."""
    page = blog.get(f"{API}/posts?limit=100&fields=id")
    for _ in range(DEEP_PAGE * 20 // 100 - 1):
        page = blog.get(f"{API}/posts?limit=100&fields=id&cursor={page['next']}")
    return f"{API}/posts?cursor={page['next']}"


def compare(title: str, pairs: Mapping[str, tuple[Call, Call]]) -> None:
    """Call each pair in turn, round after round, and print the medians and the median of the ratios."""
    print(f"\n{title}\n{'':32}{'first':>10}{'second':>10}{'ratio':>8}")
    calls = {f"{name}, {side}": pair[side] for name, pair in pairs.items() for side in (0, 1)}
    taken = timed(calls, ROUNDS)
    for name in pairs:
        first, second = (median(taken[f"{name}, {side}"]) * 1000 for side in (0, 1))
        print(f"{name:32}{first:8.2f}ms{second:8.2f}ms{growth(taken, f'{name}, 0', f'{name}, 1'):8.2f}")


def run(folder: Path, small: int, large: int) -> None:
    """Fill two blogs and compare them."""
    with ExitStack() as closing:
        blogs = []
        for posts in (small, large):
            began = time.perf_counter()
            blog = opened(folder / str(posts), **UNCACHED)
            closing.callback(blog.services.close)
            fill(blog, posts)
            print(f"{posts:,} posts committed in {time.perf_counter() - began:.0f} s", flush=True)
            blogs.append(blog)
        few, many = blogs
        asked = paths(few, small), paths(many, large)
        pairs = {name: (_asking(few, path), _asking(many, asked[1][name])) for name, path in asked[0].items()}
        compare(f"One process, SQLite, no cache: {small:,} posts and {large:,} posts", pairs)
        pages = {"20 posts": (_asking(many, f"{API}/posts"), _asking(many, deep(many)))}
        compare(f"{large:,} posts: page 1 and page {DEEP_PAGE}", pages)


def _asking(blog: Blog, path: str) -> Call:
    return lambda: blog.bytes_of(path)


def _answers(blog: Blog, path: str) -> bool:
    try:
        blog.bytes_of(path)
    except LookupError as error:
        print(f"not measured: {error}", file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        run(Path(temporary), SMALL, int(sys.argv[1]) if len(sys.argv) > 1 else LARGE)
