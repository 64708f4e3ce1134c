"""What a running service does by itself: following the users database, and forgetting what is old."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

import structlog
from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError

from api.shared.clock import Clock
from api.shared.problems import Problem
from database_service import changes, forgetting
from database_service.column_types import to_wire
from database_service.connections import Database
from database_service.links import SOURCE, TARGET, Links
from database_service.registry import SCHEMAS
from database_service.watching import Watch

POLL_SECONDS = 0.5  # other replicas commit without telling us
CLEANING_INTERVAL = timedelta(minutes=10)
ANSWERS_KEPT = timedelta(hours=24)  # how long a commit may be retried under its key
_log = structlog.get_logger("background")


class Background:
    """A thread that runs the links whenever it is told to, and every half second anyway."""

    def __init__(
        self, links: Links, databases: Mapping[str, Database], clock: Clock, watch: Watch, *, feed_days: int
    ) -> None:
        self._links = links
        self._databases = databases
        self._clock = clock
        self._watch = watch
        self._feed_age = timedelta(days=feed_days)
        self._working = threading.Lock()
        self._changed = threading.Condition()
        self._wanted = 0
        self._reached = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="database-background", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the run in progress."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join()

    def catch_up(self, head: int, *, timeout: float) -> bool:
        """Run the links now; wait until they have carried over everything up to `head`, or for `timeout` seconds."""
        with self._changed:
            self._wanted = max(self._wanted, head)
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._reached >= head or self._stopping, timeout)

    def clean(self) -> None:
        """Forget answers that may no longer be repeated and changes that may no longer be asked for."""
        answers_before = to_wire(self._clock.now() - ANSWERS_KEPT)
        changes_before = to_wire(self._clock.now() - self._feed_age)
        for name, database in self._databases.items():
            schema = SCHEMAS[name]
            with database.writing() as connection:
                old = schema.idempotency.c["created_at"] < answers_before
                connection.execute(delete(schema.idempotency).where(old))
            compacted = 1
            while compacted:
                with database.writing() as connection:
                    compacted = changes.compact(connection, schema, changes_before)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Do nothing while the databases are replaced underneath; the links start again from their stored position."""
        with self._working:
            yield
            self._links.forget()
            with self._changed:
                self._wanted = self._reached = 0

    def _work(self) -> None:
        cleaning_due = self._clock.now()
        while True:
            with self._working:
                healthy = self._follow()
                if self._clock.now() >= cleaning_due:
                    cleaning_due = self._clock.now() + CLEANING_INTERVAL
                    self._tidy()
            with self._changed:
                # After a failure the wish of a waiting commit is no reason to try again at once
                urgent = self._is_urgent if healthy else self._is_stopping
                self._changed.wait_for(urgent, POLL_SECONDS)
                if self._stopping:
                    return

    def _is_urgent(self) -> bool:
        return self._stopping or self._wanted > self._reached

    def _is_stopping(self) -> bool:
        return self._stopping

    def _follow(self) -> bool:
        try:
            reached = self._links.run()
        except (SQLAlchemyError, Problem) as error:
            _log.warning("links failed", exc_info=error)
            return False
        self._watch.head(SOURCE, reached)
        self._watch.followed(SOURCE, "links", reached)
        with self._changed:
            self._reached = reached
            self._changed.notify_all()
        return self._forget()

    def _forget(self) -> bool:
        """Take deleted people out of the feeds: after the links have met some, and once after starting."""
        if not self._links.departures:
            return True
        self._links.departures = False
        try:
            forgetting.forget(self._databases[SOURCE], self._databases[TARGET])
        except SQLAlchemyError as error:
            self._links.departures = True
            _log.warning("forgetting failed", exc_info=error)
            return False
        return True

    def _tidy(self) -> None:
        try:
            self.clean()
        except SQLAlchemyError as error:
            _log.warning("cleaning failed", exc_info=error)
