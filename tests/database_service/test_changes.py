"""The change feed: ordered, gapless, resumable; and a naive poller that the same test catches."""

import secrets

import orjson
import psycopg
import pytest
from sqlalchemy import text

from api.shared.http import new_id
from api.shared.store import FeedCompacted, Store, StoreUnavailable, delete, insert, update
from database_service import changes
from database_service.registry import SCHEMAS
from tests.database_service.consumers import CONSUMERS, WRITERS, race
from tests.database_service.crashes import ServerProcess
from tests.database_service.lingering import linger
from tests.support.databases import ENGINES, KEYS, new_urls
from tests.support.postgres import create_database
from tests.support.records import account, new_post, new_tag, post, session, token

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


KILLS = pytest.mark.parametrize("kills", [3, pytest.param(40, marks=pytest.mark.full)])


@KILLS
@pytest.mark.parametrize("engine", ENGINES)
def test_followers_miss_nothing_while_writers_race_and_they_are_killed(request, engine, tmp_path, kills):
    urls = new_urls(request, engine, tmp_path)
    # transactions of one process follow one another; those of two replicas overlap
    servers = [
        ServerProcess(urls, tmp_path, "tests.database_service.lingering:lingering")
        for _ in range(2 if engine == "postgresql" else 1)
    ]
    for each in servers:
        each.start()
    try:
        stores = [Store(each.transport, database="blog", key=KEYS["blog"]) for each in servers]

        def write(number, draw):
            try:
                stores[number % len(stores)].commit([new_tag(new_id()) for _ in range(draw.choice((1, 1, 3)))])
            except StoreUnavailable:
                return  # eight writers may be too many for a loaded machine; it was told to come back

        seen = race(["feed", f"http://127.0.0.1:{servers[0].port}", KEYS["blog"]], write, tmp_path, kills)
        everything = list(range(1, stores[0].changes(0, limit=1).head + 1))
    finally:
        for each in servers:
            each.kill()
    assert len(everything) > WRITERS
    assert seen == [everything] * CONSUMERS


@KILLS
def test_the_same_race_catches_a_naive_poller(postgres_url, tmp_path, kills):
    """The test of the test: numbers of a sequence become visible out of order, and `WHERE seq > last` loses rows."""
    url = create_database(postgres_url, f"naive_{secrets.token_hex(4)}")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE log (seq bigserial PRIMARY KEY)")

        def write(_number, _draw):
            with psycopg.connect(url) as own:
                own.execute("INSERT INTO log DEFAULT VALUES")
                linger()

        seen = race(["poll", url], write, tmp_path, kills)
        everything = [row[0] for row in connection.execute("SELECT seq FROM log ORDER BY seq")]
    assert any(numbers != everything for numbers in seen)
