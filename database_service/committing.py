"""Commits, alone or together: what came while another commit was at work goes into one transaction, with one sync.

Each of several keeps its own outcome, preconditions and key: it runs behind a savepoint, so that one that
is refused leaves nothing and disturbs nobody. Where the transaction of all fails, each runs alone, as if it had come by
itself; except where nobody can tell whether the transaction was committed.
"""

from collections.abc import Sequence
from functools import partial
from time import monotonic

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.shared.clock import Clock
from api.shared.problems import Problem
from database_service.column_types import to_wire
from database_service.commit import Outcome, Written, claim, recheck_absent, run, write
from database_service.connections import POOL_TIMEOUT, Database
from database_service.convoy import Convoy, Passenger
from database_service.errors import persistently
from database_service.feed import append
from database_service.operations import CommitRequest
from database_service.registry import SCHEMAS

# What is short goes together. A long one holds others out for long enough by itself
MOST_TOGETHER, OPERATIONS_TOGETHER = 16, 64
# One that waits for somebody's lock until the engine gives up does not take the others' turn, a second one does
MOST_SECONDS = 3

Traveller = Passenger[CommitRequest, Outcome]


class Committer:
    """Commits to one database; what came while another commit was at work goes into one transaction."""

    def __init__(self, database: Database, clock: Clock, *, patience: float = POOL_TIMEOUT) -> None:
        self._database = database
        self._schema = SCHEMAS[database.name]
        self._clock = clock
        self._convoy = Convoy[CommitRequest, Outcome](
            self._travel, most=MOST_TOGETHER, weight=OPERATIONS_TOGETHER, patience=patience
        )

    @property
    def waiting(self) -> int:
        """Return how many commits wait for one at work."""
        return self._convoy.waiting

    def commit(self, request: CommitRequest) -> Outcome:
        """Do all operations or none. Raises Problem when one is refused."""
        return self._convoy.carry(request, len(request.operations))

    def _travel(self, travellers: Sequence[Traveller]) -> None:
        """Settle each of them: all in one transaction, or each in its own when something is in the way of that."""
        if len(travellers) > 1:
            try:
                done = self._together([each.asked for each in travellers])
            except (Problem, SQLAlchemyError) as error:
                if not _is_undone(error):
                    for each in travellers:
                        each.error = error
                    return
            else:
                for each, outcome in zip(travellers, done, strict=True):
                    each.settle(outcome)
                return
        began = monotonic()
        for each in travellers:
            if monotonic() - began > MOST_SECONDS:
                each.error = PoolTimeout("the commits before took too long")
            else:
                each.attempt(partial(persistently, partial(self._alone, each.asked)))

    def _alone(self, request: CommitRequest) -> Outcome:
        now = to_wire(self._clock.now())
        with self._database.writing() as connection:
            answer = claim(connection, self._schema, request.retry_key, now)
            if answer is not None:
                return Outcome(answer=answer)
            return write(connection, self._schema, request.operations, now)

    def _together(self, requests: Sequence[CommitRequest]) -> list[Outcome | Problem]:
        """Do several commits in one transaction, logged at once. Raises Problem when they disturb one another.

        The counter, for which other replicas wait, is raised when all has been written: whoever held it while writing
        could wait for a record of somebody who waits for the counter.
        """
        now = to_wire(self._clock.now())
        with self._database.writing() as connection:
            parts = [self._part(connection, request, now) for request in requests]
            written = [part for part in parts if isinstance(part, Written)]
            changes = [change for part in written for change in part.changes]
            head = append(connection, self._schema, changes, now) - len(changes)
            for part in written:
                recheck_absent(connection, part)
        done: list[Outcome | Problem] = []
        for each in parts:
            if isinstance(each, Written):
                head += len(each.changes)
            done.append(each.outcome(head) if isinstance(each, Written) else each)
        return done

    def _part(self, connection: Connection, request: CommitRequest, now: str) -> Written | Outcome | Problem:
        """Do one commit of several; when it is refused, nothing of it stays."""
        connection.exec_driver_sql("SAVEPOINT part")
        try:
            answer = claim(connection, self._schema, request.retry_key, now)
            if answer is not None:
                return Outcome(answer=answer)
            return run(connection, self._schema, request.operations)
        except Problem as refused:
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT part")
            return refused


def _is_undone(error: Problem | SQLAlchemyError) -> bool:
    """Tell whether a transaction that failed so has certainly left nothing, so that it may be run again.

    Where a connection broke it may have been committed.
    """
    if isinstance(error, DBAPIError):
        # psycopg's errors bear one, SQLite's do not
        said = getattr(error.orig, "sqlstate", "") is not None
        return said and not error.connection_invalidated
    return isinstance(error, Problem)
