"""Several replicas of the service over one PostgreSQL; over SQLite there is exactly one (`test_connections.py`)."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from api.shared.http import new_id
from api.shared.store import (
    AlreadyExists,
    Idempotency,
    Store,
    StoreUnavailable,
    VersionMismatch,
    insert,
    require,
    update,
)
from database_service import migration
from database_service.connections import open_database
from tests.support.databases import empty_urls, new_urls, serving
from tests.support.records import account, new_post, new_tag, session
from tests.support.waiting import wait_until


@pytest.fixture
def replicas(request, tmp_path):
    urls = new_urls(request, "postgresql", tmp_path)
    with serving("postgresql", urls, tmp_path) as one, serving("postgresql", urls, tmp_path) as other:
        yield one, other


def stores(replicas, database="blog"):
    return [Store(each.transport, database=database, key=each.keys[database]) for each in replicas]


START = """
import sys
from database_service.app import close, create_app
from tests.support.databases import settings_for
close(create_app(settings_for({"blog": sys.argv[1], "users": sys.argv[2]})))
"""


def test_replicas_that_start_together_on_an_empty_database_migrate_it_once(request, tmp_path):
    urls = empty_urls(request, "postgresql", tmp_path)
    command = [sys.executable, "-c", START, urls["blog"], urls["users"]]
    starting = [subprocess.Popen(command, cwd=Path(__file__).parents[2]) for _ in range(2)]
    assert [each.wait(120) for each in starting] == [0, 0]
    for name, url in urls.items():
        with closing(open_database(name, url, pool_size=1)) as database:
            migration.refuse_unmigrated(database)


def test_what_one_replica_commits_the_other_reads_and_one_feed_numbers_both(replicas):
    first, second = stores(replicas)

    def write(each):
        for i in range(25):
            stores(replicas)[each % 2].commit([new_tag(f"{each}-{i}")])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    told = [[change["seq"] for change in store.changes(0, limit=1000).changes] for store in (first, second)]
    assert told == [list(range(1, 101))] * 2


def test_a_retry_at_another_replica_has_one_effect(replicas):
    together = threading.Barrier(2)

    def commit(store):
        together.wait()
        return store.commit([new_tag("Rust")], idempotency=Idempotency("k", "f", "answer"))

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(commit, stores(replicas)))
    assert sorted(each.replayed for each in done) == [False, True]
    assert len(stores(replicas)[0].find("tags").records) == 1


def test_no_acknowledged_update_is_lost_between_replicas(replicas):
    """Commits of one process may share a transaction; those of two never do."""
    made = new_post("a", markdown="")
    stores(replicas)[0].commit([made])

    def edit(number):
        store = stores(replicas)[number % 2]
        for mark in range(10):
            while True:
                found = store.get("posts", made.id).record
                text = f"{found['markdown']}{number}-{mark};"
                try:
                    store.commit([update("posts", made.id, {"markdown": text}, if_version=found["version"])])
                except (VersionMismatch, StoreUnavailable):
                    continue
                break

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(edit, range(4)))
    assert len(set(stores(replicas)[1].get("posts", made.id).record["markdown"].split(";")[:-1])) == 40


def test_what_must_be_absent_is_absent_though_another_replica_makes_it_meanwhile(replicas):
    for number in range(10):
        left, right = new_tag(f"l{number}"), new_tag(f"r{number}")
        together = threading.Barrier(2)

        def commit(store, mine, other, together=together):
            together.wait()
            try:
                store.commit([require("tags", other.id, if_absent=True), mine])
            except AlreadyExists:
                return 0
            return 1

        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(commit, stores(replicas), (left, right), (right, left))) == 1


def test_each_change_is_carried_once_whichever_replica_took_it(replicas):
    blog = stores(replicas)[0]
    users = stores(replicas, "users")
    ada = new_id()
    users[0].commit([insert("accounts", ada, account("ada", role="author"))])
    for i in range(10):
        users[i % 2].commit([insert("sessions", new_id(), session(ada, f"d{i}"))])
        users[i % 2].commit([update("accounts", ada, {"name": f"Ada {i}"})])
    wait_until(lambda: blog.find("authors").records[0]["name"] == "Ada 9", seconds=30)
    told = [(change["op"], change["collection"]) for change in blog.changes(0, limit=1000).changes]
    assert told.count(("insert", "callers")) == 11
    assert told.count(("insert", "authors")) == 1
