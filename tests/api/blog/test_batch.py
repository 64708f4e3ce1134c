"""Batches: several writes in one commit, each allowed and answered as it would be alone; all or none."""

from concurrent.futures import ThreadPoolExecutor

import pytest

CLIENTS = 5


def item(method, path, body=None, if_match=None):
    return {"method": method, "path": path, "body": body, "if_match": if_match}


def tag_of(post):
    return f'"{post["version"]}"'


def send(person, *items, **headers):
    return person.post("/batch", {"operations": list(items)}, headers=headers)


def refused(response, status, code, operation):
    assert (response.status_code, response.json["code"]) == (status, code), response.text
    assert response.json["operation"] == operation
    return [fault.get("pointer") for fault in response.json.get("errors", [])]


def test_a_batch_of_nothing_or_of_too_much_is_refused(ada, head):
    before = head()
    assert send(ada).json["errors"][0]["pointer"] == "/operations"
    assert send(ada, *[item("POST", "/tags", {"name": "A"})] * 101).json["errors"][0]["pointer"] == "/operations"
    assert send(ada, {"method": "GET", "path": "/posts"}).status_code == 422
    assert head() == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/batch"), ("POST", "/media"), ("POST", "/posts/{post}/previews"), ("POST", "/render"),
        ("DELETE", "/posts"), ("POST", "/nothing"), ("PATCH", "//evil.example/posts"), ("POST", "/tags/../setup"),
        ("POST", "/posts?autosave=true&autosave=true"),
    ],
)  # fmt: skip
def test_what_cannot_stand_in_a_batch_is_refused(ada, head, method, path):
    post = ada.write()
    before = head()
    response = send(ada, item("POST", "/tags", {"name": "New"}), item(method, path.format(post=post["id"]), {}))
    assert refused(response, 422, "invalid", 1) == ["/operations/1/path"]
    assert head() == before


def test_one_item_that_is_refused_refuses_all_and_is_named(ada, bob, eve, head):
    mine, theirs, draft = ada.write("Mine"), bob.publish("Theirs"), bob.write("Secret")
    fine = item("PATCH", f"/posts/{mine['id']}", {"title": "B"}, tag_of(mine))
    before = head()
    cases = [
        (item("PATCH", f"/posts/{theirs['id']}", {"title": "B"}, '"1"'), 403, "forbidden", []),
        (item("PATCH", f"/posts/{draft['id']}", {"title": "B"}, '"1"'), 404, "not_found", []),
        (item("PATCH", f"/posts/{mine['id']}", {"title": "C"}), 428, "precondition_required", []),
        (item("PATCH", f"/posts/{mine['id']}", {"title": "C"}, '"9"'), 412, "version_mismatch", []),
        (item("PATCH", "/tags/none", {"name": "C"}, '"1"'), 403, "forbidden", []),
        (item("POST", "/posts", {"title": "", "nonsense": 1}), 422, "invalid", ["title", "nonsense"]),
        (item("POST", "/posts", {"title": "A", "series": "none"}), 422, "unknown_reference", ["series"]),
        (item("DELETE", f"/posts/{mine['id']}", None, tag_of(mine)), 409, "batch_overlap", []),
    ]
    for bad, status, code, fields in cases:
        pointers = refused(send(ada, fine, bad), status, code, 1)
        assert sorted(set(pointers)) == sorted(f"/operations/1/body/{field}" for field in fields)
    assert head() == before


def test_a_token_needs_the_scope_of_each_item(ada, client, make_token, head):
    posts, both = (ada.with_token(make_token(ada, "posts:write", *more)) for more in ((), ("tags:write",)))
    items = [item("POST", "/posts", {"title": "A"}), item("POST", "/tags", {"name": "A"})]
    before = head()
    assert client.post("/api/blog/v1/batch", json={"operations": items}).status_code == 401
    refused(send(posts, *items), 403, "forbidden", 1)
    assert head() == before
    assert send(both, *items).status_code == 200


