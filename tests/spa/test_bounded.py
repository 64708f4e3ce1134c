from dataclasses import dataclass

from spa.server.bounded import BoundedStore


@dataclass(frozen=True)
class Weight:
    size: int


def test_what_is_larger_than_the_limit_is_not_kept_and_replaces_what_was():
    store = BoundedStore(limit=10)
    store.put("a", Weight(3))
    store.put("a", Weight(11))
    assert store.get("a") is None


def test_what_was_not_used_for_longest_goes_first():
    store = BoundedStore(limit=10)
    for key in ("a", "b", "c"):
        store.put(key, Weight(3))
    store.get("a")
    store.put("d", Weight(3))
    assert [key for key in "abcd" if store.get(key)] == ["a", "c", "d"]


def test_replacing_a_value_counts_it_once():
    store = BoundedStore(limit=10)
    for _ in range(20):
        store.put("a", Weight(6))
    store.put("b", Weight(4))
    assert store.get("a")
    assert store.get("b")
