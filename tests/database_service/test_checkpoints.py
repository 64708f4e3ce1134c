"""SQLite's log is carried over beside the commits, stays bounded when that is late, and is emptied when it must be."""

from pathlib import Path

import pytest

from api.shared.store import Store
from database_service.checkpointing import LOG_PAGES, ROWS_BETWEEN
from tests.support.databases import new_urls, serving
from tests.support.records import new_post, new_tag
from tests.support.waiting import wait_until

PAGE = 4096
WITH_FRAMES = 2  # a page in the log has a header, and an interrupted transaction may stand behind the last one


@pytest.fixture
def served(request, tmp_path):
    with serving("sqlite", new_urls(request, "sqlite", tmp_path), tmp_path) as database:
        yield database


@pytest.fixture
def store(served):
    return Store(served.transport, database="blog", key=served.keys["blog"])


@pytest.fixture
def blog(served):
    return served.service.databases["blog"]


@pytest.fixture
def file(blog):
    return Path(str(blog.url.database))


def log_of(file):
    return file.with_name(f"{file.name}-wal")


def test_no_commit_carries_the_log_over_itself(blog, store, file):
    store.commit([new_tag("first")])
    before = file.read_bytes()
    with blog.checkpoints.paused():
        for number in range(2 * ROWS_BETWEEN):
            store.commit([new_tag(f"t{number}")])
        assert log_of(file).stat().st_size > 1_000 * PAGE  # from here on SQLite would, left to itself
        assert file.read_bytes() == before
    wait_until(lambda: file.read_bytes() != before, seconds=60)


def test_when_nobody_carries_it_over_the_log_stays_bounded_all_the_same(blog, store, file):
    bulk = "x" * 400_000
    with blog.checkpoints.paused():
        for number in range(LOG_PAGES * PAGE * 3 // (3 * len(bulk))):
            store.commit([new_post(f"p{number}", markdown=bulk, html=bulk)])
    assert file.stat().st_size > LOG_PAGES * PAGE
    assert log_of(file).stat().st_size < WITH_FRAMES * LOG_PAGES * PAGE


def test_a_log_that_must_be_emptied_is_emptied_while_others_are_carried_over(blog, store, file):
    for number in range(3):
        store.commit([new_tag(f"{number}-{each}") for each in range(ROWS_BETWEEN)])
        blog.overwrite()
        assert log_of(file).stat().st_size == 0


def test_what_was_committed_is_in_the_file_alone_after_closing(request, tmp_path):
    urls = new_urls(request, "sqlite", tmp_path)
    with serving("sqlite", urls, tmp_path) as database:
        store = Store(database.transport, database="blog", key=database.keys["blog"])
        store.commit([new_tag(f"t{each}") for each in range(2 * ROWS_BETWEEN)])
    assert sorted(path.name for path in tmp_path.glob("blog.sqlite3-*")) == []
    with serving("sqlite", urls, tmp_path) as database:
        store = Store(database.transport, database="blog", key=database.keys["blog"])
        assert store.find("tags", limit=1, count=True).total == 2 * ROWS_BETWEEN
