"""A Database Service that ends at a named point of a commit, as if its machine had failed there and then."""

import os
import signal
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from database_service.app import EXTENSION, from_environment

# The statement after which it ends
STATEMENTS = {
    "key claimed": "INSERT INTO idempotency",
    "first record written": "INSERT INTO tags",
    "number taken": "UPDATE feed_head",
    "change logged": "INSERT INTO feed (",
}
BEFORE_COMMIT, BEFORE_ANSWER = "before the commit", "committed, not answered"
# PostgreSQL takes the number and logs the change in one statement
POINTS = {
    "sqlite": (*STATEMENTS, BEFORE_COMMIT, BEFORE_ANSWER),
    "postgresql": ("key claimed", "first record written", "change logged", BEFORE_COMMIT, BEFORE_ANSWER),
}
POINT, TURN = "FAILPOINT", "FAILPOINT_TURN"


def failing() -> Any:
    """Return the application; at its FAILPOINT_TURN-th time at FAILPOINT the whole process group is killed."""
    app = from_environment()
    point, turns = os.environ.get(POINT), int(os.environ.get(TURN, "1"))
    if point is None:
        return app
    reach = _countdown(turns)
    engine = app.extensions[EXTENSION].databases["blog"].engines[-1]
    if point == BEFORE_ANSWER:
        return _unanswered(app, reach)
    if point == BEFORE_COMMIT:
        event.listen(engine, "commit", lambda _connection: reach())
        return app

    def after(*about: Any) -> None:
        if STATEMENTS[point] in about[2]:
            reach()

    event.listen(engine, "after_cursor_execute", after)
    return app


def _countdown(turns: int) -> Callable[[], None]:
    left = iter(range(turns - 1, -1, -1))

    def reach() -> None:
        if next(left, 0) == 0:
            os.killpg(os.getpgrp(), signal.SIGKILL)

    return reach


def _unanswered(app: Any, reach: Callable[[], None]) -> Any:
    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        answer = app(environ, start_response)
        if environ["PATH_INFO"].endswith("/commit"):
            reach()
        return answer

    return serve
