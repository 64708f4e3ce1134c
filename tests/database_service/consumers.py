"""Consumers of a feed: processes of their own that note what they have seen, are killed, and go on from their notes."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg

from api.shared.store import Store
from api.shared.transport import HttpTransport
from tests.support.waiting import wait_until

WRITERS = 8
CONSUMERS = 3
ROOT = Path(__file__).parents[2]
OVER = "over"


class Consumer:
    """One process that reads a feed with a command's `read`, and its notes."""

    def __init__(self, arguments: Sequence[str], notes: Path) -> None:
        self._command = [sys.executable, "-m", "tests.database_service.consumers", *arguments, str(notes)]
        self._notes = notes
        notes.touch()
        self.start()

    def start(self) -> None:
        """Begin, or go on from the notes."""
        self._process = subprocess.Popen(self._command, cwd=ROOT)

    def kill(self) -> None:
        """End it wherever it is."""
        self._process.kill()
        self._process.wait()

    def finish(self) -> None:
        """Wait until it has read everything."""
        assert self._process.wait(120) == 0

    def seen(self) -> list[int]:
        """Return the numbers it has noted, in its order."""
        return numbers(self._notes)


def numbers(notes: Path) -> list[int]:
    """Read notes; a line that a kill cut short does not count."""
    whole, _, _ = notes.read_text("utf-8").rpartition("\n")
    return [int(line) for line in whole.split()]


def race(
    arguments: Sequence[str], write: Callable[[int, random.Random], None], folder: Path, kills: int
) -> list[list[int]]:
    """Let 8 writers and 3 consumers run against each other while consumers are killed; return what each has seen."""
    draw = random.Random(kills)
    stop = threading.Event()

    def work(number: int) -> None:
        own = random.Random(number)
        while not stop.is_set():
            write(number, own)

    consumers = [Consumer(arguments, folder / f"consumer-{number}") for number in range(CONSUMERS)]
    writers = [threading.Thread(target=work, args=(number,)) for number in range(WRITERS)]
    for thread in writers:
        thread.start()
    try:
        for _ in range(kills):
            victim = draw.choice(consumers)
            known = len(victim.seen())
            wait_until(lambda victim=victim, known=known: len(victim.seen()) > known, seconds=60)
            time.sleep(draw.uniform(0, 0.05))
            victim.kill()
            victim.start()
    finally:
        stop.set()
        for thread in writers:
            thread.join()
        (folder / OVER).touch()
    for consumer in consumers:
        consumer.finish()
    return [consumer.seen() for consumer in consumers]


def main() -> None:
    """Read `feed URL KEY` or `poll URL` until nothing comes any more, noting each number."""
    kind, *where, name = sys.argv[1:]
    notes = Path(name)
    read = _feed(*where) if kind == "feed" else _poll(*where)
    position = max(numbers(notes), default=0)
    whole = notes.read_bytes().rpartition(b"\n")
    notes.write_bytes(whole[0] + whole[1])
    with notes.open("a", encoding="utf-8") as out:
        while True:
            over = (notes.parent / OVER).exists()
            for number in read(position):
                out.write(f"{number}\n")
                position = number
            out.flush()
            if over and not read(position):
                return
            time.sleep(random.random() * 0.003)


def _feed(url: str, key: str) -> Callable[[int], list[int]]:
    store = Store(HttpTransport(url, timeout=60), database="blog", key=key)
    return lambda after: [change["seq"] for change in store.changes(after).changes]


def _poll(url: str) -> Callable[[int], list[int]]:
    """Follow by the numbers of a sequence, as one would who does not know better."""
    connection = psycopg.connect(url, autocommit=True)
    query = "SELECT seq FROM log WHERE seq > %s ORDER BY seq"
    return lambda after: [row[0] for row in connection.execute(query, [after])]


if __name__ == "__main__":
    main()