def test_each_item_answers_as_it_would_alone(ada, eve, read):
    post, other, gone = ada.publish("One"), ada.write("Two"), ada.write("Three")
    response = send(
        eve,
        item("POST", "/posts", {"title": "New", "tags": ["Fresh"], "status": "published"}),
        item("PATCH", f"/posts/{post['id']}", {"title": "First", "tags": ["Fresh", "Old"]}, tag_of(post)),
        item("POST", f"/posts/{other['id']}/publish", {}, "*"),
        item("DELETE", f"/posts/{gone['id']}?permanent=true", None, tag_of(gone)),
        item("POST", "/tags", {"name": "Third"}),
    )
    results = response.json["results"]
    assert [each["status"] for each in results] == [201, 200, 200, 204, 201]
    assert results[0]["location"] == f"/api/blog/v1/posts/{results[0]['body']['id']}"
    assert (results[1]["body"]["version"], results[3]["body"], results[3]["etag"]) == (2, None, None)
    assert results[1]["etag"] == eve.get(f"/posts/{post['id']}").headers["ETag"]
    assert {each["title"] for each in read("/posts").json["items"]} == {"New", "First", "Two"}
    assert eve.get(f"/posts/{gone['id']}").status_code == 404
    tags = {tag["name"]: tag["id"] for tag in results[1]["body"]["tags"]}
    assert results[0]["body"]["tags"][0]["id"] == tags["Fresh"]
    assert {tag["name"] for tag in ada.get("/tags").json["items"]} == {"Fresh", "Old", "Third"}


def test_a_hundred_posts_of_one_title_series_and_tag_are_one_batch(ada, eve, head):
    eve.post("/series", {"title": "Known"})
    body = {"title": "The same", "tags": ["Shared"], "series": "known", "markdown": "Text"}
    response = send(ada, *[item("POST", "/posts", body)] * 100)
    assert response.status_code == 200, response.text
    posts = [each["body"] for each in response.json["results"]]
    assert len({post["slug"] for post in posts}) == 100
    assert len({post["tags"][0]["id"] for post in posts}) == 1
    assert ada.get("/tags").json["items"][0]["name"] == "Shared"


def test_a_retried_batch_has_one_effect(ada, app, head):
    token = ada.fresh_token()
    body = {"operations": [item("POST", "/posts", {"title": "A"}), item("POST", "/tags", {"name": "B"})]}
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "once"}
    before = head()

    def call(_number):
        return app.test_client().post("/api/blog/v1/batch", json=body, headers=headers)

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(call, range(CLIENTS)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    # the post, its slug and revision, and the tag
    assert head() - before == 4


def test_readers_see_all_of_a_batch_as_soon_as_it_is_acknowledged(ada, read):
    posts = [ada.publish(f"Post {number}") for number in range(3)]
    known = [read(f"/posts/{post['id']}").json["title"] for post in posts]
    assert known == ["Post 0", "Post 1", "Post 2"]
    changes = [item("PATCH", f"/posts/{post['id']}", {"title": "New"}, tag_of(post)) for post in posts]
    assert send(ada, *changes).status_code == 200
    assert {read(f"/posts/{post['id']}").json["title"] for post in posts} == {"New"}


def test_of_two_batches_that_change_one_post_one_is_refused_whole(ada, app):
    posts = [ada.write(f"Post {number}") for number in range(3)]
    token = ada.fresh_token()

    def call(title):
        items = [item("PATCH", f"/posts/{post['id']}", {"title": title}, '"1"') for post in posts]
        headers = {"Authorization": f"Bearer {token}"}
        return app.test_client().post("/api/blog/v1/batch", json={"operations": items}, headers=headers).status_code

    with ThreadPoolExecutor(CLIENTS) as pool:
        statuses = list(pool.map(call, [f"Title {number}" for number in range(CLIENTS)]))
    assert sorted(statuses) == [200, *[412] * (CLIENTS - 1)]
    assert len({ada.get(f"/posts/{post['id']}").json["title"] for post in posts}) == 1
