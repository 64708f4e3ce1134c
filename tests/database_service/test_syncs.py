"""Nothing is acknowledged before the kernel was told to write it to the disk: the system calls are traced."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.databases import new_urls

ROOT = Path(__file__).parents[2]
COMMITS = 5
CALLS = "trace=write,pwrite64,fsync,fdatasync"
# Commits through the whole service, and says so after each on a descriptor that only this is written to
COMMIT = """
import os, sys
from api.shared.store import Store
from api.shared.transport import WsgiTransport
from database_service.app import EXTENSION, create_app
from tests.support.databases import KEYS, settings_for
from tests.support.records import new_tag
app = create_app(settings_for({"blog": sys.argv[1], "users": sys.argv[2]}))
blog = app.extensions[EXTENSION].databases["blog"]
if sys.argv[3]:
    blog.engines[-1].raw_connection().driver_connection.execute(sys.argv[3])
store = Store(WsgiTransport(app), database="blog", key=KEYS["blog"])
acknowledge = os.open(sys.argv[4], os.O_CREAT | os.O_WRONLY | os.O_APPEND)
for i in range(int(sys.argv[5])):
    store.commit([new_tag(f"t{i}")])
    os.write(acknowledge, b"acknowledged %d\\n" % i)
"""

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="no strace: syncs before acknowledgements")


def traced(urls, folder, pragma=""):
    """Return the system calls of a process that commits a few times, one a line."""
    log = folder / "trace"
    script = [sys.executable, "-c", COMMIT, urls["blog"], urls["users"], pragma, str(folder / "acks"), str(COMMITS)]
    done = subprocess.run(
        ["strace", "-f", "-y", "-e", CALLS, "-o", str(log), *script],
        capture_output=True, text=True, check=False, timeout=120, cwd=ROOT,
    )  # fmt: skip
    if "not permitted" in done.stderr:
        pytest.skip("processes may not be traced: syncs before acknowledgements")
    assert done.returncode == 0, done.stderr
    return log.read_text().splitlines()


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
