import subprocess
import sys
import threading
import time
from contextlib import ExitStack

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.shared.http import new_id
from api.shared.store import update
from database_service.connections import (
    POOL_TIMEOUT,
    STATEMENT_TIMEOUT_MS,
    Database,
    DatabaseRefused,
    open_database,
    parse_url,
)
from database_service.turnstile import Turnstile
from tests.support.records import new_tag

# ------------------------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "is not a database URL"),
        ("mysql://user:hunter2@host/blog", "must be SQLite or PostgreSQL, not mysql"),
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
    ],
)
def test_a_url_that_cannot_be_served_is_refused_in_one_sentence(url, sentence):
    with pytest.raises(DatabaseRefused, match=sentence) as caught:
        parse_url("blog", url)
    assert "hunter2" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseRefused, match="cannot be written"):
        open_database("blog", f"sqlite:///{tmp_path}/file/blog.sqlite3", pool_size=1)


SERVE = "import sys, time; from database_service.connections import open_database; \
database = open_database('blog', sys.argv[1], pool_size=1); print('serving', flush=True); time.sleep(60)"


def test_exactly_one_process_serves_a_sqlite_file(tmp_path):
    url = f"sqlite:///{tmp_path}/blog.sqlite3"
    with subprocess.Popen([sys.executable, "-c", SERVE, url], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"serving\n"
        with pytest.raises(DatabaseRefused, match=r"already served by another process.*stop the other one first"):
            open_database("blog", url, pool_size=1)
        open_database("blog", url, pool_size=1, serving=False).close()
        other.kill()
        other.wait()
    open_database("blog", url, pool_size=1).close()  # the kernel let go of it


# -------------------------------------------------------------------------------------------------- SQLite


@pytest.fixture
def sqlite(tmp_path):
    database = open_database("blog", f"sqlite:///{tmp_path}/blog.sqlite3", pool_size=3)
    yield database
    database.close()


def every_connection(database: Database):
    """Yield each pooled connection of both kinds."""
    with database.reading() as a, database.reading() as b, database.reading() as c, database.writing() as w:
        yield from (a, b, c, w)


def test_every_pooled_connection_is_durable_and_keeps_references(sqlite):
    for _ in range(2):
        for connection in every_connection(sqlite):
            pragmas = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
            assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 1000}


def test_readers_cannot_write(sqlite):
    with sqlite.reading() as connection, pytest.raises(Exception, match="readonly"):
        connection.exec_driver_sql("CREATE TABLE t (a)")


def test_a_write_takes_its_lock_when_it_begins(sqlite):
    other = open_database("blog", str(sqlite.url), pool_size=1, serving=False)
    with sqlite.writing(), pytest.raises(Exception, match="locked"), other.writing():
        pass
    other.close()


def test_a_block_that_raises_leaves_nothing(sqlite):
    with sqlite.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a NOT NULL)")
        connection.exec_driver_sql("INSERT INTO t VALUES (0)")

    def write_twice():
        with sqlite.writing() as connection:
            connection.exec_driver_sql("INSERT INTO t VALUES (1)")
            connection.exec_driver_sql("INSERT INTO t VALUES (NULL)")

    with pytest.raises(IntegrityError):
        write_twice()
    with sqlite.reading() as connection:
        assert connection.exec_driver_sql("SELECT a FROM t").scalars().all() == [0]


# ------------------------------------------------------------------------------------------------ PostgreSQL


on_postgresql = pytest.mark.parametrize("database_session", ["postgresql"], indirect=True)
# … and wait until each of them has ended
OTHERS = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> {}"
)


@pytest.fixture
def postgresql(database):
    return database.service.databases["blog"]


@on_postgresql
def test_every_pooled_session_is_durable_has_timeouts_and_is_in_utc(postgresql):
    wanted = {
        "synchronous_commit": "on",
        "statement_timeout": "5s",
        "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "10s",
        "TimeZone": "UTC",
    }
    with ExitStack() as lent:
        for _ in range(postgresql.pool_status()["size"]):
            connection = lent.enter_context(postgresql.writing())
            assert {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in wanted} == wanted


