"""Nothing is acknowledged before the kernel was told to write it to the disk: the system calls are traced."""

import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from database_service.app import close, create_app
from database_service.registry import SCHEMAS
from tests.support.databases import new_urls, settings_for
from tests.support.postgres import create_database, durable_server
from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[2]
COMMITS = 5
CALLS = "trace=write,pwrite64,fsync,fdatasync"
# Commits through the whole service, and says so after each on a descriptor that only this is written to
COMMIT = """
import os, sys
from sqlalchemy import event
from api.shared.store import Store
from api.shared.transport import WsgiTransport
from database_service.app import EXTENSION, create_app
from tests.support.databases import KEYS, settings_for
from tests.support.records import new_tag
app = create_app(settings_for({"blog": sys.argv[1], "users": sys.argv[2]}))
blog = app.extensions[EXTENSION].databases["blog"]
if sys.argv[3]:
    # whenever it is lent out: at this moment the links may be writing by it
    event.listen(blog.engines[-1], "checkout", lambda connection, *_: connection.execute(sys.argv[3]))
store = Store(WsgiTransport(app), database="blog", key=KEYS["blog"])
acknowledge = os.open(sys.argv[4], os.O_CREAT | os.O_WRONLY | os.O_APPEND)
for i in range(int(sys.argv[5])):
    store.commit([new_tag(f"{os.getpid()}-{i}")])
    os.write(acknowledge, b"acknowledged %d\\n" % i)
"""

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="no strace: syncs before acknowledgements")


def traced(urls, folder, pragma="", others=()):
    """Return the system calls of a process that commits a few times, and of others meanwhile, one a line."""
    log = folder / "trace"
    script = [sys.executable, "-c", COMMIT, urls["blog"], urls["users"], pragma, str(folder / "acks"), str(COMMITS)]
    attached = [f"--attach={each}" for each in others]
    command = ["strace", "-I2", "-f", "-y", "-e", CALLS, "-o", str(log), *attached, *script]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as strace:
        # It would go on for as long as those it is attached to live
        wait_until(lambda: strace.poll() is not None or acknowledged(folder) >= COMMITS, seconds=200)
        strace.terminate()
        said = strace.communicate(timeout=60)[1]
    if "not permitted" in said:
        pytest.skip("processes may not be traced: syncs before acknowledgements")
    assert acknowledged(folder) == COMMITS, said
    (folder / "acks").unlink()
    return list(finished(log.read_text().splitlines()))


def acknowledged(folder):
    """Count what the process has said so far."""
    said = folder / "acks"
    return said.read_text().count("\n") if said.exists() else 0


def finished(lines):
    """Yield the calls in the order in which they returned; while one runs, those of other threads come in between."""
    begun = {}
    for line in lines:
        process, _, call = line.partition(" ")
        if "<unfinished" in call:
            begun[process] = call
        else:
            yield begun.pop(process) if "resumed>" in call and process in begun else call


def unsynced(calls, journal):
    """Count the acknowledgements before which the journal was not written and then synced."""
    bad, written, synced = 0, False, False
    for call in calls:
        if re.search(rf"\b(pwrite64|write)\(\d+<[^>]*{journal}", call):
            written, synced = True, False
        elif re.search(rf"\b(fsync|fdatasync)\(\d+<[^>]*{journal}", call):
            synced = written
        elif "acknowledged" in call:
            bad += not synced
            written = synced = False
    return bad


def test_sqlite_syncs_its_log_before_each_acknowledgement(request, tmp_path):
    calls = traced(new_urls(request, "sqlite", tmp_path), tmp_path)
    assert sum("acknowledged" in call for call in calls) == COMMITS
    assert unsynced(calls, "blog.sqlite3-wal") == 0


def test_the_same_trace_catches_a_database_that_does_not_sync(request, tmp_path):
    """The test of the test."""
    calls = traced(new_urls(request, "sqlite", tmp_path), tmp_path, "PRAGMA synchronous = OFF")
    assert unsynced(calls, "blog.sqlite3-wal") == COMMITS


def test_postgresql_syncs_its_log_before_each_acknowledgement_and_the_trace_would_see_it_if_not(tmp_path):
    with durable_server() as server:
        urls = {name: create_database(server.url, f"{name}_{secrets.token_hex(4)}") for name in SCHEMAS}
        close(create_app(settings_for(urls)))

        def trace():
            # The server, which gives birth to the sessions, and whoever else may write its log
            postmaster = int((server.folder / "postmaster.pid").read_text().split()[0])
            family = [postmaster, *(child.pid for child in psutil.Process(postmaster).children())]
            return traced(urls, tmp_path, others=family)

        calls = trace()
        assert sum("acknowledged" in call for call in calls) == COMMITS
        assert unsynced(calls, "pg_wal/") == 0
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        assert unsynced(trace(), "pg_wal/") == COMMITS
