"""The change feed: ordered, gapless, resumable; and a naive poller that the same test catches."""

import random
import secrets
import threading
import time
from collections.abc import Callable

import orjson
import psycopg
import pytest
from sqlalchemy import event, text

from api.shared.http import new_id
from api.shared.store import FeedCompacted, Store, delete, insert, update
from database_service import changes
from database_service.registry import SCHEMAS
from tests.support.postgres import create_database
from tests.support.records import account, new_post, new_tag, post, session, token

WRITERS = 8
COMMITS = 12


# ------------------------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=1.0", "limit=0", "limit=1001", "since=1", "after=1&after=2"]
)
def test_a_parameter_that_is_not_declared_is_refused(ask, query):
    assert ask.get(f"/v1/blog/changes?{query}")[0] == 422


def test_a_position_of_another_history_is_refused(blog, ask):
    blog.commit([new_tag("Rust")])
    status, problem = ask.get("/v1/blog/changes?after=2")
    assert (status, problem["code"], problem["head"]) == (410, "feed_compacted", 1)


def test_a_position_that_was_compacted_away_is_refused_and_never_silent(database, blog):
    blog.commit([new_tag("Old")])
    database.clock.advance(days=29)
    blog.commit([new_tag("Middle")])
    database.clock.advance(days=2)
    database.service.background.clean()
    with pytest.raises(FeedCompacted):
        blog.changes(0)
    kept = blog.changes(1)
    assert [change["record"]["name"] for change in kept.changes] == ["Middle"]
    blog.commit([new_tag("New")])
    assert [change["seq"] for change in blog.changes(1).changes] == [2, 3]


def test_an_old_feed_is_compacted_a_little_at_a_time(database, blog, monkeypatch):
    monkeypatch.setattr(changes, "COMPACTED_AT_ONCE", 2)
    blog.commit([new_tag(f"t{i}") for i in range(5)])
    schema, floors = SCHEMAS["blog"], []
    for _ in range(4):
        with database.service.databases["blog"].writing() as connection:
            changes.compact(connection, schema, "2027-01-01T00:00:00.000000Z")
            floors.append(changes.head(connection, schema).floor)
    assert floors == [2, 4, 5, 5]
    assert blog.changes(5).changes == []


def test_private_columns_are_never_served(database, users):
    ada = new_id()
    users.commit([insert("accounts", ada, account("ada", password_hash="canary-hash"))])
    users.commit([insert("sessions", new_id(), session(ada, "canary-refresh", previous_digest="canary-previous"))])
    users.commit([insert("tokens", new_id(), token(ada, "canary-token"))])
    users.commit([update("accounts", ada, {"password_hash": "canary-changed"})])
    assert users.get("accounts", ada).record["password_hash"] == "canary-changed"
    headers = {"Authorization": f"Bearer {database.keys['users']}"}
    reply = database.transport.request("GET", "/v1/users/changes", headers=headers)
    assert len(orjson.loads(reply.body)["changes"]) == 4
    assert b"canary" not in reply.body
    with database.service.databases["users"].reading() as connection:
        kept = connection.execute(text("SELECT private FROM feed ORDER BY seq")).scalars().all()
    assert ["canary" in private for private in kept] == [True] * 4  # the log has the full image all the same


# ------------------------------------------------------------------------------------------------- what it tells


def test_every_change_is_told_once_with_the_whole_record(blog):
    rust, made = new_tag("Rust"), new_post("a")
    blog.commit([rust, made])
    blog.commit([update("posts", made.id, {"tag_ids": [rust.id], "title": "B"})])
    blog.commit([delete("posts", made.id)])
    told = blog.changes(0)
    assert told.head == 4
    facts = [(c["seq"], c["collection"], c["id"], c["op"], c["version"]) for c in told.changes]
    assert facts == [
        (1, "tags", rust.id, "insert", 1),
        (2, "posts", made.id, "insert", 1),
        (3, "posts", made.id, "update", 2),
        (4, "posts", made.id, "delete", 2),
    ]
    assert told.changes[1]["record"] == {"id": made.id, "version": 1, **post("a")}
    assert told.changes[2]["record"] == told.changes[3]["record"]
    assert told.changes[2]["record"]["tag_ids"] == [rust.id]