@on_postgresql
def test_a_connection_that_died_is_replaced_unnoticed(database, postgresql, ask):
    with postgresql.writing() as connection:
        connection.execute(text(OTHERS.format("pg_backend_pid()")))
    assert ask.get("/v1/blog/tags")[0] == 200


@on_postgresql
def test_a_commit_that_meets_a_deadlock_is_run_again(database, postgresql, blog):
    first, second = new_tag("a"), new_tag("b")
    blog.commit([first, second])
    mine = threading.Event()
    failures = []

    def other_way_round():
        with postgresql.writing() as connection:
            connection.execute(text("UPDATE tags SET name = 'x' WHERE id = :id"), {"id": second.id})
            mine.set()
            time.sleep(0.3)
            try:
                connection.execute(text("UPDATE tags SET name = 'x' WHERE id = :id"), {"id": first.id})
            except Exception as error:  # noqa: BLE001 - the engine may choose either of the two
                failures.append(error)
                connection.rollback()

    thread = threading.Thread(target=other_way_round)
    thread.start()
    mine.wait()
    done = blog.commit([update("tags", each.id, {"description": "d"}) for each in (first, second)])
    thread.join()
    assert list(done.versions) == [2, 2]


# ------------------------------------------------------------------------------------------------ exhaustion


def test_when_every_connection_is_taken_the_answer_is_503_within_a_second_or_so(database, ask):
    blog = database.service.databases["blog"]
    taken = [blog.reading() for _ in range(8)]
    for each in taken:
        each.__enter__()
    try:
        began = time.monotonic()
        status, problem = ask.get("/v1/blog/tags")
        waited = time.monotonic() - began
    finally:
        for each in taken:
            each.__exit__(None, None, None)
    assert (status, problem["code"]) == (503, "unavailable")
    # its patience, and whatever a busy machine adds; no timeout of the engine, which would be a hang
    assert POOL_TIMEOUT <= 1
    assert POOL_TIMEOUT * 0.9 < waited < STATEMENT_TIMEOUT_MS / 1000
    assert ask.get("/v1/blog/tags")[0] == 200


def test_a_writer_that_waits_too_long_is_told_to_come_back(database, ask):
    rust = {"op": "insert", "collection": "tags", "id": new_id(), "values": new_tag("Rust").values}
    with database.service.databases["blog"].writing() as connection:
        connection.exec_driver_sql("UPDATE feed_head SET seq = seq")
        status, problem = ask.post("/v1/blog/commit", {"operations": [rust]})
    assert (status, problem["code"]) == (503, "unavailable")
    assert ask.post("/v1/blog/commit", {"operations": [rust]})[0] == 200


def test_healthz_answers_without_a_database_and_readyz_does_not(database):
    blog = database.service.databases["blog"]
    taken = [blog.reading() for _ in range(8)]
    for each in taken:
        each.__enter__()
    try:
        assert database.transport.request("GET", "/healthz").status == 200
        assert database.transport.request("GET", "/readyz").status == 503
    finally:
        for each in taken:
            each.__exit__(None, None, None)
    assert database.transport.request("GET", "/readyz").status == 200


# ------------------------------------------------------------------------------------------------- turnstile


def test_those_who_wait_are_let_in_in_their_order():
    gate = Turnstile(1, patience=5)
    order = []

    def come(number):
        with gate.place():
            order.append(number)

    with gate.place():
        threads = []
        for number in range(10):
            threads.append(threading.Thread(target=come, args=(number,)))
            threads[-1].start()
            while gate.waiting <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == list(range(10))


def test_whoever_leaves_and_returns_comes_after_those_who_wait():
    gate = Turnstile(1, patience=5)
    order = []

    def wait():
        with gate.place():
            order.append("who waited")

    with gate.place():
        thread = threading.Thread(target=wait)
        thread.start()
        while not gate.waiting:
            time.sleep(0.001)
    with gate.place():
        order.append("who returned")
    thread.join()
    assert order == ["who waited", "who returned"]


def test_patience_ends_and_the_place_is_not_lost():
    gate = Turnstile(1, patience=0.05)
    with gate.place(), pytest.raises(PoolTimeout), gate.place():
        pass
    with gate.place():
        pass
