"""Comments: who may say what where, in which order it stands, and how it is taken back."""

import pytest

from api.blog.app import FOLLOWER
from api.shared.store import update
from tests.support.commenting import moderate, say


def with_secret(client, method, comment, secret, json=None):
    headers = {"If-Match": f'"{comment["version"]}"', **({"Comment-Secret": secret} if secret else {})}
    return client.open(f"/api/blog/v1/comments/{comment['id']}", method=method, json=json, headers=headers)


def test_what_readers_cannot_read_takes_no_comments(ada, comment, read, head):
    draft, members = ada.write(), ada.publish(visibility="members")
    before = head()
    for post in (draft, members):
        assert comment(post).status_code == 404
        assert read(f"/posts/{post['id']}/comments").status_code == 404
    assert ada.post(f"/posts/{draft['id']}/comments", {"markdown": "Hm"}).json["code"] == "comments_closed"
    assert head() == before


def test_a_closed_post_an_old_one_and_a_site_without_comments_refuse_them(ada, comment, policy, thread, clock):
    closed, open_post = ada.publish(comments_open=False), ada.publish()
    assert comment(closed).json["code"] == "comments_closed"
    policy(close_after_days=2)
    assert thread(open_post)["accepts"] == "everybody"
    clock.advance(days=2)
    assert comment(open_post).json["code"] == "comments_closed"
    assert thread(open_post)["accepts"] == "nobody"
    policy(close_after_days=None, who="off")
    assert comment(open_post).json["code"] == "comments_closed"


def test_a_thread_of_chosen_fields_says_still_who_may_comment(ada, comment, read):
    post = ada.publish()
    assert comment(post).status_code == 201
    sparse = read(f"/posts/{post['id']}/comments?fields=id").json
    assert set(sparse) == {"items", "next", "prev", "accepts"}
    assert all(set(item) == {"id"} for item in sparse["items"])


def test_where_members_alone_comment_guests_are_asked_to_sign_in(ada, make_person, comment, policy, thread):
    post = ada.publish()
    policy(who="members")
    assert thread(post)["accepts"] == "members"
    response = comment(post)
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert say(make_person("reader"), post)["status"] == "pending"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": None}, "/name"),
        ({"name": "\u200b"}, "/name"),
        ({"markdown": "![](https://example.org/i.png)"}, "/markdown"),
        ({"markdown": "<script>alert(1)</script>"}, "/markdown"),
        ({"website": "javascript:alert(1)"}, "/website"),
        ({"email": "nobody"}, "/email"),
        ({"parent_id": "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"}, "/parent_id"),
    ],
)
def test_a_guest_is_told_what_to_mend(ada, comment, head, body, pointer):
    post = ada.publish()
    before = head()
    response = comment(post, body)
    assert response.status_code == 422
    assert [each["pointer"] for each in response.json["errors"]] == [pointer]
    assert head() == before


def test_members_comment_under_the_name_of_their_account(ada, make_person, thread, policy):
    policy(hold="nothing")
    post, reader = ada.publish(), make_person("reader", "ron")
    refused = reader.post(f"/posts/{post['id']}/comments", {"markdown": "Hm", "name": "Ada", "email": "a@b.example"})
    assert {each["pointer"] for each in refused.json["errors"]} == {"/name", "/email"}
    say(reader, post)
    say(ada, post)
    by_reader, by_author = (each["author"] for each in thread(post)["items"])
    assert by_reader == {"kind": "member", "name": "Ron", "url": None, "avatar_url": None, "wrote_post": False}
    assert (by_author["name"], by_author["wrote_post"]) == ("Ada", True)
    assert by_author["url"] == "https://blog.example.org/authors/ada"


def test_a_token_that_may_not_comment_is_refused(ada, make_token, head):
    post = ada.publish()
    program = ada.with_token(make_token(ada, "posts:write"))
    before = head()
    assert program.post(f"/posts/{post['id']}/comments", {"markdown": "Hm"}).status_code == 403
    assert head() == before
    say(ada.with_token(make_token(ada, "comments:write")), post)


def test_first_timers_wait_and_who_was_approved_once_does_not(ada, eve, comment, thread):
    post = ada.publish()
    first = comment(post).json
    assert (first["status"], first["markdown"]) == ("pending", "Splendid!")
    assert thread(post)["items"] == []
    assert moderate(eve, "approved", first).status_code == 200
    assert [each["id"] for each in thread(post)["items"]] == [first["id"]]
    assert comment(post, markdown="And another").json["status"] == "approved"
    assert comment(post, address="192.0.2.2").json["status"] == "pending"


def test_where_everything_is_held_the_authors_alone_are_not(ada, bob, eve, comment, policy):
    policy(hold="everything")
    post = ada.publish()
    assert comment(post).json["status"] == "pending"
    assert say(bob, post)["status"] == "pending"
    assert say(ada, post)["status"] == say(eve, post)["status"] == "approved"


def test_answers_stand_below_what_they_answer_and_flat_from_the_third_level(ada, read, thread):
    post = ada.publish()
    first, second = say(ada, post, "1"), say(ada, post, "2")
    answer = say(ada, post, "1.1", parent_id=first["id"])
    deep = say(ada, post, "1.1.1", parent_id=answer["id"])
    deeper = say(ada, post, "to 1.1.1", parent_id=deep["id"])
    beside = say(ada, post, "1.1.2", parent_id=answer["id"])
    order = [first, answer, deep, deeper, beside, second]
    listed = thread(post, "?count=exact")
    assert [each["id"] for each in listed["items"]] == [each["id"] for each in order]
    assert [each["depth"] for each in listed["items"]] == [1, 2, 3, 3, 3, 1]
    assert (listed["total"], listed["items"][3]["parent_id"]) == (6, deep["id"])
    walked, query = [], "?limit=4"
    while query:
        page = thread(post, query)
        walked += [each["id"] for each in page["items"]]
        query = page["next"] and f"?limit=4&cursor={page['next']}"
    assert walked == [each["id"] for each in order]
    other = ada.publish()
    refused = ada.post(f"/posts/{other['id']}/comments", {"markdown": "x", "parent_id": first["id"]})
    assert refused.json["code"] == "unknown_reference"


