import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, MetaData, inspect

from api.shared.http import new_id
from api.shared.store import Store, insert, update
from database_service import checks, migration
from database_service.connections import DatabaseRefused, open_database
from database_service.errors import persistently
from database_service.migrations.applying import timeline
from database_service.registry import SCHEMAS
from tests.support.databases import ENGINES, empty_urls, new_urls, serving
from tests.support.records import account, new_post

DATABASES = tuple(SCHEMAS)


@pytest.fixture(params=ENGINES)
def urls(request, tmp_path):
    """The URLs of new, empty databases."""
    return empty_urls(request, request.param, tmp_path)


@pytest.fixture(params=DATABASES)
def empty(request, urls):
    database = open_database(request.param, urls[request.param], pool_size=2)
    yield database
    database.close()


def described(connection: Connection) -> dict[str, object]:
    """Return everything an engine says about its tables, in a form that can be compared."""
    looking = inspect(connection)
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column.get("computed"), column.get("default"))
                for column in looking.get_columns(table)
            },
            "primary key": looking.get_pk_constraint(table),
            "unique": sorted(map(_flat, looking.get_unique_constraints(table))),
            "foreign keys": sorted(_flat(_named(table, key)) for key in looking.get_foreign_keys(table)),
            "checks": sorted(map(_flat, looking.get_check_constraints(table))),
            "indexes": sorted(map(_flat, looking.get_indexes(table))),
        }
        for table in looking.get_table_names()
        if table != "alembic_version"
    }


def _named(table: str, key):
    """Return a reference with the name that it has; SQLAlchemy cannot see that of one which came with its column."""
    return {**key, "name": key["name"] or f"fk_{table}_{'_'.join(key['constrained_columns'])}"}


def _flat(found) -> str:
    return str(sorted((key, _flat(value) if isinstance(value, dict) else str(value)) for key, value in found.items()))


# ------------------------------------------------------------------------------------------------------ refusals


def test_a_schema_from_a_newer_version_is_refused_in_one_sentence(empty):
    migration.migrate(empty)
    with empty.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for attempt in (migration.migrate, migration.refuse_unmigrated):
        with pytest.raises(DatabaseRefused, match=r"newer version of Flask Blog.*schema 9999.*Start the newer version"):
            attempt(empty)


def test_a_schema_that_is_not_migrated_is_refused_where_migrating_is_a_command(empty):
    with pytest.raises(DatabaseRefused, match=r"is at schema none and needs .* migrate"):
        migration.refuse_unmigrated(empty)


# --------------------------------------------------------------------------------------------------- what they do


def test_migrations_build_what_the_collections_declare(request, empty, tmp_path):
    migration.migrate(empty)
    engine = "sqlite" if empty.dialect == "sqlite" else "postgresql"
    folder = tmp_path / "declared"
    folder.mkdir()
    other = open_database(empty.name, empty_urls(request, engine, folder)[empty.name], pool_size=1)
    try:
        with other.writing() as connection:
            SCHEMAS[empty.name].metadata.create_all(connection)
        with empty.reading() as migrated, other.reading() as declared:
            assert described(migrated) == described(declared)
    finally:
        other.close()


def test_the_comparison_sees_a_missing_check_constraint(empty):
    whole = SCHEMAS[empty.name].feed.to_metadata(MetaData())
    without = SCHEMAS[empty.name].feed.to_metadata(MetaData())
    without.c["op"].constraints.clear()
    seen = []
    for table in (whole, without):
        with empty.writing() as connection:
            table.create(connection)
            seen.append(described(connection))
            table.drop(connection)
    assert seen[0] != seen[1]


def test_migrating_again_changes_nothing(empty):
    migration.migrate(empty)
    with empty.reading() as connection:
        before = described(connection)
    migration.migrate(empty)
    migration.refuse_unmigrated(empty)
    with empty.reading() as connection:
        assert described(connection) == before
        assert migration.revision(connection) == migration.newest(empty.name)


@pytest.mark.parametrize("name", DATABASES)
def test_the_numbers_of_the_files_are_the_timeline_that_alembic_follows(name):
    declared = [script.revision for script in timeline(name).walk_revisions()][::-1]
    assert migration.revisions(name) == declared


def test_a_database_at_any_older_schema_is_brought_forward(empty):
    for older in migration.revisions(empty.name)[:-1]:
        with empty.writing() as connection:
            _empty(connection)
            migration.upgrade(connection, empty.name, to=older)
            assert migration.revision(connection) == older
        migration.migrate(empty)
        migration.refuse_unmigrated(empty)


def _tables(connection):
    found = MetaData()
    found.reflect(connection)
    return found.sorted_tables


def _empty(connection):
    # an FTS5 index takes the tables inside it along
    for name in [name for name in inspect(connection).get_table_names() if name.endswith("_fts")]:
        connection.exec_driver_sql(f"DROP TABLE {name}")
    for table in reversed(_tables(connection)):
        table.drop(connection)


# ------------------------------------------------------------------------------------------- expand, then contract


