"""What whoever runs the service can see: slow queries by name, and the metrics."""

import re
import threading

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import text
from structlog.testing import capture_logs

from api.shared.http import new_id
from api.shared.store import AlreadyExists, Idempotency, insert, update
from database_service.connections import open_database
from database_service.watching import Watch
from tests.support.records import ABSENT, account, new_tag, session
from tests.support.waiting import wait_until

POOL = "database_pool_connections"
SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT count(i) FROM n"


def metric(served, name, **labels):
    """Return the value of a metric, or None when it does not exist yet."""
    wanted = "".join(f'(?=[^}}]*\\b{key}="{re.escape(value)}")' for key, value in labels.items())
    body = served.transport.request("GET", "/metrics").body.decode()
    found = re.search(rf"^{name}\{{{wanted}[^}}]*\}} (\S+)$", body, re.MULTILINE)
    return None if found is None else float(found[1])


def test_a_slow_query_is_logged_by_its_name_and_without_its_values(tmp_path):
    served = open_database("blog", f"sqlite:///{tmp_path}/blog.sqlite3", pool_size=1)
    Watch({"blog": served}, CollectorRegistry(), slow_ms=1, committers={})
    slow = text(f"{SLOW} WHERE :secret = :secret")
    with capture_logs() as lines, served.reading() as connection:
        connection.execute(slow.execution_options(query="posts.list title", shape=("tag",)), {"secret": "canary"})
        connection.execute(text("SELECT 1").execution_options(query="quick"))
    served.close()
    assert [(line["event"], line["query"], line["filters"]) for line in lines if line["query"] != "quick"] == [
        ("slow query", "posts.list title", ("tag",))
    ]
    assert "canary" not in str(lines)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/blog/posts?sort=title&tag=rust", "posts.list title"),
        ("/v1/blog/posts?count=exact", "posts.count"),
        (f"/v1/blog/tags/{ABSENT}", "tags.get"),
        ("/v1/blog/changes?after=0", "select feed_head"),
    ],
)
def test_queries_are_timed_by_their_name(database, ask, path, query):
    before = metric(database, "database_query_seconds_count", database="blog", query=query) or 0
    ask.get(path)
    assert metric(database, "database_query_seconds_count", database="blog", query=query) == before + 1


def test_every_query_of_a_busy_service_has_a_name(database, blog, users):
    ada, rust = new_id(), new_tag("Rust")
    users.commit([insert("accounts", ada, account("ada", role="author"))])
    users.commit([insert("sessions", new_id(), session(ada, "s"))])
    blog.commit([rust], idempotency=Idempotency("k", "f", 1))
    blog.commit([update("tags", rust.id, {"name": "rust"})])
    blog.find("posts", include=["authors", "tags"])
    body = database.transport.request("GET", "/metrics").body.decode()
    names = set(re.findall(r'database_query_seconds_count\{database="blog",query="([^"]*)"\}', body))
    logging = {"feed.append"} if database.engine == "postgresql" else {"update feed_head", "insert feed"}
    assert {"tags.update", "insert tags", "insert idempotency", *logging} <= names
    assert names & {"select", "insert", "update", "delete"} == set()


def test_commits_are_counted_by_what_became_of_them(database, blog):
    def counted():
        return [
            metric(database, "database_commits_total", database="blog", outcome=outcome)
            for outcome in ("done", "replayed", "refused")
        ]

    before = counted()
    made = new_tag("Rust")
    for _ in range(2):
        blog.commit([made], idempotency=Idempotency("k", "f", 1))
    with pytest.raises(AlreadyExists):
        blog.commit([new_tag("Rust")])
    assert [now - then for now, then in zip(counted(), before, strict=True)] == [1, 1, 1]


def test_the_lag_of_a_follower_is_what_it_has_not_read(database, blog):
    blog.commit([new_tag(f"t{i}") for i in range(5)])
    blog.changes(2)
    assert metric(database, "database_feed_head", database="blog") == 5
    assert metric(database, "database_feed_lag", database="blog", follower="blog") == 3
    blog.changes(5)
    assert metric(database, "database_feed_lag", database="blog", follower="blog") == 0


def test_the_pools_say_how_many_are_lent_and_who_waits(database):
    pool = "all" if database.engine == "postgresql" else "writer"
    served = database.service.databases["blog"]
    size = int(metric(database, POOL, database="blog", pool=pool, state="size"))
    taken = [served.writing() for _ in range(size)]
    for each in taken:
        each.__enter__()
    waiting = threading.Thread(target=database.transport.request, args=("GET", "/readyz"))
    try:
        labels = {"database": "blog", "pool": pool}
        assert metric(database, POOL, state="in_use", **labels) == size
        if database.engine == "postgresql":
            waiting.start()
            wait_until(lambda: metric(database, POOL, state="waiting", **labels) == 1, seconds=10)
    finally:
        for each in taken:
            each.__exit__(None, None, None)
    if waiting.ident is not None:
        waiting.join()
