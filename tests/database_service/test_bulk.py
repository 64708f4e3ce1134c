"""A stream of many commits keeps no other writer out for longer than the commit in progress."""

import threading
from statistics import quantiles

import pytest

from api.shared.store import Store
from benchmarks.bulk import MOST_OPERATIONS, write_all
from tests.support.records import new_tag


@pytest.mark.parametrize("records", [1_500, pytest.param(10_000, marks=pytest.mark.full)])
def test_another_writer_waits_for_one_commit_of_a_bulk_at_most(database, records):
    store = Store(database.transport, database="blog", key=database.keys["blog"])
    sizes, waited, over = [], [], threading.Event()

    def write_beside():
        number = 0
        while not over.is_set():
            before = len(sizes)
            store.commit([new_tag(f"beside-{number}")])
            waited.append(len(sizes) - before)
            number += 1

    beside = threading.Thread(target=write_beside)
    beside.start()
    write_all(store, ([new_tag(f"{i}-a"), new_tag(f"{i}-b")] for i in range(records // 2)), sizes.append)
    over.set()
    beside.join()
    assert sum(sizes) == records
    assert max(sizes) <= MOST_OPERATIONS + 1
    assert len(waited) > 5
    # The one in progress when it came, and one whose end was noted only after it had come. Now and then the threads of
    # this process let it come late to where it waits
    assert quantiles(waited, n=20)[-1] <= 2
    told = [change["seq"] for change in store.changes(0, limit=1000).changes]
    assert told == list(range(1, 1001))