def shape(connection: Connection) -> dict[tuple[str, str], dict[str, object]]:
    looking = inspect(connection)
    return {
        (table, column["name"]): column
        for table in looking.get_table_names()
        if table != "alembic_version"
        for column in looking.get_columns(table)
    }


def test_no_migration_takes_away_or_demands_what_the_version_before_knows_nothing_of(empty):
    """So the version before, which is still running while this one migrates, reads and writes as it did."""
    known: dict[tuple[str, str], dict[str, object]] = {}
    for each in migration.revisions(empty.name):
        with empty.writing() as connection:
            migration.upgrade(connection, empty.name, to=each)
            now = shape(connection)
        for place, column in known.items():
            assert place in now, f"{each} takes {place} away"
            assert (str(now[place]["type"]), now[place]["nullable"] or not column["nullable"]) == (
                str(column["type"]),
                True,
            ), f"{each} narrows {place}"
        tables = {table for table, _ in known}
        for place, column in now.items():
            if place[0] in tables and place not in known:
                free = column["nullable"] or column.get("computed") or column.get("default") is not None
                assert free, f"{each} demands {place}"
        known = now


def migrate_to_the_next(database):
    with database.writing() as connection:
        for collection in SCHEMAS[database.name].collections:
            connection.exec_driver_sql(f"ALTER TABLE {collection} ADD COLUMN next_a TEXT")
            connection.exec_driver_sql(f"ALTER TABLE {collection} ADD COLUMN next_b INTEGER NOT NULL DEFAULT 7")
            connection.exec_driver_sql(f"CREATE INDEX next_{collection} ON {collection} (next_b)")
        connection.exec_driver_sql("CREATE TABLE next_things (id TEXT PRIMARY KEY)")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'next'")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_running_version_works_on_the_schema_of_the_next(request, engine, tmp_path):
    """What a next version may do to the schema, done underneath a service that knows nothing of it."""
    with serving(engine, new_urls(request, engine, tmp_path), tmp_path) as database:
        blog, users = (Store(database.transport, database=name, key=database.keys[name]) for name in DATABASES)
        ada, made = new_id(), new_post("before")
        users.commit([insert("accounts", ada, account("ada", role="author"))])
        blog.commit([made])
        for each in database.service.databases.values():
            # the links of the running version lock the same tables in another order
            persistently(partial(migrate_to_the_next, each))
        blog.commit([new_post("after", author_ids=[ada]), update("posts", made.id, {"title": "New"}, if_version=1)])
        users.commit([update("accounts", ada, {"name": "Ada L."})])
        assert "next_a" not in blog.get("posts", made.id).record
        assert {record["title"] for record in blog.find("posts").records} == {"New", "About after"}
        assert blog.find("authors").records[0]["name"] == "Ada L."
        assert blog.changes(0).changes[-1]["seq"] == blog.changes(0).head
        assert checks.run(database.service.databases, database.service.links) == []


# ------------------------------------------------------------------------------------------- killed and run again

STATEMENTS = """
import os, signal, sys
from sqlalchemy import event
from database_service.connections import open_database
from database_service.migration import migrate
name, url, steps = sys.argv[1], sys.argv[2], int(sys.argv[3])
database = open_database(name, url, pool_size=1)
with database.writing() as connection:
    engine = connection.engine
done = 0
def count(*_):
    global done
    done += 1
    if done == steps:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(engine, "after_cursor_execute", count)
migrate(database)
print(done)
"""


def run_migration(name: str, url: str, steps: int) -> subprocess.CompletedProcess[str]:
    """Migrate in a process that kills itself after so many statements."""
    return subprocess.run(
        [sys.executable, "-c", STATEMENTS, name, url, str(steps)],
        capture_output=True, text=True, check=False, timeout=60, cwd=Path(__file__).parents[2], env={**os.environ},
    )  # fmt: skip


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("name", "stride"),
    [("users", 18), ("blog", 30), *(pytest.param(name, 1, marks=pytest.mark.full) for name in DATABASES)],
)
def test_a_migration_killed_at_any_step_has_done_nothing_and_runs_again(urls, name, stride):
    finished, steps = None, 1
    while finished is None:
        done = run_migration(name, urls[name], steps)
        if done.returncode == 0:
            finished = int(done.stdout.splitlines()[-1])
            break
        assert done.returncode == -9, done.stderr
        database = open_database(name, urls[name], pool_size=1)
        with database.reading() as connection:
            assert _tables(connection) == []
        database.close()
        steps += stride
    assert finished > 20
    database = open_database(name, urls[name], pool_size=1)
    migration.refuse_unmigrated(database)
    database.close()


def test_several_runners_take_turns(urls):
    name = "users"
    if urls[name].startswith("sqlite"):
        return  # one process has a file; test_connections shows it
    runners = [
        subprocess.Popen([sys.executable, "-c", STATEMENTS, name, urls[name], "-1"], cwd=Path(__file__).parents[2])
        for _ in range(3)
    ]
    assert [runner.wait(60) for runner in runners] == [0, 0, 0]
