"""Watches the databases at work: how long each query takes by its name, commits, pools, and how far followers are."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from time import perf_counter
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import Engine, event

from database_service.committing import Committer
from database_service.connections import Database

OUTCOMES = ("done", "replayed", "refused", "failed")
_BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+(\w+)")
_FUNCTION = re.compile(r"(\w+)\(")
_log = structlog.get_logger("queries")


class Watch:
    """What one running service knows about its work; a registry's collector for what is read when it is asked."""

    def __init__(
        self,
        databases: Mapping[str, Database],
        registry: CollectorRegistry,
        *,
        slow_ms: int,
        committers: Mapping[str, Committer],
    ) -> None:
        self._databases = databases
        self._committers = committers
        self._slow = slow_ms / 1000
        self._heads: dict[str, int] = {}
        self._positions: dict[tuple[str, str], int] = {}
        self._seconds = Histogram(
            "database_query_seconds",
            "Time the engine takes for a query",
            ["database", "query"],
            buckets=_BUCKETS,
            registry=registry,
        )
        self._timed: dict[tuple[str, str], Histogram] = {}  # finding a series again takes longer than adding to it
        self._commits = Counter(
            "database_commits", "Commits by what became of them", ["database", "outcome"], registry=registry
        )
        for name, database in databases.items():
            for outcome in OUTCOMES:
                self._commits.labels(name, outcome)
            for engine in database.engines:
                self._time(name, engine)
        registry.register(self)

    def committed(self, database: str, outcome: str, head: int | None = None) -> None:
        """Count a commit; `head` is where the feed ends with it."""
        self._commits.labels(database, outcome).inc()
        if head:
            self.head(database, head)

    def head(self, database: str, head: int) -> None:
        """Note where a feed ends."""
        self._heads[database] = head

    def followed(self, database: str, follower: str, position: int) -> None:
        """Note how far somebody has read a feed."""
        self._positions[database, follower] = position

    def collect(self) -> Iterator[Metric]:
        """Yield what is true at this moment. The lag is measured against the newest head this process has seen."""
        pool = GaugeMetricFamily(
            "database_pool_connections", "Connections and who waits for one", labels=["database", "pool", "state"]
        )
        for name, database in self._databases.items():
            for kind, status in database.pools().items():
                for state, count in status.items():
                    pool.add_metric([name, kind, state], count)
        waiting = GaugeMetricFamily(
            "database_commits_waiting", "Commits that wait for one at work, and go together then", labels=["database"]
        )
        for name, committer in self._committers.items():
            waiting.add_metric([name], committer.waiting)
        heads = GaugeMetricFamily("database_feed_head", "The newest change of the feed", labels=["database"])
        for name, newest in dict(self._heads).items():
            heads.add_metric([name], newest)
        lag = GaugeMetricFamily(
            "database_feed_lag", "Changes that a follower has not read yet", labels=["database", "follower"]
        )
        for (name, follower), position in dict(self._positions).items():
            lag.add_metric([name, follower], max(0, self._heads.get(name, position) - position))
        yield from (pool, waiting, heads, lag)

    def _time(self, database: str, engine: Engine) -> None:
        def begin(_connection: Any, _cursor: Any, _sql: str, _parameters: Any, context: Any, _many: bool) -> None:  # noqa: FBT001 - SQLAlchemy calls it so
            context.began = perf_counter()

        def end(_connection: Any, _cursor: Any, _sql: str, _parameters: Any, context: Any, _many: bool) -> None:  # noqa: FBT001 - as above
            self._took(database, context, perf_counter() - context.began)

        def fail(failure: Any) -> None:
            began = getattr(failure.execution_context, "began", None)
            if began is not None:
                self._took(database, failure.execution_context, perf_counter() - began)

        event.listen(engine, "before_cursor_execute", begin)
        event.listen(engine, "after_cursor_execute", end)
        event.listen(engine, "handle_error", fail)

    def _took(self, database: str, context: Any, seconds: float) -> None:
        query = _name(context)
        timed = self._timed.get((database, query))
        if timed is None:
            timed = self._timed[database, query] = self._seconds.labels(database, query)
        timed.observe(seconds)
        if seconds >= self._slow:
            # Never the parameters: they hold what people stored
            shape = context.execution_options.get("shape", ())
            _log.warning("slow query", database=database, query=query, filters=shape, ms=round(seconds * 1000, 1))


def _name(context: Any) -> str:
    """Return the name a statement was declared with, or what it does to which table."""
    return str(context.execution_options.get("query") or _described(context.statement))


@lru_cache(maxsize=1024)
def _described(sql: str) -> str:
    # The texts are a finite set and hold no word of a client
    found = _TABLE.search(sql) or _FUNCTION.search(sql)
    verb = sql.split(maxsplit=1)[0].lower()
    return f"{verb} {found[1]}" if found else verb
