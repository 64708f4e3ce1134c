"""Writing: what our parts add to rendering, to the engine's own durable commit, and to the password's hash.

Everything runs in this process, so that a network adds nothing. The raw commit inserts the same row with the same
driver, durably, into a table of the same database server.
"""

import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import orjson
import psycopg
from argon2 import PasswordHasher
from sqlalchemy import make_url

from api.blog.markdown import render
from api.shared.auth import Authenticator
from api.shared.http import new_id
from api.shared.operations import EXTENSION
from api.shared.store import insert
from api.shared.transport import WsgiTransport
from api.users.passwords import LANES, MEMORY_KIB, PASSES
from benchmarks.blog_client import OWNER
from benchmarks.bulk import beside_a_writer
from benchmarks.filling import Blog, copies, fill, opened
from benchmarks.texts import draft, text
from benchmarks.turns import beyond, print_times, seconds, timed
from deploy.services.postgresql import local_databases

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5")) * 40
WRITERS = 16
BULK_FROM, BULK_RECORDS = 1_000_000, 10_000  # numbers that no other post has; a post and its slug each
COMMITS_A_WRITER = 60
TABLE = "CREATE TABLE raw (id TEXT PRIMARY KEY, body TEXT)"
COUNTER = "CREATE TABLE counter (seq BIGINT); INSERT INTO counter VALUES (0)"

Committing = Callable[[str, str], object]


