"""A Database Service whose transactions stay open a moment before they commit, so that they overlap."""

import random
import time
from typing import Any

from sqlalchemy import event

from database_service.app import EXTENSION, from_environment


def lingering() -> Any:
    """Return the application."""
    app = from_environment()
    engine = app.extensions[EXTENSION].databases["blog"].engines[-1]
    event.listen(engine, "commit", linger)
    return app


def linger(_connection: object = None) -> None:
    """Stay a moment."""
    time.sleep(random.random() * 0.02)