def test_an_answered_comment_that_goes_leaves_its_place_and_others_leave_nothing(ada, eve, thread, store):
    post = ada.publish()
    first, alone = say(ada, post, "Secret"), say(ada, post, "Alone")
    answer = say(ada, post, "Answer", parent_id=first["id"])
    for each in (first, alone):
        path = f"/comments/{each['id']}"
        version = store.get("comments", each["id"]).record["version"]
        assert ada.call("DELETE", path, headers={"If-Match": f'"{version}"'}).status_code == 204
        assert ada.get(path).status_code == 404
    place, kept = thread(post)["items"]
    assert (place["id"], place["status"], place["author"], place["html"]) == (first["id"], "deleted", None, None)
    assert kept["id"] == answer["id"]
    assert moderate(eve, "spam", answer).status_code == 200
    assert thread(post)["items"] == []


def test_a_guest_changes_and_takes_back_by_the_secret_for_a_quarter_of_an_hour(ada, client, comment, clock, store):
    made = comment(ada.publish()).json
    for secret in (None, "wrong"):
        assert with_secret(client, "PATCH", made, secret, {"markdown": "B"}).status_code == 404
    endless = with_secret(client, "DELETE", made, "x" * 101)
    assert (endless.status_code, endless.json["errors"][0]["parameter"]) == (422, "Comment-Secret")
    assert made["secret"] not in str(store.changes(0).changes)
    changed = with_secret(client, "PATCH", made, made["secret"], {"markdown": "**B**"})
    assert (changed.status_code, changed.json["html"]) == (200, "<p><strong>B</strong></p>\n")
    assert with_secret(client, "DELETE", made, made["secret"]).status_code == 412
    clock.advance(minutes=15, seconds=1)
    late = with_secret(client, "DELETE", changed.json, made["secret"])
    assert (late.status_code, late.json["code"]) == (409, "editing_over")


def test_of_a_public_comment_nobody_but_its_writer_changes_a_word(ada, bob, client, thread, head):
    made = say(ada, ada.publish())
    before = head()
    headers = {"If-Match": '"1"'}
    body = {"markdown": "x"}
    assert bob.call("PATCH", f"/comments/{made['id']}", json=body, headers=headers).status_code == 403
    assert with_secret(client, "DELETE", made, "guessed").status_code == 403
    assert head() == before


def test_a_change_that_adds_links_waits_again(ada, bob, policy, thread):
    policy(hold="nothing")
    post = ada.publish()
    made = say(bob, post)
    links = " ".join(f"https://x{number}.example" for number in range(5))
    headers = {"If-Match": '"1"'}
    changed = bob.call("PATCH", f"/comments/{made['id']}", json={"markdown": links}, headers=headers).json
    assert changed["status"] == "pending"
    assert thread(post)["items"] == []


def test_markdown_keeps_to_the_subset_and_its_links_gain_nothing(ada, policy):
    text = "# Big\n\n[a](https://example.org) <b onclick=x>b</b> <img src=x onerror=y>\n\n> q\n\n|a|\n|-|\n|b|\n"
    html = say(ada, ada.publish(), text)["html"]
    assert html.startswith("<p><strong>Big</strong></p>")
    assert '<a href="https://example.org" rel="ugc nofollow">a</a> b' in html
    for unwanted in ("<h1", "<img", "<table", "onclick", "id="):
        assert unwanted not in html


def test_the_post_says_how_many_comments_readers_see(ada, comment, read, eve):
    post = ada.publish()
    waiting = comment(post).json
    say(ada, post)
    assert read(f"/posts/{post['id']}").json["comment_count"] == 1
    moderate(eve, "approved", waiting)
    assert read(f"/posts/slug/{post['slug']}").json["comment_count"] == 2
    assert read("/posts?fields=comment_count").json["items"] == [{"comment_count": 2}]
    assert "comment_count" not in read("/posts").json["items"][0]


def test_what_is_remembered_is_dropped_for_what_readers_see_alone(ada, eve, comment, read, app):
    post = ada.publish()
    path = f"/posts/{post['id']}/comments"
    app.extensions[FOLLOWER].look()
    read(path)
    read("/posts")
    waiting = comment(post).json
    assert read(path).headers["X-Cache"] == "hit"
    moderate(eve, "approved", waiting)
    shown = read(path)
    assert (shown.headers["X-Cache"], len(shown.json["items"])) == ("miss", 1)
    assert read("/posts").headers["X-Cache"] == "hit"


def test_a_post_that_ends_takes_its_comments_along(ada, store):
    post = ada.publish()
    first = say(ada, post)
    say(ada, post, "And", parent_id=first["id"])
    assert ada.delete(post, "?permanent=true").status_code == 204
    assert store.find("comments").records == store.find("discussions", sort="id").records == []


def test_the_comments_of_somebody_who_left_say_nothing_of_them(bob, accounts, thread, wait_for):
    post = bob.publish()
    say(bob, post, "I was here")
    gone = {"state": "deleted", "name": "", "username": "gone", "username_key": "gone"}
    accounts.commit([update("accounts", bob.account_id, gone)])
    wait_for(f"account:{bob.account_id}", state="deleted")
    author = thread(post)["items"][0]["author"]
    assert author == {"kind": "member", "name": "", "url": None, "avatar_url": None, "wrote_post": True}
