"""Moderation: the queue, what looks like spam and why, many at once, and bans."""

import pytest

from tests.support.commenting import moderate, say

KEY = {"Idempotency-Key": "moderate-1"}


@pytest.fixture
def queue(eve):
    return lambda query="": eve.get(f"/comments{query}").json["items"]


def reasons(item):
    return {each["rule"]: each["points"] for each in item["moderation"]["reasons"]}


def test_the_queue_holds_what_waits_with_what_is_known_of_it(ada, comment, queue, eve):
    post = ada.publish("Engines")
    made = comment(post, email="charles@example.org").json
    (item,) = queue()
    assert (item["id"], item["markdown"], item["moderation"]["email"]) == (
        made["id"],
        "Splendid!",
        "charles@example.org",
    )
    assert (item["moderation"]["post_title"], item["moderation"]["approved_before"]) == ("Engines", 0)
    assert item["url"] == f"https://blog.example.org/posts/engines#comment-{made['id']}"
    assert moderate(eve, "approved", made).json["items"][0]["status"] == "approved"
    assert queue() == []
    assert [each["id"] for each in queue(f"?status=any&post={post['id']}")] == [made["id"]]
    assert queue("?status=any")[0]["moderation"]["approved_before"] == 1


def test_readers_and_authors_have_no_queue(ada, make_person, read):
    assert read("/comments").status_code == 401
    for person in (ada, make_person("reader")):
        assert person.get("/comments").status_code == 403


def test_each_rule_says_why_a_comment_looks_like_spam(ada, owner, comment, queue):
    body = {"comment_words": ["casino", "Gold Watch"]}
    assert owner.call("PATCH", "/site", json=body, headers={"If-Match": "*"}).status_code == 200
    post = ada.publish()
    links = " ".join(f"https://x{number}.example" for number in range(4))
    cases = [
        ({"markdown": links}, {"links": 2}, "pending"),
        ({"markdown": "The best CASINO, a gold watch", "name": "casino"}, {"words": 4}, "pending"),
        ({"markdown": "Occasinonally"}, {}, "pending"),
        ({"markdown": "Hello", "subject": "filled"}, {"honeypot": 5}, "spam"),
    ]
    for number, (fields, expected, status) in enumerate(cases):
        made = comment(post, fields, address=f"198.51.100.{number}").json
        assert (made["status"], made["moderation"]) == ("pending", None)
        (item,) = [each for each in queue("?status=any") if each["id"] == made["id"]]
        assert (reasons(item), item["status"]) == (expected, status)
        assert item["moderation"]["score"] == sum(expected.values())


def test_a_change_of_the_text_leaves_what_name_and_address_say(ada, owner, comment, client, queue):
    owner.call("PATCH", "/site", json={"comment_words": ["casino"]}, headers={"If-Match": "*"})
    made = comment(ada.publish(), website="https://casino.example/", email="me@casino.example").json
    assert reasons(queue()[0]) == {"words": 2}
    headers = {"If-Match": '"1"', "Comment-Secret": made["secret"]}
    changed = client.patch(f"/api/blog/v1/comments/{made['id']}", json={"markdown": "Other words"}, headers=headers)
    assert changed.status_code == 200
    assert reasons(queue()[0]) == {"words": 2}


def test_haste_and_repetition_count_and_the_same_again_is_refused(ada, comment, queue, clock):
    posts = [ada.publish() for _ in range(5)]
    assert comment(posts[0]).status_code == 201
    again = comment(posts[0], markdown="splendid! ")
    assert (again.status_code, again.json["code"]) == (409, "duplicate_comment")
    comment(posts[1])
    comment(posts[2])
    hasty = comment(posts[3], markdown="Something else").json
    found = {each["id"]: reasons(each) for each in queue("?status=any")}
    assert found[hasty["id"]] == {"speed": 3}
    assert sorted(map(str, found.values())) == sorted(map(str, [{}, {"repeats": 3}, {"repeats": 6}, {"speed": 3}]))
    clock.advance(days=1, minutes=1)
    assert comment(posts[0]).status_code == 201


