"""A full disk: what was acknowledged is there, nothing by halves; reading goes on, and writing once there is room."""

import os
import pwd
import secrets
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from api.shared.store import Store, StoreUnavailable
from database_service.registry import SCHEMAS
from tests.support.databases import serving
from tests.support.postgres import create_database
from tests.support.records import new_post

BULK = "x" * 200_000
MOST = 400  # many times what fits


def fill(store):
    """Commit posts until one is refused; return the slugs of those that were acknowledged."""
    acknowledged = []
    for i in range(MOST):
        try:
            store.commit([new_post(f"p{i}", markdown=secrets.token_hex(100_000), html=BULK)])
        except StoreUnavailable:
            return acknowledged
        acknowledged.append(f"p{i}")
    raise AssertionError("the disk did not fill up")


def judge(database, make_room):
    store = Store(database.transport, database="blog", key=database.keys["blog"])
    acknowledged = fill(store)
    assert acknowledged

    def there():
        return {record["slug"] for record in store.find("posts", limit=200, brief=True).records}

    assert there() == set(acknowledged)
    with pytest.raises(StoreUnavailable):
        store.commit([new_post("again", markdown=secrets.token_hex(200_000), html=BULK)])
    head = store.changes(len(acknowledged)).head
    assert head == len(acknowledged)  # the number that was not committed was not used up
    make_room()
    store.commit([new_post("later")])
    assert there() == {*acknowledged, "later"}
    headers = {"Authorization": f"Bearer {database.keys['operator']}"}
    checks = database.transport.request("POST", "/v1/checks", headers=headers)
    assert b'"ok":true' in checks.body


def test_a_full_sqlite_disk(tmp_path):
    urls = {name: f"sqlite:///{tmp_path}/{name}.sqlite3" for name in SCHEMAS}
    with serving("sqlite", urls, tmp_path) as database:
        blog = database.service.databases["blog"]

        def limit(pages):
            # SQLite's own word for it: beyond, it answers what it answers when the file system has no room
            with blog.writing() as connection:
                connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

        limit(3_000)
        judge(database, lambda: limit(1_000_000))


@contextmanager
def small_disk(folder):
    """Mount a file system of a few megabytes; skip where that is not allowed."""
    folder.chmod(0o755)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m,mode=777", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("no file system may be mounted here: PostgreSQL on a full disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="not root, nothing may be mounted: PostgreSQL on a full disk")
@pytest.mark.skipif("TEST_POSTGRES_URL" in os.environ, reason="a server of others: PostgreSQL on a full disk")
def test_a_full_postgresql_disk(postgres_url, tmp_path):
    # pytest keeps its own folders to itself; PostgreSQL runs as somebody else
    with (
        tempfile.TemporaryDirectory() as name,
        small_disk(Path(name)) as disk,
        psycopg.connect(postgres_url, autocommit=True) as connection,
    ):
        folder = disk / "space"
        folder.mkdir(mode=0o700)
        owner = pwd.getpwnam("pgserver")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        connection.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
        urls = {name: create_database(postgres_url, f"{name}_{secrets.token_hex(4)}") for name in SCHEMAS}
        blog = urls["blog"].partition("?")[0].rsplit("/", 1)[1]
        connection.execute(f"ALTER DATABASE {blog} SET TABLESPACE small")
        try:
            with serving("postgresql", urls, tmp_path) as database:
                judge(database, lambda: grow(disk))
        finally:
            connection.execute(f"DROP DATABASE {blog} WITH (FORCE)")
            connection.execute("DROP TABLESPACE small")


def grow(disk):
    subprocess.run(["mount", "-o", "remount,size=400m", str(disk)], check=True)
