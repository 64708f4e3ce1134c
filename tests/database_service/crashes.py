"""Kills a real server process under writers, starts it again, and compares what was acknowledged with what is there.

Each writer inserts pairs of tags, one pair a commit, each under an idempotency key. What it heard back it notes outside
the server; what it did not hear back about it sends again under the same key, as a client would.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from api.shared.http import new_id
from api.shared.store import Idempotency, Store, StoreUnavailable, insert
from api.shared.transport import HttpTransport, ServiceUnavailable
from tests.database_service import failpoints
from tests.support.databases import CURSOR_KEY, KEYS
from tests.support.records import tag
from tests.support.waiting import wait_until

WRITERS = 4
FAILING = "tests.database_service.failpoints:failing"
Blow = Callable[[], None]
ROOT = Path(__file__).parents[2]


class ServerProcess:
    """A Database Service under Granian, in a process group of its own."""

    def __init__(self, urls: dict[str, str], folder: Path, factory: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._factory = factory
        self._folder = folder
        self._environment = {
            **os.environ,
            "DATA_DIR": str(folder),
            "DATABASE_BLOG_URL": urls["blog"],
            "DATABASE_USERS_URL": urls["users"],
            "DATABASE_CURSOR_KEY": CURSOR_KEY,
            **{f"DATABASE_{name.upper()}_KEY": key for name, key in KEYS.items()},
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def transport(self) -> HttpTransport:
        return HttpTransport(f"http://127.0.0.1:{self.port}", timeout=5)

    def start(self, failpoint: Mapping[str, str] | None = None) -> None:
        """Start and wait until it answers; with a failpoint, until it has killed itself there."""
        granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws"]
        options = ["--host", "127.0.0.1", "--port", str(self.port), "--blocking-threads", "4"]
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*granian, *options, self._factory],
                env={**self._environment, **(failpoint or {})},
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if failpoint is None:
            wait_until(self._is_ready, seconds=60)
        else:
            assert self._process.wait(60) == -signal.SIGKILL

    def kill(self) -> None:
        """End the whole group at once, as when the machine's power fails for it alone."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _is_ready(self) -> bool:
        try:
            return self.transport.request("GET", "/readyz").status == 200
        except ServiceUnavailable:
            return False


@dataclass
class Record:
    """What a run has shown."""

    kills: int = 0
    acknowledged: int = 0
    repeated: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    half_applied: list[str] = field(default_factory=list)
    findings: list[object] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Tell whether every promise was kept."""
        return not (self.lost or self.duplicated or self.half_applied or self.findings)

    def __str__(self) -> str:
        return (
            f"kills {self.kills}, acknowledged {self.acknowledged} ({self.repeated} of them by a retry), "
            f"lost {len(self.lost)}, duplicated {len(self.duplicated)}, half-applied {len(self.half_applied)}, "
            f"findings {len(self.findings)}"
        )


class Writer(threading.Thread):
    """Commits pairs until it is told to stop, and repeats what it has heard nothing about."""

    def __init__(self, number: int, server: ServerProcess, stop: threading.Event) -> None:
        super().__init__(name=f"writer-{number}")
        self._number = number
        self._store = Store(server.transport, database="blog", key=KEYS["blog"])
        self._stop_asked = stop
        self.acknowledged: list[str] = []
        self.repeated = 0

    def run(self) -> None:
        for step in range(1_000_000):
            name = f"{self._number}-{step}"
            ids = (new_id(), new_id())
            while not self._commit(name, ids):
                time.sleep(0.02)
            if self._stop_asked.is_set():
                return

    def _commit(self, name: str, ids: tuple[str, str]) -> bool:
        pair = [insert("tags", record_id, tag(f"{name}-{half}")) for record_id, half in zip(ids, "ab", strict=True)]
        try:
            done = self._store.commit(pair, idempotency=Idempotency(name, "f", list(ids)))
        except StoreUnavailable:
            return False
        assert not done.replayed or done.answer == list(ids)
        self.repeated += done.replayed
        self.acknowledged.append(name)
        return True


def every_blow(server: ServerProcess, engine: str, crash_postgres: Blow | None = None) -> list[Blow]:
    """Return each way to end the server, or the engine behind it: at any moment, and at each failpoint."""

    def kill() -> None:
        server.kill()
        server.start()

    def fail_at(point: str) -> None:
        server.kill()
        server.start({failpoints.POINT: point, failpoints.TURN: "3"})
        server.start()

    blows = [kill, *(partial(fail_at, point) for point in failpoints.POINTS[engine])]
    return blows if crash_postgres is None else [*blows, crash_postgres]


def run(server: ServerProcess, blows: Sequence[Blow], seed: int) -> Record:
    """Let the blows fall, each at a random moment, while four writers commit; return the record."""
    draw = random.Random(seed)
    stop = threading.Event()
    server.start()
    writers = [Writer(number, server, stop) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        for blow in blows:
            time.sleep(draw.uniform(0.05, 0.6))
            blow()
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    return judge(server, writers, len(blows))


def judge(server: ServerProcess, writers: list[Writer], kills: int) -> Record:
    """Compare what was acknowledged with what is there."""
    record = Record(kills=kills, repeated=sum(writer.repeated for writer in writers))
    acknowledged = {name for writer in writers for name in writer.acknowledged}
    record.acknowledged = len(acknowledged)
    store = Store(server.transport, database="blog", key=KEYS["blog"])
    told: Counter[str] = Counter()
    position = 0
    while (stretch := store.changes(position, limit=1000)).changes:
        assert [change["seq"] for change in stretch.changes] == list(
            range(position + 1, position + 1 + len(stretch.changes))
        )
        told.update(change["record"]["name"] for change in stretch.changes)
        position = stretch.changes[-1]["seq"]
    there = set(all_names(store))
    for name in {each.rpartition("-")[0] for each in told | Counter(there)} | acknowledged:
        halves = [half for half in (f"{name}-a", f"{name}-b") if half in there and told[half]]
        if len(halves) == 1:
            record.half_applied.append(name)
        if name in acknowledged and not halves:
            record.lost.append(name)
        if told[f"{name}-a"] > 1 or told[f"{name}-b"] > 1:
            record.duplicated.append(name)
    headers = {"Authorization": f"Bearer {KEYS['operator']}"}
    checks = server.transport.request("POST", "/v1/checks", headers=headers)
    assert checks.status == 200
    if b'"ok":true' not in checks.body:
        record.findings.append(checks.body)
    return record


def all_names(store: Store) -> list[str]:
    names, cursor = [], None
    while True:
        page = store.find("tags", limit=200, cursor=cursor)
        names += [record["name"] for record in page.records]
        cursor = page.next
        if cursor is None:
            return names
