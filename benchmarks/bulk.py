"""Writing much: a stream of commits, each so small that no other writer is held out for long.

A commit holds SQLite's one writer, and PostgreSQL's counter row, for as long as it takes. Whoever waits is let in after
the commit in progress, so what bounds the waiting is its length: the next is made shorter or longer by how long the one
before took.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import median, quantiles
from threading import Event, Thread

from api.shared.store import Operation, Store
from benchmarks.turns import seconds

HOLD_SECONDS = 0.02  # what a commit aims at; some take twice as long and more
MOST_OPERATIONS = 500
FIRST = 20
LONGEST_WAIT_MS = 50
IDLE_COMMITS = 100

Group = Sequence[Operation]


def write_all(store: Store, groups: Iterable[Group], committed: Callable[[int], None] = lambda _: None) -> None:
    """Commit groups of operations in their order, each whole; `committed` is told the size of each commit."""
    size = FIRST
    waiting: list[Operation] = []

    def commit() -> None:
        nonlocal size
        taken = seconds(lambda: store.commit(waiting))
        committed(len(waiting))
        # at most twice as many as before: a fast one may have been luck
        size = max(1, min(2 * len(waiting), int(len(waiting) * HOLD_SECONDS / taken), MOST_OPERATIONS))
        waiting.clear()

    for group in groups:
        waiting.extend(group)
        if len(waiting) >= size:
            commit()
    if waiting:
        commit()


def beside_a_writer(engine: str, store: Store, groups: Iterator[Group], other: Callable[[], object]) -> None:
    """Print how long another writer waits for its commits while groups are written, and without."""
    over = Event()
    alone = [seconds(other) * 1000 for _ in range(IDLE_COMMITS)]
    beside: list[float] = []

    def work() -> None:
        while not over.is_set():
            beside.append(seconds(other) * 1000)

    writer = Thread(target=work)
    writer.start()
    sizes: list[int] = []
    taken = seconds(lambda: write_all(store, groups, sizes.append))
    over.set()
    writer.join()
    print(f"\n{engine}: {sum(sizes):,} records in {len(sizes):,} commits, {taken:.1f} s, beside another writer")
    for name, times in (("alone", alone), ("beside", beside)):
        p99 = quantiles(times, n=100)[-1]
        print(f"  its commit {name:8}{median(times):8.2f}ms median{p99:10.2f}ms p99{max(times):10.2f}ms longest")
    print(f"  held out, p99: {quantiles(beside, n=100)[-1] - median(alone):.1f} ms (goal {LONGEST_WAIT_MS})")
