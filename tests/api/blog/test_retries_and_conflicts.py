"""Conditional and idempotent requests: no update is lost, no retry has a second effect."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest

KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_change_without_the_version_that_was_read_is_refused(ada, head, method):
    post = ada.write()
    before = head()
    body = None if method == "DELETE" else {"title": "B"}
    assert ada.call(method, f"/posts/{post['id']}", json=body).status_code == 428
    assert head() == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_stale_change_answers_412_with_the_current_version(ada, head, method):
    post = ada.change(ada.write(), title="B").json
    before = head()
    body = None if method == "DELETE" else {"title": "C"}
    for tag in ('"1"', '"7-0123456789abcdef"', '"nonsense"', "nonsense"):
        response = ada.call(method, f"/posts/{post['id']}", json=body, headers={"If-Match": tag})
        assert response.status_code == 412, tag
    response = ada.call(method, f"/posts/{post['id']}", json=body, headers={"If-Match": '"1"'})
    assert (response.json["version"], response.json["etag"]) == (2, '"2"')
    assert head() == before


@pytest.mark.parametrize("prefix", ["", "W/"])
def test_the_tag_of_any_answer_may_be_sent_back_even_if_a_proxy_made_it_weak(ada, prefix):
    post = ada.write()
    tag = ada.get(f"/posts/{post['id']}").headers["ETag"]
    headers = {"If-Match": f"{prefix}{tag}"}
    assert ada.call("PATCH", f"/posts/{post['id']}", json={"title": "B"}, headers=headers).status_code == 200


def test_a_star_stands_for_whatever_version_there_is(ada):
    post = ada.change(ada.write(), title="B").json
    response = ada.call("PATCH", f"/posts/{post['id']}", json={"title": "C"}, headers={"If-Match": "*"})
    assert response.json["version"] == 3


def test_a_known_tag_answers_304_without_a_body(ada, read):
    post = ada.publish()
    for path in (f"/posts/{post['id']}", "/posts", "/tags", "/authors/ada", "/site"):
        for call in (read, ada.get):
            tag = call(path).headers["ETag"]
            response = call(path, headers={"If-None-Match": f'"other", {tag}'})
            assert (response.status_code, response.data) == (304, b""), path
            assert response.headers["ETag"] == tag
            assert call(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_tag_changes_with_everything_that_is_shown(ada, eve, read, accounts, clock):
    scheduled = ada.publish(published_at="2026-11-24T00:00:00Z", tags=["One"])
    path = f"/posts/{scheduled['id']}"
    tags = {ada.get(path).headers["ETag"]}
    clock.advance(days=1)
    tags.add(ada.get(path).headers["ETag"])
    tag = ada.get("/tags/one")
    eve.call("PATCH", "/tags/one", json={"name": "Renamed"}, headers={"If-Match": tag.headers["ETag"]})
    tags.add(ada.get(path).headers["ETag"])
    assert len(tags) == 3
    assert ada.get(path).json["version"] == 1


def test_answers_say_who_may_keep_them(ada, read):
    post = ada.publish()
    public = read(f"/posts/{post['id']}").headers
    private = ada.get(f"/posts/{post['id']}").headers
    assert public["Cache-Control"] == "public, max-age=0, s-maxage=1"
    assert private["Cache-Control"] == "private, no-cache"
    assert "Authorization" in public["Vary"]


def test_a_repeated_request_has_one_effect_and_the_same_answer(ada, head):
    first = ada.post("/posts", {"title": "Once"}, headers=KEY)
    before = head()
    again = ada.post("/posts", {"title": "Once"}, headers=KEY)
    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotency-Replayed" not in first.headers
    assert head() == before


def test_a_key_that_comes_with_another_request_is_refused(ada, head):
    ada.post("/posts", {"title": "Once"}, headers=KEY)
    before = head()
    response = ada.post("/posts", {"title": "Other"}, headers=KEY)
    assert (response.status_code, response.json["code"]) == (422, "idempotency_key_reused")
    assert ada.post("/posts", {"title": "A"}, headers={"Idempotency-Key": "has space"}).status_code == 422
    assert head() == before


def test_a_key_belongs_to_one_caller(ada, bob):
    mine = ada.post("/posts", {"title": "Once"}, headers=KEY).json
    theirs = bob.post("/posts", {"title": "Once"}, headers=KEY).json
    assert mine["id"] != theirs["id"]


def test_a_refused_request_does_not_use_up_its_key(ada):
    assert ada.post("/posts", {"title": ""}, headers=KEY).status_code == 422
    assert ada.post("/posts", {"title": "Mended"}, headers=KEY).status_code == 201


def test_publishing_again_with_the_same_key_is_answered_though_the_version_has_moved_on(ada):
    post = ada.write()
    headers = {**KEY, "If-Match": '"1"'}
    first = ada.post(f"/posts/{post['id']}/publish", {}, headers=headers)
    again = ada.post(f"/posts/{post['id']}/publish", {}, headers=headers)
    assert (again.status_code, again.data) == (first.status_code, first.data)


def test_an_upload_that_is_sent_again_with_other_borders_is_the_same_upload(ada, png):
    def upload(shade: int):
        return ada.call("POST", "/media", data={"file": (png(shade), "a.png"), "alt": "A"}, headers=KEY)

    first, again = upload(1), upload(1)
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert upload(2).json["code"] == "idempotency_key_reused"
    named = ada.call("POST", "/media", data={"file": (png(1), "b.png"), "alt": "A"}, headers=KEY)
    assert named.json["code"] == "idempotency_key_reused"
    other = ada.call("POST", "/media", data={"file": (BytesIO(b"x"), "a.png"), "alt": "A"}, headers=KEY)
    assert other.json["code"] == "idempotency_key_reused"


def test_the_same_key_from_five_threads_makes_one_post(ada, app):
    token = ada.fresh_token()

    def write(_number: int):
        headers = {"Authorization": f"Bearer {token}", **KEY}
        return app.test_client().post("/api/blog/v1/posts", json={"title": "Once"}, headers=headers)

    with ThreadPoolExecutor(5) as pool:
        responses = list(pool.map(write, range(5)))
    assert {response.status_code for response in responses} == {201}
    assert len({response.data for response in responses}) == 1
    assert len(ada.get("/posts?status=any").json["items"]) == 1


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("rounds", [6, pytest.param(200, marks=pytest.mark.full)])
def test_no_acknowledged_change_of_eight_editors_is_lost(ada, app, rounds):
    post = ada.write(markdown="")
    token = ada.fresh_token()

    def edit(editor: int) -> None:
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        path, done = f"/api/blog/v1/posts/{post['id']}", 0
        while done < rounds:
            read = client.get(path)
            text = f"{read.json['markdown']}{editor}.{done}\n"
            response = client.patch(path, json={"markdown": text}, headers={"If-Match": read.headers["ETag"]})
            # 503: the database had too many waiting; nothing was written, so it is tried again
            assert response.status_code in {200, 412, 503}
            done += response.status_code == 200

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(edit, range(8)))
    final = ada.get(f"/posts/{post['id']}").json
    assert set(final["markdown"].split()) == {f"{editor}.{n}" for editor in range(8) for n in range(rounds)}
    assert final["version"] == 1 + 8 * rounds
