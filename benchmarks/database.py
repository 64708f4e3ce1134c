"""Reading through the Database Service, beside a bare Flask view that runs the same SELECT with the same driver.

Both are called in this process, so that a network adds nothing to either.
"""

import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import psycopg
from flask import Flask, Response
from sqlalchemy import make_url
from sqlalchemy.dialects import postgresql, sqlite

from api.shared.transport import WsgiTransport
from benchmarks.filling import Blog
from benchmarks.turns import growth, print_times, timed
from benchmarks.writing import opened_blog
from database_service.app import EXTENSION
from database_service.registry import SCHEMAS
from database_service.statements import by_id, record_names
from deploy.services.postgresql import local_databases

ROUNDS = 400
POSTS = SCHEMAS["blog"].collections["posts"]
Execute = Callable[[dict[str, str]], Any]


def bare(execute: Execute) -> WsgiTransport:
    """Return a Flask application with one view that selects a post and answers it as JSON."""
    app = Flask("bare")
    names = record_names(POSTS)

    @app.get("/v1/blog/posts/<record_id>")
    def post(record_id: str) -> Response:
        row = execute({"record_id": record_id}).fetchone()
        return Response(orjson.dumps({"record": dict(zip(names, row, strict=True))}), content_type="application/json")

    return WsgiTransport(app)


def compare(engine: str, blog: Blog, execute: Execute) -> None:
    """Print what a get by id takes, the bare view and the service in turn, and a list with includes."""
    [newest] = blog.store.find("posts", sort="-published_at", limit=1).records
    path = f"/v1/blog/posts/{newest['id']}"
    view = bare(execute)
    includes = ("authors", "tags", "cover")
    taken = timed(
        {
            "bare Flask view": lambda: orjson.loads(view.request("GET", path).body),
            "get by id": lambda: blog.store.get("posts", newest["id"]),
            "list of 20": lambda: blog.store.find("posts", sort="-published_at", limit=20, brief=True),
            "list of 20 with includes": lambda: blog.store.find(
                "posts", sort="-published_at", limit=20, brief=True, include=includes
            ),
        },
        ROUNDS,
    )
    print_times(f"{engine}, in process", taken)
    print(f"get by id / bare view: {growth(taken, 'bare Flask view', 'get by id'):.2f} (goal 2)")


def run(folder: Path) -> None:
    """Measure both engines."""
    with opened_blog(folder / "sqlite") as blog:
        path = blog.services.database.extensions[EXTENSION].databases["blog"].url.database
        file = sqlite3.connect(path)
        on_file = str(by_id(POSTS).compile(dialect=sqlite.dialect(paramstyle="named")))  # type: ignore[no-untyped-call] # SQLAlchemy's own
        compare("SQLite", blog, lambda values: file.execute(on_file, values))
    with local_databases(folder / "postgresql") as urls:
        made = {f"DATABASE_{name.upper()}_URL": url for name, url in urls.items()}
        url = make_url(urls["blog"]).set(drivername="postgresql").render_as_string(hide_password=False)
        with (
            opened_blog(folder / "on-postgresql", **made) as blog,
            psycopg.connect(url, autocommit=True) as connection,
        ):
            dialect = postgresql.psycopg.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy's own
            on_server = str(by_id(POSTS).compile(dialect=dialect))
            compare("PostgreSQL", blog, lambda values: connection.execute(on_server, values))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        run(Path(temporary))
    sys.exit(0)
