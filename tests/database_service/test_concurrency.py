"""Many threads at once: no update is lost and a retry has one effect. Each has a test of the test beside it."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from api.shared.http import new_id
from api.shared.store import Idempotency, Store, StoreUnavailable, VersionMismatch, insert, require, update
from tests.support.records import new_author, new_post, new_tag, tag

EDITORS = 8


def in_threads(count: int, work: Callable[[int], object]) -> list[object]:
    """Run work in threads that start together; return what each returned, or raised."""
    start = threading.Barrier(count)
    results: list[object] = [None] * count

    def run(number: int) -> None:
        start.wait()
        try:
            results[number] = work(number)
        except Exception as error:  # noqa: BLE001 - handed to the test
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def store_of(database) -> Store:
    return Store(database.transport, database="blog", key=database.keys["blog"])


# ------------------------------------------------------------------------------------------------- lost updates


def append_with_if_version(database, post_id: str, mark: str) -> None:
    """Add a mark to a text by reading, changing and writing it, as an editor with `If-Match` does."""
    store = store_of(database)
    while True:
        record = store.get("posts", post_id).record
        changed = update("posts", post_id, {"markdown": record["markdown"] + mark}, if_version=record["version"])
        try:
            store.commit([changed])
        except (VersionMismatch, StoreUnavailable):
            # others wrote meanwhile, or so many wait that it was not begun: nothing is acknowledged
            continue
        return


def append_by_check_then_act(database, post_id: str, mark: str) -> None:
    """The same with the precondition checked before the write instead of in it."""
    store = store_of(database)
    while True:
        record = store.get("posts", post_id).record
        if store.get("posts", post_id).record["version"] == record["version"]:
            store.commit([update("posts", post_id, {"markdown": record["markdown"] + mark})])
            return


def marks_that_stay(database, append, times: int) -> tuple[set[str], int]:
    """Let the editors append; return the marks in the final text and how many were acknowledged."""
    made = new_post("a", markdown="")
    store_of(database).commit([made])

    def edit(editor):
        for i in range(times):
            append(database, made.id, f"{editor}-{i};")

    assert in_threads(EDITORS, edit) == [None] * EDITORS
    return set(store_of(database).get("posts", made.id).record["markdown"].split(";")[:-1]), EDITORS * times


@pytest.mark.parametrize("times", [15, pytest.param(200, marks=pytest.mark.full)])
def test_no_acknowledged_update_is_lost(database, times):
    kept, acknowledged = marks_that_stay(database, append_with_if_version, times)
    assert len(kept) == acknowledged


def test_the_same_editors_catch_check_then_act(database):
    """The test of the test: with the check before the write, updates are lost, and it is seen."""
    kept, acknowledged = marks_that_stay(database, append_by_check_then_act, 15)
    assert len(kept) < acknowledged


def test_of_several_inserts_with_one_unique_value_one_wins(database):
    results = in_threads(EDITORS, lambda _: store_of(database).commit([new_tag("Rust")]))
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert len(store_of(database).find("tags").records) == 1


# ------------------------------------------------------------------------------------------------------ retries


def test_a_retry_from_five_threads_has_one_effect_and_one_answer(database):
    answer = {"id": new_id(), "list": [1, 2.5, None]}
    for round_ in range(5):
        tries = in_threads(
            5,
            lambda _, name=f"t{round_}": store_of(database).commit(
                [insert("tags", new_id(), tag(name))], idempotency=Idempotency(name, "f", answer)
            ),
        )
        assert [type(each).__name__ for each in tries] == ["Committed"] * 5
        assert sum(not each.replayed for each in tries) == 1
        assert all(each.answer == answer for each in tries if each.replayed)
    assert len(store_of(database).find("tags").records) == 5


def test_the_answers_of_a_retry_are_byte_for_byte_the_same(database):
    store_of(database).commit([], idempotency=Idempotency("k", "f", {"z": 1, "a": {"y": 1.0, "b": "\u2028é"}}))
    headers = {"Authorization": f"Bearer {database.keys['blog']}"}
    first, second = (database.transport.request("GET", "/v1/blog/idempotency/k", headers=headers) for _ in range(2))
    assert first.body == second.body == '{"fingerprint":"f","answer":{"z":1,"a":{"y":1.0,"b":"\u2028é"}}}'.encode()


def test_the_same_threads_catch_a_key_stored_in_a_second_transaction(database):
    """The test of the test: looking a key up first and storing it after the effect lets two effects through."""
    blog = database.service.databases["blog"]
    store_key = text(
        "INSERT INTO idempotency (key, fingerprint, answer, created_at) "
        "VALUES ('k', 'f', '1', '2026-11-23T09:00:00Z') ON CONFLICT DO NOTHING"
    )

    def write(_):
        store = store_of(database)
        if store.replay("k") is None:
            store.commit([new_author(f"a{new_id()[-12:]}")])
            with blog.writing() as connection:
                connection.execute(store_key)

    in_threads(5, write)
    assert len(store_of(database).find("authors").records) > 1


# ------------------------------------------------------------------------------------------------ preconditions


def test_what_must_be_absent_is_absent_when_the_commit_ends(database):
    """Two commits that each demand the absence of what the other makes: at most one goes through."""
    for i in range(10):
        left, right = new_tag(f"l{i}"), new_tag(f"r{i}")
        commits = [[require("tags", other.id, if_absent=True), mine] for mine, other in ((left, right), (right, left))]
        results = in_threads(2, lambda number, commits=commits: store_of(database).commit(commits[number]))
        done = [result for result in results if not isinstance(result, Exception)]
        assert len(done) == 1
