"""The response cache when reads fail, come at once or come late; what it holds, and how it hears of changes."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sqlalchemy import text as sql

from api.blog.app import FOLLOWER, close, create_app
from api.shared.store import Store, update
from tests.api.blog.cache.conftest import cached


def test_when_reads_fail_what_was_answered_before_is_answered_still(ada, read, look, line, clock):
    post = ada.publish()
    look()
    path = f"/posts/{post['id']}"
    before = read(path)
    line.cut = True
    assert cached(read, path) == "hit"
    clock.advance(seconds=5)
    stale = read(path)
    assert (stale.status_code, stale.data, stale.headers["X-Cache"]) == (200, before.data, "stale")
    assert ada.client.head(f"/api/blog/v1{path}").headers["X-Cache"] == "stale"
    assert read("/tags").status_code == 503
    assert ada.get(path).status_code == 503
    response = ada.post("/posts", {"title": "A"})
    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")
    line.cut = False
    assert cached(read, path) == "miss"
    look()
    assert [cached(read, path), read(path).json["id"]] == ["hit", post["id"]]


def test_what_was_taken_down_is_not_answered_stale(ada, read, look, line, clock):
    post = ada.publish()
    path = f"/posts/{post['id']}"
    read(path)
    ada.act(post, "unpublish")
    line.cut = True
    clock.advance(seconds=5)
    assert read(path).status_code == 503


def test_a_feed_that_was_compacted_away_makes_everything_forgotten(ada, read, look, app, database):
    ada.publish()
    read("/posts")
    assert cached(read, "/posts") == "hit"
    # the database was restored from a backup: its feed ends before the place this process had reached
    with database.service.databases["blog"].writing() as connection:
        connection.execute(sql("UPDATE feed_head SET seq = 0"))
    look()
    assert cached(read, "/posts") == "miss"
    assert cached(read, "/posts") == "hit"


def test_a_read_that_began_before_a_takedown_is_not_remembered(ada, read, look, line):
    post = ada.publish()
    path = f"/posts/{post['id']}"
    held = []
    original = line.request

    def request(method, asked, **options):
        if method == "GET" and asked.startswith(f"/v1/blog/posts/{post['id']}") and not held:
            reply = original(method, asked, **options)
            held.append(reply)
            assert ada.act(post, "unpublish").status_code == 200
            return reply
        return original(method, asked, **options)

    line.request = request
    assert read(path).status_code == 200
    line.request = original
    assert read(path).status_code == 404


def test_a_thousand_readers_of_one_miss_are_one_read(ada, app, look, line):
    post = ada.publish()
    gate = threading.Event()
    line.before = lambda _method, _path: gate.wait(5)
    reads = line.reads

    def get(_number):
        return app.test_client().get(f"/api/blog/v1/posts/{post['id']}").status_code

    with ThreadPoolExecutor(16) as pool:
        futures = [pool.submit(get, number) for number in range(16)]
        gate.set()
        assert {future.result() for future in futures} == {200}
    assert line.reads - reads <= 2


def test_a_reader_who_comes_after_a_takedown_does_not_share_a_read_from_before(ada, app, read, look, line):
    post = ada.publish()
    path = f"/posts/{post['id']}"
    reading, gate = threading.Event(), threading.Event()
    original = line.request

    def request(method, asked, **options):
        reply = original(method, asked, **options)
        if threading.current_thread().name.startswith("early") and "/v1/blog/posts/" in asked:
            reading.set()
            gate.wait(5)
        return reply

    line.request = request
    with ThreadPoolExecutor(1, thread_name_prefix="early") as pool:
        early = pool.submit(lambda: app.test_client().get(f"/api/blog/v1{path}").status_code)
        assert reading.wait(5)
        assert ada.act(post, "unpublish").status_code == 200
        assert read(path).status_code == 404
        gate.set()
        assert early.result() == 200
    assert read(path).status_code == 404


def test_known_tags_and_heads_are_answered_from_the_cache(ada, client, read, look):
    post = ada.publish()
    path = f"/posts/{post['id']}"
    tag = read(path).headers["ETag"]
    known = read(path, headers={"If-None-Match": tag})
    assert (known.status_code, known.data, known.headers["X-Cache"]) == (304, b"", "hit")
    assert (known.headers["ETag"], "Vary" in known.headers, "Cache-Control" in known.headers) == (tag, True, True)
    head = client.head(f"/api/blog/v1{path}")
    assert (head.status_code, head.data, head.headers["X-Cache"]) == (200, b"", "hit")
    assert int(head.headers["Content-Length"]) == len(read(path).data)


def test_a_head_or_conditional_read_fills_the_cache_for_whole_ones(ada, client, read, look):
    post = ada.publish()
    path = f"/api/blog/v1/posts/{post['id']}"
    assert client.head(path).headers["X-Cache"] == "miss"
    assert client.get(path).headers["X-Cache"] == "hit"
    tag = client.get("/api/blog/v1/posts").headers["ETag"]
    ada.change(post, title="Other")
    assert client.get("/api/blog/v1/posts", headers={"If-None-Match": tag}).status_code == 200
    assert cached(read, "/posts") == "hit"


def test_whoever_cannot_read_json_is_told_so_also_after_somebody_who_can(ada, read, look, client):
    ada.publish()
    read("/posts")
    assert read("/posts", headers={"Accept": "text/html"}).status_code == 406
    assert cached(read, "/posts", headers={"Accept": "text/html, */*;q=0.1"}) == "hit"
    client.get("/feed.xml")
    assert client.get("/feed.xml", headers={"Accept": "application/rss+xml"}).headers["X-Cache"] == "hit"


ACCEPTED = {
    "application/json;q=0": (406, 200),
    "application/json;q=0.000, */*": (406, 200),
    "application/*;Q=0, text/html, */*;q=0.8": (406, 406),
    "application/rss+xml;q=0, */*": (200, 406),
    "*/*;q=0": (406, 406),
    "*/*;q=0, application/json": (200, 406),
    "application/json; charset=utf-8": (200, 200),
    "APPLICATION/JSON": (200, 200),
    "application/problem+json": (200, 200),
    "text/html": (406, 200),
    "": (200, 200),
    "application/json;q=high": (200, 200),
}


def test_what_a_reader_refuses_is_answered_neither_from_the_cache_nor_past_it(ada, look, client):
    ada.publish()
    for path, place in (("/api/blog/v1/posts", 0), ("/feed.xml", 1)):
        client.get(path)
        for accept, statuses in ACCEPTED.items():
            told = {"Accept": accept}
            past = ada.client.get(path, headers={**told, "Authorization": f"Bearer {ada.fresh_token()}"})
            kept = client.get(path, headers=told)
            assert (past.status_code, kept.status_code) == (statuses[place], statuses[place]), (path, accept)
            assert kept.headers.get("X-Cache") == ("hit" if kept.status_code == 200 else None), (path, accept)


def test_the_cache_is_bounded_in_bytes_and_keeps_what_is_asked_for(ada, database, users, settings):
    small = replace(settings, cache_bytes=60_000)
    app = create_app(small, database=database.transport, users=users, clock=database.clock)
    close(app)
    post, large = ada.publish(markdown="word " * 100), ada.publish(markdown="word " * 2_000)
    app.extensions[FOLLOWER].look()
    client = app.test_client()
    keep = f"/api/blog/v1/posts/{post['id']}"
    for number in range(100):
        assert client.get(f"/api/blog/v1/posts?limit={number + 1}").status_code == 200
        assert client.get(keep).headers["X-Cache"] == ("miss" if number == 0 else "hit")
    kept = [client.get(f"/api/blog/v1/posts?limit={number + 1}").headers["X-Cache"] for number in reversed(range(100))]
    assert 5 < kept.count("hit") < 40
    for _ in range(2):
        assert client.get(f"/api/blog/v1/posts/{large['id']}").headers["X-Cache"] == "miss"


def test_a_flood_of_distinct_questions_costs_nobody_the_posts(ada, database, users, settings):
    small = replace(settings, cache_bytes=200_000)
    app = create_app(small, database=database.transport, users=users, clock=database.clock)
    close(app)
    post = ada.publish()
    app.extensions[FOLLOWER].look()
    client = app.test_client()
    # each was asked for once alone: nothing speaks for it but that it is a post, or a list that everybody sees
    pages = [f"/api/blog/v1/posts/{post['id']}", "/api/blog/v1/posts?limit=5", "/feed.xml", "/api/blog/v1/tags"]
    assert {client.get(path).headers["X-Cache"] for path in pages} == {"miss"}
    for number in range(150):
        assert client.get(f"/api/blog/v1/search?q=word{number}").status_code == 200
        assert client.get(f"/api/blog/v1/posts?%71=title&limit={number % 100 + 1}").status_code == 200
    assert {client.get(path).headers["X-Cache"] for path in pages} == {"hit"}
    held = re.search(r'^response_cache_bytes{share="questions"} (\S+)$', client.get("/metrics").text, re.MULTILINE)
    assert 0 < float(held[1]) <= 25_000
    assert client.get("/api/blog/v1/search?q=word0").headers["X-Cache"] == "miss"


def test_a_revoked_session_is_heeded_at_the_next_look(ada, accounts, look, database):
    assert ada.get("/posts?status=any").status_code == 200
    accounts.commit([update("sessions", ada.session_id, {"revoked_at": "2026-11-23T09:00:00.000000Z"})])
    look()
    assert ada.get("/posts?status=any").status_code == 401


def test_the_feed_is_followed_by_itself_once_somebody_has_read(database, users, settings, ada, other):
    app = create_app(settings, database=database.transport, users=users, clock=database.clock)
    client = app.test_client()
    post = ada.publish("Before")
    path = f"/api/blog/v1/posts/{post['id']}"
    try:
        deadline = threading.Event()
        while client.get(path).headers["X-Cache"] != "hit":
            assert not deadline.wait(0.02)
        store = Store(database.transport, database="blog", key=database.keys["blog"])
        store.commit([update("posts", post["id"], {"title": "After"})])
        while client.get(path).json["title"] != "After":
            assert not deadline.wait(0.02)
    finally:
        close(app)