def test_who_comments_all_the_time_is_told_to_wait(ada, comment, clock, head):
    post = ada.publish()
    for number in range(10):
        assert comment(post, markdown=f"Number {number}").status_code == 201
    before = head()
    refused = comment(post, markdown="One too many")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "300")
    assert head() == before
    assert comment(post, address="192.0.2.2").status_code == 201
    clock.advance(minutes=5, seconds=1)
    assert comment(post, markdown="Calm again").status_code == 201


def test_many_at_once_is_all_or_nothing(ada, eve, comment, thread, head):
    post = ada.publish()
    made = [comment(post, address=f"192.0.2.{number}").json for number in range(3)]
    before = head()
    stale = [*made[:2], {**made[2], "version": 7}]
    refused = moderate(eve, "approved", *stale)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (412, "/items/2/version")
    unknown = moderate(eve, "approved", made[0], {"id": post["id"], "version": 1})
    assert (unknown.status_code, unknown.json["errors"][0]["pointer"]) == (422, "/items/1/id")
    assert moderate(eve, "approved", made[0], made[0]).status_code == 422
    assert head() == before
    assert moderate(eve, "approved", *made).status_code == 200
    assert len(thread(post)["items"]) == 3


def test_a_repeated_moderation_has_one_effect(ada, eve, comment, head):
    made = comment(ada.publish()).json
    body = {"items": [{"id": made["id"], "version": 1}], "status": "spam"}
    first = eve.post("/comments/moderate", body, headers=KEY)
    before = head()
    again = eve.post("/comments/moderate", body, headers=KEY)
    assert (again.data, again.headers["Idempotency-Replayed"], head()) == (first.data, "true", before)


def test_bans_hold_an_account_or_an_address_and_can_be_lifted(ada, bob, eve, comment, store):
    post = ada.publish()
    by_guest, by_member = comment(post).json, say(bob, post)
    bans = [eve.post("/bans", {"comment_id": each["id"], "note": "Sells"}).json for each in (by_guest, by_member)]
    assert [(ban["kind"], ban["name"]) for ban in bans] == [("guest", "Charles"), ("member", "Bob")]
    assert comment(post, name="Other", markdown="Again").json["code"] == "banned"
    assert bob.post(f"/posts/{post['id']}/comments", {"markdown": "Again"}).json["code"] == "banned"
    assert comment(post, address="192.0.2.9").status_code == 201
    listed = eve.get("/bans")
    assert {each["id"] for each in listed.json["items"]} == {ban["id"] for ban in bans}
    keys = [each["key"] for each in store.find("commenters").records]
    assert "192.0.2.1" not in str(keys)
    assert not any(key.partition(":")[2] in listed.text for key in keys if key.startswith("address:"))
    path = f"/bans/{bans[0]['id']}"
    assert eve.call("DELETE", path, headers={"If-Match": f'"{bans[0]["version"]}"'}).status_code == 204
    assert eve.get(path).status_code == 404
    assert comment(post, markdown="Thank you").status_code == 201


def test_an_ipv6_neighbourhood_is_one_commenter(ada, eve, comment):
    post = ada.publish()
    made = comment(post, address="2001:db8::1").json
    eve.post("/bans", {"comment_id": made["id"]})
    assert comment(post, address="2001:db8::2", markdown="Again").json["code"] == "banned"
    assert comment(post, address="2001:db8:0:1::1", markdown="Again").status_code == 201


def test_the_words_are_told_to_moderators_alone(owner, ada, read):
    owner.call("PATCH", "/site", json={"comment_words": ["casino"]}, headers={"If-Match": "*"})
    assert owner.get("/site").json["comment_words"] == ["casino"]
    for answer in (read("/site"), ada.get("/site")):
        assert answer.json["comment_words"] is None
        assert "casino" not in answer.text
