"""Walking a list while others write: what was there all along, with the same sort key, is seen exactly once."""

from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.shared.http import new_id
from api.shared.store import Store, delete, insert, update
from tests.support.records import post

TIMES = st.sampled_from([None, *(f"2026-01-0{day}T00:00:00.000000Z" for day in range(1, 5))])
WRITES = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), TIMES),
        st.tuples(st.just("delete"), st.integers(0, 30)),
        st.tuples(st.just("move"), st.integers(0, 30), TIMES),
        st.tuples(st.just("edit"), st.integers(0, 30)),
    ),
    max_size=4,
)
SHELVES = count()


@dataclass
class Shelf:
    """Posts of one example, told apart from those of others by their language."""

    store: Store
    name: str
    keys: dict[str, str | None]  # published_at by id
    steady: set[str]  # those there all along whose sort key has not changed

    def write(self, step: tuple[Any, ...]) -> None:
        ids = sorted(self.keys)
        if step[0] == "insert":
            self.keys[self.add(step[1])] = step[1]
            return
        if not ids:
            return
        record_id = ids[step[1] % len(ids)]
        if step[0] == "delete":
            self.store.commit([delete("posts", record_id)])
            del self.keys[record_id]
            self.steady.discard(record_id)
        elif step[0] == "move":
            self.store.commit([update("posts", record_id, {"published_at": step[2]})])
            if step[2] != self.keys[record_id]:
                self.steady.discard(record_id)
            self.keys[record_id] = step[2]
        else:
            self.store.commit([update("posts", record_id, {"title": "Edited"})])

    def add(self, published_at: str | None) -> str:
        record_id = new_id()
        values = post(f"p-{record_id}", language=self.name, published_at=published_at)
        self.store.commit([insert("posts", record_id, values)])
        return record_id


@pytest.mark.parametrize("examples", [30, pytest.param(300, marks=pytest.mark.full)], ids=["moderate", "full"])
@pytest.mark.parametrize("sort", ["-published_at", "published_at"])
@pytest.mark.parametrize("backwards", [False, True], ids=["forth", "back"])
def test_a_walk_sees_what_stays_exactly_once(database, sort, backwards, examples):
    store = Store(database.transport, database="blog", key=database.keys["blog"])

    @settings(max_examples=examples, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
    @given(times=st.lists(TIMES, max_size=10), limit=st.integers(1, 4), writes=st.lists(WRITES, max_size=12))
    def walk(times, limit, writes):
        shelf = Shelf(store, f"s{next(SHELVES)}", {}, set())
        shelf.keys = {shelf.add(time): time for time in times}
        shelf.steady = set(shelf.keys)
        cursor = the_end(store, shelf, sort) if backwards else None
        seen: list[str] = []
        for page_number in range(100):
            page = store.find("posts", {"language": shelf.name}, sort=sort, limit=limit, cursor=cursor)
            seen += [record["id"] for record in (reversed(page.records) if backwards else page.records)]
            cursor = page.prev if backwards else page.next
            if cursor is None:
                break
            for step in writes[page_number] if page_number < len(writes) else ():
                shelf.write(step)
        assert cursor is None
        assert [record_id for record_id in seen if record_id in shelf.steady and seen.count(record_id) != 1] == []
        assert shelf.steady <= set(seen)

    walk()


def the_end(store: Store, shelf: Shelf, sort: str) -> str | None:
    """Return the cursor from which a walk backwards begins: behind the last record of all."""
    if not shelf.keys:
        return None
    beyond = shelf.add("2020-01-01T00:00:00.000000Z" if sort.startswith("-") else None)
    before = store.find("posts", {"language": shelf.name}, sort=sort, limit=len(shelf.keys))
    end = store.find("posts", {"language": shelf.name}, sort=sort, cursor=before.next)
    assert [record["id"] for record in end.records] == [beyond]
    store.commit([delete("posts", beyond)])
    return end.prev