def test_a_feed_is_read_in_stretches(blog):
    blog.commit([new_tag(f"t{i}") for i in range(250)])
    seen, position = [], 0
    while (told := blog.changes(position, limit=120)).changes:
        seen += [change["seq"] for change in told.changes]
        position = seen[-1]
    assert seen == list(range(1, 251))


def test_large_records_shorten_a_stretch_but_lose_nothing(blog):
    for i in range(12):
        blog.commit([new_post(f"p{i}", markdown="x" * 1_000_000, html="y" * 1_000_000)])
    first = blog.changes(0, limit=1000)
    blog.commit([new_tag("last")])
    rest = blog.changes(first.changes[-1]["seq"], limit=1000)
    assert [c["seq"] for c in (*first.changes, *rest.changes)] == list(range(1, 14))


# ------------------------------------------------------------------------------------------------ under writers


def follow(read: Callable[[int], list[int]], done: threading.Event, seen: list[int], draw: random.Random) -> None:
    """Follow a feed by its positions; now and then read a stretch again, as a consumer killed in between does."""
    while True:
        finished = done.is_set()
        stretch = read(seen[-1] if seen else 0)
        if stretch and draw.random() < 0.2:
            continue
        seen += stretch
        if finished and not stretch:
            return
        time.sleep(draw.random() * 0.003)


def race(write: Callable[[int], None], read: Callable[[int], list[int]]) -> list[list[int]]:
    """Let 8 writers and 3 consumers run against each other; return what each consumer saw."""
    done = threading.Event()
    seen: list[list[int]] = [[], [], []]
    readers = [
        threading.Thread(target=follow, args=(read, done, numbers, random.Random(i))) for i, numbers in enumerate(seen)
    ]
    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(WRITERS)]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    return seen


def linger(_connection: object = None) -> None:
    """Stay a moment inside the transaction, so that transactions overlap."""
    time.sleep(random.random() * 0.02)


def test_followers_miss_nothing_while_writers_race(database):
    store = Store(database.transport, database="blog", key=database.keys["blog"])

    def write(seed):
        draw = random.Random(seed)
        for i in range(COMMITS):
            store.commit([new_tag(f"{seed}-{i}-{j}") for j in range(draw.choice((1, 1, 3)))])

    with database.service.databases["blog"].writing() as connection:
        engine = connection.engine
    event.listen(engine, "commit", linger)
    try:
        seen = race(write, lambda after: [change["seq"] for change in store.changes(after).changes])
    finally:
        event.remove(engine, "commit", linger)
    everything = list(range(1, store.changes(0, limit=1).head + 1))
    assert len(everything) >= WRITERS * COMMITS
    assert seen == [everything] * 3


def test_the_same_race_catches_a_naive_poller(postgres_url):
    """The test of the test: numbers of a sequence become visible out of order, and `WHERE seq > last` loses rows."""
    url = create_database(postgres_url, f"naive_{secrets.token_hex(4)}")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE log (seq bigserial PRIMARY KEY)")

    def write(_seed):
        with psycopg.connect(url) as own:
            for _ in range(COMMITS):
                own.execute("INSERT INTO log DEFAULT VALUES")
                linger()
                own.commit()

    def read(after):
        with psycopg.connect(url, autocommit=True) as own:
            return [row[0] for row in own.execute("SELECT seq FROM log WHERE seq > %s ORDER BY seq", [after])]

    seen = race(write, read)
    assert any(numbers != list(range(1, WRITERS * COMMITS + 1)) for numbers in seen)
