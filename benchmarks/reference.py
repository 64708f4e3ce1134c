"""What our answers are measured against: Flask views on the same server, with the same threads.

`empty` answers a constant; `select` reads one row by its key from SQLite, as the smallest blog would.
"""

import os
import sqlite3
import threading

from flask import Flask, Response

DATABASE = os.environ.get("REFERENCE_DATABASE", ":memory:")
local = threading.local()


def connection() -> sqlite3.Connection:
    """Return this thread's connection."""
    if not hasattr(local, "connection"):
        local.connection = sqlite3.connect(DATABASE, isolation_level=None)
    return local.connection


def prepare(path: str, body: str) -> None:
    """Make the database that `select` reads: a thousand posts with the same body."""
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE posts (id INTEGER PRIMARY KEY, slug TEXT UNIQUE, body TEXT)")
        made.executemany("INSERT INTO posts VALUES (?, ?, ?)", [(n, f"post-{n}", body) for n in range(1000)])


def create_app() -> Flask:
    """Return the two views."""
    app = Flask(__name__)

    @app.get("/empty")
    def empty() -> Response:
        return Response(b"{}", content_type="application/json")

    @app.get("/select/<slug>")
    def select(slug: str) -> Response:
        row = connection().execute("SELECT body FROM posts WHERE slug = ?", (slug,)).fetchone()
        return Response(row[0], content_type="application/json")

    return app