def sqlite_raw(folder: Path) -> Committing:
    """Return a durable one-row commit by the standard driver, with the pragmas that the Database Service sets."""
    connection = sqlite3.connect(folder / "raw.sqlite3", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(TABLE)

    def commit(record_id: str, body: str) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO raw VALUES (?, ?)", (record_id, body))
        connection.execute("COMMIT")

    return commit


def postgresql_raw(url: str, *, counted: bool = False) -> Committing:
    """Return a durable one-row commit by psycopg; `counted` raises a one-row counter last, as our commits do."""
    connection = psycopg.connect(_plain(url), autocommit=True)

    def commit(record_id: str, body: str) -> None:
        with connection.transaction():
            connection.execute("INSERT INTO raw VALUES (%s, %s)", (record_id, body))
            if counted:
                connection.execute("UPDATE counter SET seq = seq + 1")

    return commit


def one_writer(engine: str, blog: Blog, raw: Committing) -> None:
    """Print what a commit and a new post cost, part by part."""
    row = blog.store.find("posts", sort="-published_at", limit=1).records[0]
    values = {name: value for name, value in row.items() if name not in {"id", "version"}}
    body, numbers = orjson.dumps(values).decode(), count()
    calls: dict[str, Callable[[], object]] = {
        "raw commit": lambda: raw(new_id(), body),
        "commit": lambda: blog.store.commit([insert("posts", new_id(), {**values, "slug": f"bench-{next(numbers)}"})]),
        "render": lambda: render(text(next(numbers)), media={}),
        "create a post": lambda: blog.client.make(
            "/posts", {"title": f"Made {next(numbers)}", "markdown": text(next(numbers)), "status": "published"}
        ),
    }
    taken = timed(calls, ROUNDS)
    print_times(f"{engine}, one writer, a post of {len(body):,} bytes", taken)
    print(f"commit beyond raw: {beyond(taken, 'commit', 'raw commit'):.2f} ms (goal 1)")
    print(f"create beyond render and raw: {beyond(taken, 'create a post', 'render', 'raw commit'):.2f} ms (goal 3)")


def many_writers(name: str, writers: list[Committing]) -> None:
    """Print how many commits a second several writers at once get done."""

    def work(commit: Committing) -> None:
        for _ in range(COMMITS_A_WRITER):
            commit(new_id(), "a short text")

    threads = [Thread(target=work, args=(commit,)) for commit in writers]

    def all_of_them() -> None:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    rate = len(writers) * COMMITS_A_WRITER / seconds(all_of_them)
    print(f"{name + f', {len(writers)} writers':56}{rate:8,.0f} commits/s")


def tags_of(blog: Blog) -> Committing:
    """Return a commit of one small record through the Database Service."""
    found = blog.store.find("tags", sort="name", limit=1).records[0]
    values = {name: value for name, value in found.items() if name not in {"id", "version", "post_count"}}

    def commit(record_id: str, _body: str) -> object:
        return blog.store.commit(
            [insert("tags", record_id, {**values, "slug": record_id, "name": record_id, "name_key": record_id})]
        )

    return commit


def bulk(engine: str, blog: Blog) -> None:
    """Print how long another writer is held out while many records are written."""
    templates = blog.store.find("posts", sort="-published_at", limit=20).records
    tags = [tag["id"] for tag in blog.store.find("tags", sort="name", limit=200).records]
    one_tag = tags_of(blog)
    groups = copies(templates, tags, range(BULK_FROM, BULK_FROM + BULK_RECORDS // 2))
    beside_a_writer(engine, blog.store, groups, lambda: one_tag(new_id(), ""))


def people(blog: Blog) -> None:
    """Print what a sign-in costs beyond its hash, what verifying a token costs, and a long preview."""
    hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
    stored = hasher.hash(OWNER["password"])
    users = WsgiTransport(blog.services.users)
    body = orjson.dumps({"identifier": OWNER["username"], "password": OWNER["password"]})
    headers = {"Content-Type": "application/json"}

    def sign_in() -> Any:
        reply = users.request("POST", "/api/users/v1/sessions", headers=headers, body=body)
        assert reply.status == 201, reply.body  # noqa: S101 - a refused sign-in would be measured as a fast one
        return orjson.loads(reply.body)

    calls = {"hash": lambda: hasher.verify(stored, OWNER["password"]), "sign in": sign_in}
    taken = timed(calls, 20)
    print_times("Sign-in", taken)
    print(f"sign-in beyond the hash: {beyond(taken, 'sign in', 'hash'):.2f} ms")
    tokens = [f"Bearer {sign_in()['access_token']}" for _ in range(20)]
    authenticator: Authenticator = blog.services.blog.extensions[EXTENSION].authenticator
    fresh = iter(tokens)
    first = {"first look": lambda: authenticator._verify(next(fresh).partition(" ")[2])}  # noqa: SLF001 - the part alone
    print_times("An access token in the Blog Service", {**timed(first, 19), **_again(authenticator, tokens[0])})
    long = draft(20_000)
    print_times(
        "/render", timed({"a draft of 20,000 words": lambda: blog.client.make("/render", {"markdown": long})}, 9)
    )


def run(folder: Path) -> None:
    """Measure both engines."""
    with opened_blog(folder / "sqlite") as blog:
        raw = sqlite_raw(folder)
        one_writer("SQLite", blog, raw)
        many_writers("SQLite, Database Service", [tags_of(blog)] * WRITERS)
        bulk("SQLite", blog)
        people(blog)
    with local_databases(folder / "postgresql") as urls:
        made = {f"DATABASE_{name.upper()}_URL": url for name, url in urls.items()}
        with opened_blog(folder / "on-postgresql", **made) as blog:
            with psycopg.connect(_plain(urls["blog"]), autocommit=True) as connection:
                connection.execute(TABLE)
                connection.execute(COUNTER)
            one_writer("PostgreSQL", blog, postgresql_raw(urls["blog"]))
            many_writers("PostgreSQL, raw", [postgresql_raw(urls["blog"]) for _ in range(WRITERS)])
            counted = [postgresql_raw(urls["blog"], counted=True) for _ in range(WRITERS)]
            many_writers("PostgreSQL, raw with a counter row (the ceiling)", counted)
            many_writers("PostgreSQL, Database Service", [tags_of(blog)] * WRITERS)
            bulk("PostgreSQL", blog)


@contextmanager
def opened_blog(folder: Path, **settings: str) -> Iterator[Blog]:
    """Open a blog with a few posts while the block lasts."""
    with ExitStack() as closing:
        blog = opened(folder, USERS_LIMITS_SIGN_IN="100000 per minute", **settings)
        closing.callback(blog.services.close)
        fill(blog, 200)
        yield blog


def _again(authenticator: Authenticator, header: str) -> dict[str, list[float]]:
    return timed({"repeated": lambda: authenticator.caller(header)}, 200)


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        run(Path(temporary))
    sys.exit(0)
