"""Holds what one running Database Service is made of."""

from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from api.shared.clock import Clock
from api.shared.problems import Problem
from database_service.background import Background
from database_service.commit import Outcome
from database_service.committing import Committer
from database_service.connections import Database, open_database
from database_service.credentials import Credentials
from database_service.cursors import Cursors
from database_service.links import SOURCE, TARGET, Links
from database_service.migration import migrate, refuse_unmigrated
from database_service.operations import CommitRequest
from database_service.reading import Reader
from database_service.registry import DATABASES
from database_service.settings import Settings
from database_service.watching import Watch

LINK_WAIT = 0.25  # seconds that a commit waits for the links; the background thread goes on after that


@dataclass(frozen=True)
class Service:
    """The open databases and who works on them."""

    settings: Settings
    clock: Clock
    credentials: Credentials
    cursors: Cursors
    databases: Mapping[str, Database]
    readers: Mapping[str, Reader]
    committers: Mapping[str, Committer]
    links: Links
    background: Background
    registry: CollectorRegistry
    watch: Watch

    def commit(self, database: str, request: CommitRequest) -> Outcome:
        """Commit to a database, and let what follows it catch up for a moment. Raises Problem."""
        try:
            outcome = self.committers[database].commit(request)
        except Exception as error:
            self.watch.committed(database, "refused" if isinstance(error, Problem) else "failed")
            raise
        self.watch.committed(database, "done" if outcome.answer is None else "replayed", outcome.head)
        if database == SOURCE and outcome.changed:
            self.background.catch_up(outcome.head, timeout=LINK_WAIT)
        return outcome

    def close(self) -> None:
        """Stop working, close every connection and let another process serve the files."""
        self.background.stop()
        for database in self.databases.values():
            database.close()


def open_service(settings: Settings, clock: Clock) -> Service:
    """Open and check every database. Raises DatabaseRefused, with nothing left open."""
    databases: dict[str, Database] = {}
    try:
        for name in DATABASES:
            databases[name] = open_database(name, settings.urls[name], pool_size=settings.pool_size)
            (migrate if settings.migrate_on_start else refuse_unmigrated)(databases[name])
    except BaseException:
        for database in databases.values():
            database.close()
        raise
    cursors = Cursors(settings.cursor_key.encode())
    links = Links(databases[SOURCE], databases[TARGET], clock)
    registry = CollectorRegistry()
    committers = {name: Committer(database, clock) for name, database in databases.items()}
    watch = Watch(databases, registry, slow_ms=settings.slow_query_ms, committers=committers)
    background = Background(links, databases, clock, watch, feed_days=settings.feed_days)
    background.start()
    return Service(
        settings=settings,
        clock=clock,
        credentials=Credentials(settings.keys),
        cursors=cursors,
        databases=databases,
        readers={name: Reader(database, clock, cursors) for name, database in databases.items()},
        committers=committers,
        links=links,
        background=background,
        registry=registry,
        watch=watch,
    )
