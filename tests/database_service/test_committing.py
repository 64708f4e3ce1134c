"""Commits that came while another was at work go into one transaction, and each keeps what it would have alone."""

import threading
from collections.abc import Sequence
from contextlib import closing

import orjson
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.shared.http import new_id
from api.shared.problems import IDEMPOTENCY_KEY_REUSED, Problem
from api.shared.store import Idempotency, Operation, require, update
from database_service.committing import MOST_TOGETHER, OPERATIONS_TOGETHER, Committer
from database_service.convoy import Convoy
from database_service.errors import ALREADY_EXISTS, VERSION_MISMATCH
from database_service.operations import CommitRequest, read_commit
from database_service.registry import SCHEMAS
from tests.support.records import new_post, new_tag
from tests.support.waiting import wait_until

on_postgresql = pytest.mark.parametrize("database_session", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_session", ["sqlite"], indirect=True)


def asked(operations: Sequence[Operation], retry: Idempotency | None = None) -> CommitRequest:
    """Read a commit as the service does."""
    body = {"operations": [each.to_wire() for each in operations]}
    if retry is not None:
        body["idempotency"] = {"key": retry.key, "fingerprint": retry.fingerprint, "answer": retry.answer}
    return read_commit(orjson.loads(orjson.dumps(body)), SCHEMAS["blog"])


class Rush:
    """Lets commits come, one after the other, while one is at work; tells what became of each."""

    def __init__(self, database) -> None:
        self._blog = database.service.databases["blog"]
        self._committer = Committer(self._blog, database.clock, patience=60)
        self._begun, self._go_on = threading.Event(), threading.Event()
        self.transactions = 0
        self.before_commit = lambda _number, _connection: None

    def __call__(self, requests: Sequence[CommitRequest]) -> list[object]:
        results: list[object] = [None] * len(requests)

        def run(place, request):
            try:
                results[place] = self._committer.commit(request)
            except Exception as error:  # noqa: BLE001 - handed to the test
                results[place] = error

        threads = [threading.Thread(target=run, args=each) for each in enumerate(requests)]
        event.listen(self._blog.engines[-1], "commit", self._commit)
        try:
            first = threading.Thread(target=self._committer.commit, args=(asked([new_tag("first")]),))
            first.start()
            self._begun.wait(60)
            for number, thread in enumerate(threads, 1):
                thread.start()
                wait_until(lambda number=number: self._committer.waiting == number, seconds=60)
            self._go_on.set()
            for thread in (first, *threads):
                thread.join()
        finally:
            event.remove(self._blog.engines[-1], "commit", self._commit)
        return results

    def _commit(self, connection):
        self.transactions += 1
        if self.transactions == 1:
            self._begun.set()
            self._go_on.wait(60)
        self.before_commit(self.transactions, connection)


@pytest.fixture
def rush(database):
    return Rush(database)


def names(blog):
    return {record["name"] for record in blog.find("tags", limit=200).records}


def test_what_waits_goes_together_and_each_is_told_where_the_feed_ends_with_it(blog, rush):
    done = rush([asked([new_tag(name), new_tag(f"{name}2")]) for name in "abcde"])
    assert rush.transactions == 2
    assert [each.head for each in done] == [3, 5, 7, 9, 11]
    told = [(change["seq"], change["record"]["name"]) for change in blog.changes(0).changes]
    assert told == list(enumerate(["first", *(f"{name}{half}" for name in "abcde" for half in ("", "2"))], 1))


def test_one_that_is_refused_leaves_nothing_and_disturbs_nobody(blog, rush):
    kept = new_tag("kept")
    blog.commit([kept])
    made = new_tag("a")
    done = rush(
        [
            asked([made]),
            asked([new_tag("b"), update("tags", kept.id, {"name": "B"}, if_version=7)], Idempotency("k", "f", 1)),
            asked([new_tag("c"), new_tag("a")]),
            asked([update("tags", made.id, {"description": "changed"}, if_version=1)]),
            asked([require("tags", kept.id, if_version=1)], Idempotency("k", "f", 2)),
        ]
    )
    assert rush.transactions == 2
    assert [getattr(each, "kind", None) for each in done] == [None, VERSION_MISMATCH, ALREADY_EXISTS, None, None]
    assert [each.extra["operation"] for each in done[1:3]] == [1, 1]
    assert done[1].extra["current"]["name"] == "kept"
    assert [done[0].head, done[3].head, done[4].head] == [3, 4, 4]
    assert names(blog) == {"kept", "first", "a"}
    assert blog.replay("k").answer == 2  # the refused one had not taken the key


def test_a_key_that_comes_twice_has_one_effect(blog, rush):
    key = Idempotency("k", "f", {"z": 1})
    done = rush([asked([new_tag("a")], key), asked([new_tag("b")], key), asked([], Idempotency("k", "other", 1))])
    assert [done[0].answer, done[1].answer] == [None, '{"z":1}']
    assert done[2].kind is IDEMPOTENCY_KEY_REUSED
    assert names(blog) == {"first", "a"}


def test_those_that_would_disturb_one_another_go_one_by_one(blog, rush):
    """What one wants absent, another makes: in their order both are right, in one transaction the first is not."""
    made = new_tag("made")
    done = rush([asked([require("tags", made.id, if_absent=True), new_tag("a")]), asked([made])])
    assert [each.head for each in done] == [2, 3]
    assert rush.transactions == 3  # that of both was never committed


def test_a_long_commit_goes_alone_and_so_do_too_many(blog, rush):
    many = [asked([new_tag(f"t{number}")]) for number in range(MOST_TOGETHER + 1)]
    rush([asked([new_tag(f"long{number}") for number in range(OPERATIONS_TOGETHER + 1)]), *many])
    assert rush.transactions == 4  # the first, the long one, as many as may go together, and who was left
    assert len(names(blog)) == 1 + OPERATIONS_TOGETHER + 1 + MOST_TOGETHER + 1


@on_sqlite
def test_one_that_does_not_fit_the_disk_does_not_take_the_others_along(database, blog, rush):
    engine = database.service.databases["blog"]
    with closing(engine.engines[-1].raw_connection()) as connection:
        connection.cursor().execute("VACUUM")  # free pages of tests before would be filled before the file grows
    with engine.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 60}")
    try:
        done = rush([asked([new_tag("a")]), asked([new_post("p", html="x" * 1_000_000)]), asked([new_tag("b")])])
    finally:
        with engine.writing() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert [type(each).__name__ for each in done] == ["Outcome", "OperationalError", "Outcome"]
    assert names(blog) == {"first", "a", "b"}


