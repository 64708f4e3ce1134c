"""The response cache: fast where nothing has changed, and never wrong about what has."""

from api.blog.app import FOLLOWER
from tests.api.blog.cache.conftest import cached


def test_the_second_read_is_answered_without_asking_the_database(ada, read, look, line):
    post = ada.publish()
    for path in (f"/posts/{post['id']}", "/posts/slug/a-title", "/posts?limit=5", "/tags", "/authors/ada", "/site"):
        first = read(path)
        reads = line.reads
        second = read(path)
        assert (first.headers["X-Cache"], second.headers["X-Cache"]) == ("miss", "hit"), path
        assert (second.status_code, second.data) == (200, first.data)
        ours = {"X-Cache", "X-Request-ID", "RateLimit", "RateLimit-Policy"}
        assert {k: v for k, v in second.headers if k not in ours} == {k: v for k, v in first.headers if k not in ours}
        assert line.reads == reads


def test_hits_have_request_ids_of_their_own(ada, read, look):
    ada.publish()
    ids = {read("/posts").headers["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3
    assert read("/posts", headers={"X-Request-ID": "mine"}).headers["X-Request-ID"] == "mine"


def test_answers_from_the_cache_demand_tls_as_the_first_one_did(read, look):
    first, second = read("/site"), read("/site")
    known = read("/site", headers={"If-None-Match": first.headers["ETag"]})
    assert [each.headers["X-Cache"] for each in (first, second)] == ["miss", "hit"]
    for answer in (first, second, known):
        assert answer.headers.getlist("Strict-Transport-Security") == ["max-age=31536000"]


def test_nobody_with_credentials_is_answered_from_the_cache_or_into_it(ada, client, read, look):
    post = ada.publish(external_id="secret")
    path = f"/posts/{post['id']}"
    assert ada.get(path).json["external_id"] == "secret"
    assert read(path).json["external_id"] is None
    assert cached(read, path) == "hit"
    own = ada.get(path)
    assert own.json["external_id"] == "secret"
    assert "X-Cache" not in own.headers
    client.set_cookie("refresh", "x")
    assert "X-Cache" not in read(path).headers


def test_refusals_and_what_is_not_there_are_not_remembered(ada, read, look):
    post = ada.write()
    path = f"/posts/{post['id']}"
    assert [read(path).status_code, read("/posts?limit=0").status_code] == [404, 422]
    ada.act(post, "publish", {})
    assert read(path).status_code == 200


def test_a_takedown_is_heeded_before_it_is_acknowledged(ada, read, look):
    post = ada.publish(tags=["One"])
    paths = [f"/posts/{post['id']}", "/posts/slug/a-title", "/posts", "/tags", "/tags/one", "/feed.xml"]
    roots = {"/feed.xml": ada.client.get}
    for path in paths:
        assert roots.get(path, read)(path).status_code == 200
        assert roots.get(path, read)(path).headers["X-Cache"] == "hit"
    assert ada.act(post, "unpublish").status_code == 200
    assert [roots.get(path, read)(path).status_code for path in paths] == [404, 404, 200, 200, 404, 200]
    assert "a-title" not in read("/posts").text + ada.client.get("/feed.xml").text
    assert read("/tags").json["items"] == []


def test_a_commit_of_another_replica_is_heeded_at_the_next_look(ada, other, read, look):
    post = ada.publish("Before")
    path = f"/posts/{post['id']}"
    assert read(path).json["title"] == "Before"
    headers = {"Authorization": f"Bearer {ada.fresh_token()}", "If-Match": '"1"'}
    assert other.patch(f"/api/blog/v1{path}", json={"title": "After"}, headers=headers).status_code == 200
    assert read(path).json["title"] == "Before"
    look()
    assert read(path).json["title"] == "After"


def test_only_what_shows_the_changed_record_is_forgotten(ada, read, look):
    one, two = ada.publish("One"), ada.publish("Two")
    paths = [f"/posts/{one['id']}", f"/posts/{two['id']}", "/posts", "/site"]
    for path in paths:
        read(path)
    ada.change(one, title="Changed")
    assert [cached(read, path) for path in paths] == ["miss", "hit", "miss", "hit"]


def test_lists_expire_when_the_next_scheduled_post_falls_due(ada, read, look, clock):
    ada.publish("Now")
    ada.publish("Soon", published_at="2026-11-23T09:00:01Z", tags=["One"])
    for path in ("/posts", "/tags", "/authors/ada"):
        read(path)
        assert cached(read, path) == "hit"
    clock.advance(seconds=1, microseconds=-1)
    assert [item["title"] for item in read("/posts").json["items"]] == ["Now"]
    assert cached(read, "/posts") == "hit"
    clock.advance(microseconds=1)
    assert [item["title"] for item in read("/posts").json["items"]] == ["Soon", "Now"]
    assert read("/tags").json["items"][0]["post_count"] == 1
    assert read("/authors/ada").json["post_count"] == 2


def test_a_post_scheduled_after_a_list_was_remembered_still_appears_in_time(ada, other, read, look, clock):
    read("/posts")
    headers = {"Authorization": f"Bearer {ada.fresh_token()}"}
    body = {"title": "Soon", "status": "published", "published_at": "2026-11-23T09:00:01Z"}
    assert other.post("/api/blog/v1/posts", json=body, headers=headers).status_code == 201
    look()
    assert read("/posts").json["items"] == []
    clock.advance(seconds=1)
    assert [item["title"] for item in read("/posts").json["items"]] == ["Soon"]


def test_while_the_feed_is_silent_nothing_is_believed(ada, read, look, clock):
    ada.publish()
    read("/posts")
    clock.advance(seconds=1.999)
    assert cached(read, "/posts") == "hit"
    clock.advance(seconds=0.001)
    assert cached(read, "/posts") == "miss"
    look()
    read("/posts")
    assert cached(read, "/posts") == "hit"


def test_before_the_feed_was_looked_at_nothing_is_believed(ada, read, app):
    ada.publish()
    read("/posts")
    assert cached(read, "/posts") == "miss"
    app.extensions[FOLLOWER].look()
    assert cached(read, "/posts") == "miss"
    assert cached(read, "/posts") == "hit"


def test_what_readers_are_told_of_the_site_is_kept_until_it_or_its_logo_changes(look, owner, read, png):
    logo = owner.call("POST", "/media", data={"file": (png(), "mark.png")}).json
    owner.call("PATCH", "/site", json={"logo_id": logo["id"]}, headers={"If-Match": "*"})
    read("/site")
    kept = read("/site")
    assert kept.headers["X-Cache"] == "hit"
    owner.call("PATCH", f"/media/{logo['id']}", json={"alt": "A loom"}, headers={"If-Match": "*"})
    told = read("/site", headers={"If-None-Match": kept.headers["ETag"]})
    assert (told.status_code, told.json["logo"]["alt"]) == (200, "A loom")
    owner.call("PATCH", "/site", json={"title": "Another"}, headers={"If-Match": "*"})
    assert read("/site").json["title"] == "Another"
