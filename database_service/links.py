"""Keeps records of the blog database in step with the users database they follow.

A run reads the users feed from a stored position and writes what follows from it in one transaction of the blog
database, together with the new position: so every change takes effect exactly once, however often a run is killed.
Runs are safe to repeat, and under a lock, so that replicas take turns: an advisory lock on PostgreSQL, the one writer
of a file on SQLite. Where the feed no longer reaches back, every record is compared anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import orjson
import structlog
from sqlalchemy import Connection, select, update
from sqlalchemy import insert as insert_row

from api.shared.clock import Clock
from database_service import changes, profiles, statements, succession
from database_service.column_types import to_wire
from database_service.commit import write
from database_service.connections import Database
from database_service.operations import Operation
from database_service.profiles import differs
from database_service.projections import CALLERS, Image
from database_service.registry import SCHEMAS

SOURCE, TARGET = "users", "blog"
_SLICE = 500
_PERSIST_EVERY = 100  # changes without an effect, after which the position is stored nevertheless
_ADVISORY_LOCK = 0x4C494E4B  # "LINK"
_log = structlog.get_logger("links")


@dataclass(frozen=True, slots=True)
class Followed:
    """The newest state of one followed record; `gone` when it was deleted."""

    collection: str
    image: Image
    gone: bool


class Links:
    """Carries changes from the users database to the blog database. Not for use by two threads at once."""

    def __init__(self, source: Database, target: Database, clock: Clock) -> None:
        self._source = source
        self._target = target
        self._clock = clock
        self._seen = 0  # how far this process knows that nothing is left to do; may be ahead of the stored position
        # Whether accounts were deleted since somebody last looked; a process before this one may have been killed
        self.departures = True

    def run(self) -> int:
        """Carry over everything there is; return the position reached."""
        while True:
            with self._source.reading() as connection:
                head = changes.head(connection, SCHEMAS[SOURCE])
            if self._seen == head.seq:
                return head.seq
            if not head.floor <= max(self._seen, self._stored()) <= head.seq:
                self.compare_all()
                return self._seen
            self._carry_slice()

    def forget(self) -> None:
        """Start again from the stored position."""
        self._seen = 0

    def compare_all(self) -> None:
        """Bring every followed record in step without the feed, and remove callers whose source is gone."""
        with self._source.reading() as connection:
            head = changes.head(connection, SCHEMAS[SOURCE])
        for followed in self._everything():
            while self._apply(followed, position=None):
                pass
        self._apply(self._vanished(), position=head.seq)
        self._seen = head.seq
        _log.info("links compared all", position=head.seq)

    def differences(self) -> list[Operation]:
        """Return what would have to be written for the blog database to agree with the users database."""
        found: list[Operation] = []
        for followed in [*self._everything(), self._vanished()]:
            with self._target.reading() as connection:
                found += operations_for(connection, followed, self._now())
                found += self._settling(connection, followed)
        return found

    def _stored(self) -> int:
        with self._target.reading() as connection:
            return _stored_position(connection)

    def _carry_slice(self) -> None:
        start = max(self._seen, self._stored())
        followed, end = self._since(start)
        self.departures |= any(item.collection == "accounts" and succession.is_deleted(item.image) for item in followed)
        with self._target.reading() as connection:
            to_do = operations_for(connection, followed, self._now()) or self._settling(connection, followed)
            behind = end - _stored_position(connection)
        if not to_do and behind < _PERSIST_EVERY:
            self._seen = end
            return
        with self._target.writing() as connection:
            _take_turn(connection)
            # Another replica may have been here since: what is read now, under the lock, counts
            followed, end = self._since(_stored_position(connection))
            if self._carry(connection, followed):
                return  # what a deleted account leaves behind may take many turns, with other writers in between
            _store_position(connection, end)
        self._seen = max(self._seen, end)

    def _carry(self, connection: Connection, followed: Sequence[Followed]) -> bool:
        """Write what follows from these records; tell whether deleted accounts may still have left something."""
        write(connection, SCHEMAS[TARGET], operations_for(connection, followed, self._now()), self._now())
        settling = self._settling(connection, followed)
        write(connection, SCHEMAS[TARGET], settling, self._now())
        return bool(settling)

    def _settling(self, connection: Connection, followed: Sequence[Followed]) -> list[Operation]:
        """Return the next operations for the first deleted account that left something."""
        for item in followed:
            if item.collection == "accounts" and not item.gone and succession.is_deleted(item.image):
                with self._source.reading() as users:
                    estate = succession.estate_of(users, item.image)
                if operations := succession.remaining(connection, SCHEMAS[TARGET], estate, self._now()):
                    return operations
        return []

    def _apply(self, followed: Sequence[Followed], *, position: int | None) -> bool:
        with self._target.writing() as connection:
            _take_turn(connection)
            unfinished = self._carry(connection, followed)
            if position is not None:
                _store_position(connection, position)
        return unfinished

    def _since(self, position: int) -> tuple[list[Followed], int]:
        """Return the newest state of each record changed after a position, and the position after them."""
        feed = SCHEMAS[SOURCE].feed
        statement = select(feed).where(feed.c["seq"] > position).order_by(feed.c["seq"]).limit(_SLICE)
        newest: dict[tuple[str, str], Followed] = {}
        with self._source.reading() as connection:
            for row in connection.execute(statement):
                position = row.seq
                image = {**orjson.loads(row.record), **orjson.loads(row.private or b"{}")}
                newest[row.collection, row.id] = Followed(row.collection, image, row.op == "delete")
        return list(newest.values()), position

    def _everything(self) -> Iterator[list[Followed]]:
        for name in CALLERS:
            collection = SCHEMAS[SOURCE].collections[name]
            columns = statements.record_columns(collection)
            names = statements.record_names(collection)
            last = ""
            while True:
                statement = select(*columns).where(columns[0] > last).order_by(columns[0]).limit(_SLICE)
                with self._source.reading() as connection:
                    images = [dict(zip(names, row, strict=True)) for row in connection.execute(statement)]
                if not images:
                    break
                last = images[-1]["id"]
                yield [Followed(name, image, gone=False) for image in images]

    def _vanished(self) -> list[Followed]:
        wanted = {
            CALLERS[followed.collection](followed.image).id for slice_ in self._everything() for followed in slice_
        }
        callers = SCHEMAS[TARGET].table("callers")
        with self._target.reading() as connection:
            rows = list(connection.execute(select(callers.c["id"], callers.c["account_id"])))
        return [_tombstone(row.id, row.account_id) for row in rows if row.id not in wanted]

    def _now(self) -> str:
        return to_wire(self._clock.now())


def operations_for(connection: Connection, followed: Iterable[Followed], now: str) -> list[Operation]:
    """Return what has to be written so that the blog database agrees with these records; nothing when it does."""
    everything = list(followed)
    accounts = [item for item in everything if item.collection == "accounts"]
    living = [item.image for item in accounts if not item.gone and not succession.is_deleted(item.image)]
    operations = _caller_operations(connection, everything)
    for account in accounts:
        if account.gone:
            operations += profiles.releasing(connection, account.image["id"], now)
    return [*operations, *profiles.following(connection, living, now)]


def _caller_operations(connection: Connection, followed: Sequence[Followed]) -> list[Operation]:
    collection = SCHEMAS[TARGET].collections["callers"]
    wanted = [(CALLERS[item.collection](item.image), item.gone) for item in followed if item.collection in CALLERS]
    dialect = connection.dialect.name
    ids = statements.list_parameter(dialect, [caller.id for caller, _ in wanted])
    rows = connection.execute(statements.by_ids(collection, dialect, brief=False), {"ids": ids})
    names = statements.record_names(collection)
    present = {row[0]: dict(zip(names, row, strict=True)) for row in rows}
    operations = []
    for caller, gone in wanted:
        current = present.get(caller.id)
        if gone and current is not None:
            operations.append(Operation("delete", collection, caller.id))
        elif not gone and current is None:
            operations.append(Operation("insert", collection, caller.id, caller.values))
        elif not gone and current is not None and differs(current, caller.values):
            operations.append(Operation("update", collection, caller.id, caller.values))
    return operations


def _tombstone(caller_id: str, account_id: str) -> Followed:
    kind, _, key = caller_id.partition(":")
    image = {"id": key, "digest": key, "account_id": account_id}
    unknown = ("role", "state", "username", "name", "avatar_url", "scopes", "expires_at", "revoked_at")
    return Followed(f"{kind}s", {**dict.fromkeys(unknown), **image}, gone=True)


def _take_turn(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")


def _stored_position(connection: Connection) -> int:
    table = SCHEMAS[TARGET].link_positions
    found = connection.execute(select(table.c["position"]).where(table.c["source"] == SOURCE)).scalar()
    return int(found or 0)


def _store_position(connection: Connection, position: int) -> None:
    table = SCHEMAS[TARGET].link_positions
    moved = update(table).where(table.c["source"] == SOURCE).values(position=position).returning(table.c["source"])
    if connection.execute(moved).first() is None:
        connection.execute(insert_row(table), {"source": SOURCE, "position": position})
