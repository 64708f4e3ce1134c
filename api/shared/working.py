"""A thread that works beside a service, turn after turn, until it is told to stop."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

import structlog

from api.shared.store import StoreError

IDLE_SECONDS = 1.0
STOP_SECONDS = 5.0
_log = structlog.get_logger("worker")

# does what is due and returns how much that was
Turn = Callable[[], int]


def repeat(turns: Sequence[Turn], stop: Event, *, name: str) -> None:
    """Take turns until told to stop, with a pause when nothing was due.

    A Database Service that is away is waited for.
    """
    while not stop.is_set():
        try:
            busy = sum(turn() for turn in turns)
        except StoreError as error:
            _log.warning("the worker waits for the database", worker=name, reason=str(error))
            busy = 0
        except Exception as error:  # noqa: BLE001 - whatever it was, later work must not wait for a new start
            _log.error("the worker failed", worker=name, exc_info=error)
            busy = 0
        if busy == 0:
            stop.wait(IDLE_SECONDS)


@contextmanager
def beside(run: Callable[[Event], None]) -> Iterator[Thread]:
    """Let `run` go on beside the block, on a thread of its own, and tell it to stop at the end."""
    stop = Event()
    thread = Thread(target=run, args=(stop,), daemon=True, name="worker")
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        # what does not answer is not waited for: work that was leased falls due again
        thread.join(STOP_SECONDS)