@on_postgresql
def test_one_that_waits_for_a_lock_in_vain_does_not_take_the_others_along(database, blog, rush):
    locked = new_tag("locked")
    blog.commit([locked])
    with database.service.databases["blog"].writing() as connection:
        connection.execute(text("UPDATE tags SET name = name WHERE id = :id"), {"id": locked.id})
        done = rush([asked([update("tags", locked.id, {"name": "x"})]), asked([new_tag("b")])])
    assert [type(each).__name__ for each in done] == ["OperationalError", "Outcome"]
    assert names(blog) == {"locked", "first", "b"}


@on_postgresql
def test_where_the_connection_breaks_nothing_is_run_again(blog, rush):
    """Nobody can tell then whether it was committed: each is told that it failed, and its key tells on a retry."""

    def end(number, connection):
        if number == 2:
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with connection.engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid})

    rush.before_commit = end
    done = rush([asked([new_tag("a")]), asked([new_tag("b")])])
    assert [type(each) for each in done] == [OperationalError] * 2
    assert rush.transactions == 2
    assert names(blog) == {"first"}


# ------------------------------------------------------------------------------------------------- who waits


def test_whoever_was_not_begun_in_time_is_told_so_and_is_never_begun():
    begun, go_on, carried = threading.Event(), threading.Event(), []

    def travel(travellers):
        begun.set()
        go_on.wait(60)
        carried.extend(each.asked for each in travellers)
        for each in travellers:
            each.settle(each.asked)

    convoy = Convoy[str, str](travel, most=9, weight=9, patience=0.05)
    leader = threading.Thread(target=convoy.carry, args=("a", 1))
    leader.start()
    begun.wait(60)
    with pytest.raises(PoolTimeout):
        convoy.carry("b", 1)
    go_on.set()
    leader.join()
    assert convoy.carry("c", 1) == "c"
    assert carried == ["a", "c"]


def test_when_the_one_who_led_ended_unexpectedly_nobody_waits_for_ever():
    begun = threading.Event()

    def travel(travellers):
        if not begun.is_set():
            begun.set()
            wait_until(lambda: convoy.waiting == 2, seconds=60)
            raise KeyError
        if len(travellers) > 1:
            raise KeyError
        travellers[0].settle("done")

    convoy = Convoy[str, str](travel, most=9, weight=9, patience=60)
    failures = []

    def carry(what):
        try:
            convoy.carry(what, 1)
        except (KeyError, RuntimeError) as error:
            failures.append(type(error))

    threads = [threading.Thread(target=carry, args=(what,)) for what in "abc"]
    for thread in threads:
        thread.start()
        begun.wait(60)
    for thread in threads:
        thread.join()
    assert sorted(failures, key=str) == [KeyError, KeyError, RuntimeError]
    assert convoy.carry("d", 1) == "done"


def test_a_refusal_is_raised_as_it_is():
    refused = Problem(VERSION_MISMATCH)
    convoy = Convoy[str, str](lambda travellers: travellers[0].settle(refused), most=1, weight=1, patience=1)
    with pytest.raises(Problem) as raised:
        convoy.carry(new_id(), 1)
    assert raised.value is refused
