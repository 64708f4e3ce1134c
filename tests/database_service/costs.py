"""What an answer costs in the engines' own units, and how they come to it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from tests.support.databases import ServedDatabase


@dataclass
class Statement:
    sql: str
    parameters: Any


@contextmanager
def statements(database: ServedDatabase) -> Iterator[list[Statement]]:
    """Collect the statements that the service sends to the blog database for this thread."""
    found: list[Statement] = []
    asking = threading.get_ident()

    def note(_connection, _cursor, sql, parameters, _context, _many):
        if threading.get_ident() == asking:
            found.append(Statement(sql, parameters))

    engines = database.service.databases["blog"].engines
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def plan(database: ServedDatabase, statement: Statement) -> list[dict[str, Any]]:
    """Return the steps by which an engine answers a statement."""
    with database.service.databases["blog"].reading() as connection:
        if database.engine == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters)
            return [{"Node Type": row[3]} for row in rows]
        explained = connection.exec_driver_sql(
            f"EXPLAIN (FORMAT JSON) {statement.sql}", statement.parameters
        ).scalar_one()
    return list(_nodes(explained[0]["Plan"]))


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


def cost(database: ServedDatabase, statement: Statement) -> int:
    """Return what answering costs: thousands of machine steps, or pages."""
    with database.service.databases["blog"].reading() as connection:
        if database.engine == "postgresql":
            explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement.sql}"
            found = connection.exec_driver_sql(explain, statement.parameters).scalar_one()[0]["Plan"]
            return int(found["Shared Hit Blocks"] + found["Shared Read Blocks"])
        driver = connection.connection.driver_connection
        steps = 0

        def tick():
            nonlocal steps
            steps += 1

        driver.set_progress_handler(tick, 10)
        connection.exec_driver_sql(statement.sql, statement.parameters).fetchall()
        driver.set_progress_handler(None, 0)
        return steps
