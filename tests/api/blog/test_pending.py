"""Pending edits: readers see nothing of them until they are published, by hand or at their time."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.blog.app import TIMETABLE, close, create_app
from api.shared.store import StoreUnavailable
from api.shared.transport import ServiceUnavailable

TOMORROW = "2026-11-24T09:00:00.000000Z"
YESTERDAY = "2026-11-22T09:00:00.000000Z"
WRITERS = 8


def path_of(post, action=""):
    return f"/posts/{post['id']}/pending{action}"


def begin(person, post, **changes):
    response = person.post(path_of(post), {"changes": changes})
    assert response.status_code == 201, response.text
    return response.json


def act(person, what, post, edit, json=None):
    method, _, action = what.partition(" ")
    return person.call(method, path_of(post, action), json=json, headers={"If-Match": f'"{edit["version"]}"'})


@pytest.fixture
def look(app):
    """Lets what is due be done, once; the thread that would do it by itself is stopped."""
    close(app)
    return app.extensions[TIMETABLE].look


# ---------------------------------------------------------------------------------------------------------- refusals


def test_what_no_reader_sees_has_no_pending_edit(ada, head):
    draft, public = ada.write(), ada.publish()
    trashed = ada.publish()
    ada.delete(trashed)
    before = head()
    for post, code in ((draft, "pending_edit_needless"), (trashed, "post_trashed")):
        response = ada.post(path_of(post), {"changes": {"title": "B"}})
        assert (response.status_code, response.json["code"]) == (409, code)
    assert ada.get(path_of(public)).status_code == 404
    for method, action, json in (("PUT", "", {"changes": {}}), ("DELETE", "", None), ("POST", "/publish", None)):
        assert act(ada, f"{method} {action}", public, {"version": 1}, json).status_code == 404
    assert head() == before


def test_a_post_has_one_pending_edit_however_many_begin_one(ada, app):
    post, token = ada.publish(), ada.fresh_token()

    def try_to_begin(number):
        headers = {"Authorization": f"Bearer {token}"}
        body = {"changes": {"title": f"Title {number}"}}
        return app.test_client().post(f"/api/blog/v1{path_of(post)}", json=body, headers=headers)

    with ThreadPoolExecutor(WRITERS) as pool:
        answers = list(pool.map(try_to_begin, range(WRITERS)))
    assert sorted(each.status_code for each in answers) == [201, *[409] * (WRITERS - 1)]
    assert {each.json["code"] for each in answers if each.status_code == 409} == {"pending_edit_exists"}
    made = next(each.json for each in answers if each.status_code == 201)
    assert ada.get(path_of(post)).json["changes"] == made["changes"]


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"status": "draft"}, 422, "/changes/status"),
        ({"published_at": TOMORROW}, 422, "/changes/published_at"),
        ({"title": ""}, 422, "/changes/title"),
        ({"authors": ["nobody"]}, 422, "/authors/0"),
        ({"series": "none-such"}, 422, "/series"),
        ({"cover_id": "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"}, 422, "/cover_id"),
    ],
)
def test_what_publishing_would_refuse_is_refused_at_once(ada, head, changes, status, pointer):
    post = ada.publish()
    edit, before = begin(ada, post, title="B"), head()
    response = act(ada, "PUT", post, edit, json={"changes": changes})
    assert (response.status_code, response.json["errors"][0]["pointer"]) == (status, pointer)
    for number, code in ((9, "unknown_revision"), (9.0, "unknown_revision"), (1.5, "invalid"), ("1", "invalid")):
        unknown = act(ada, "PUT", post, edit, json={"changes": {}, "base_revision": number})
        assert (unknown.json["errors"][0]["pointer"], unknown.json["errors"][0]["code"]) == ("/base_revision", code)
    assert head() == before


def test_a_stale_edit_is_refused_with_the_current_version(ada, head):
    post = ada.publish()
    edit = begin(ada, post, title="B")
    assert act(ada, "PUT", post, edit, json={"changes": {"title": "C"}}).json["version"] == 2
    before = head()
    assert ada.call("PUT", path_of(post), json={"changes": {}}).status_code == 428
    for method, action, json in (
        ("PUT", "", {"changes": {}}), ("DELETE", "", None), ("POST", "/publish", None),
        ("POST", "/schedule", {"publish_at": TOMORROW}), ("DELETE", "/schedule", None),
    ):  # fmt: skip
        response = act(ada, f"{method} {action}", post, edit, json)
        assert (response.status_code, response.json["version"]) == (412, 2), action
    assert head() == before


def test_a_post_that_was_saved_meanwhile_is_not_overwritten(ada, eve, head):
    post = ada.publish(markdown="One.")
    edit = begin(ada, post, markdown="One, by Ada.")
    eve.change(post, markdown="One, by Eve.")
    seen = ada.get(path_of(post)).json
    assert (seen["outdated"], seen["base_revision"], seen["current_revision"]) == (True, 1, 2)
    before = head()
    for action, json in (("/publish", None), ("/schedule", {"publish_at": TOMORROW})):
        refused = act(ada, f"POST {action}", post, edit, json)
        assert (refused.status_code, refused.json["code"]) == (409, "pending_edit_outdated")
        assert (refused.json["base_revision"], refused.json["current_revision"]) == (1, 2)
    assert head() == before
    merged = {"changes": {"markdown": "One, by both."}, "base_revision": 2}
    edit = act(ada, "PUT", post, edit, json=merged).json
    assert edit["outdated"] is False
    assert act(ada, "POST /publish", post, edit).json["markdown"] == "One, by both."


def test_an_autosave_folded_into_the_base_counts_as_saved_meanwhile(ada):
    post = ada.publish(markdown="One")
    for text in ("One two", "One two three"):
        headers = {"If-Match": f'"{post["version"]}"'}
        post = ada.call("PATCH", f"/posts/{post['id']}?autosave=true", json={"markdown": text}, headers=headers).json
        if text == "One two":
            begin(ada, post, markdown="Mine")
    seen = ada.get(path_of(post)).json
    assert (seen["base_revision"], seen["current_revision"], seen["outdated"]) == (2, 2, True)


# ------------------------------------------------------------------------------------------------------- the edit


def test_readers_see_nothing_of_it_until_it_is_published(ada, bob, eve, read):
    post = ada.publish("Known", markdown="Known.", tags=["Old"])
    before = read(f"/posts/{post['id']}")
    edit = begin(
        ada, post, title="Better", markdown="*Better.*", tags=["New", "Old"], summary="In short", slug="better"
    )
    for ask in (read, bob.get):
        seen = ask(f"/posts/{post['id']}").json
        assert (seen["title"], seen["pending_edit"], seen["version"]) == ("Known", None, 1)
        assert ask("/posts?q=better").json["items"] == []
        assert ask("/posts/slug/better").status_code == 404
        assert ask(path_of(post)).status_code in {401, 403}
    assert read(f"/posts/{post['id']}").headers["ETag"] == before.headers["ETag"]
    assert eve.get(path_of(post)).json["changes"]["title"] == "Better"
    assert ada.get(f"/posts/{post['id']}").json["pending_edit"]["publish_at"] is None
    assert ada.get("/posts?status=any").json["items"][0]["pending_edit"] is not None

    published = act(eve, "POST /publish", post, edit).json
    assert (published["title"], published["html"]) == ("Better", "<p><em>Better.</em></p>\n")
    assert [tag["name"] for tag in published["tags"]] == ["New", "Old"]
    assert (published["slug"], published["pending_edit"], published["version"]) == ("better", None, 2)
    assert read(f"/posts/{post['id']}").json["title"] == "Better"
    assert ada.get(path_of(post)).status_code == 404
    newest = ada.get(f"/posts/{post['id']}/revisions").json["items"][0]
    assert (newest["kind"], newest["saved_by"]["username"], newest["number"]) == ("published", "eve", 2)


def test_moving_the_post_does_not_make_its_edit_outdated(ada):
    post = ada.publish()
    edit = begin(ada, post, title="B")
    post = ada.act(post, "unpublish").json
    published = act(ada, "POST /publish", post, edit).json
    assert (published["title"], published["status"]) == ("B", "unpublished")


def test_discarding_leaves_the_post_as_it_was(ada, read):
    post = ada.publish("Known")
    edit = begin(ada, post, title="B")
    assert act(ada, "DELETE", post, edit).status_code == 204
    assert ada.get(path_of(post)).status_code == 404
    assert read(f"/posts/{post['id']}").json["version"] == 1


def test_a_retried_publication_is_done_once(ada):
    post = ada.publish()
    edit = begin(ada, post, title="B")
    headers = {"If-Match": f'"{edit["version"]}"', "Idempotency-Key": "once"}
    first = ada.call("POST", path_of(post, "/publish"), headers=headers)
    again = ada.call("POST", path_of(post, "/publish"), headers=headers)
    assert (again.status_code, again.data, again.headers["Idempotency-Replayed"]) == (200, first.data, "true")


def test_an_edit_goes_with_its_post(ada, store):
    post = ada.publish()
    begin(ada, post, title="B")
    assert ada.delete(post, "?permanent=true").status_code == 204
    assert store.get("pending_edits", f"pending:{post['id']}") is None


# ------------------------------------------------------------------------------------------------------ at its time


def schedule(person, post, edit, moment=TOMORROW):
    return act(person, "POST /schedule", post, edit, {"publish_at": moment})


def test_a_time_that_has_passed_is_refused(ada):
    post = ada.publish()
    refused = schedule(ada, post, begin(ada, post, title="B"), YESTERDAY)
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (422, "not_in_the_future")


def test_a_scheduled_edit_becomes_public_at_its_time_and_not_before(ada, read, clock, look):
    post = ada.publish("Known")
    scheduled = schedule(ada, post, begin(ada, post, title="Better"), "2026-11-24T10:00:00+01:00").json
    assert scheduled["publish_at"] == TOMORROW
    saved = act(ada, "PUT", post, scheduled, json={"changes": {"title": "Best"}}).json
    assert saved["publish_at"] == TOMORROW
    clock.advance(days=1, microseconds=-1)
    assert look() == 0
    assert read(f"/posts/{post['id']}").json["title"] == "Known"
    clock.advance(microseconds=1)
    assert look() == 1
    assert read(f"/posts/{post['id']}").json["title"] == "Best"
    newest = ada.get(f"/posts/{post['id']}/revisions").json["items"][0]
    assert (newest["kind"], newest["saved_by"]["username"]) == ("published", "ada")
    assert look() == 0


def test_a_time_that_was_called_off_never_comes(ada, read, clock, look):
    post = ada.publish("Known")
    edit = schedule(ada, post, begin(ada, post, title="Better")).json
    edit = act(ada, "DELETE /schedule", post, edit).json
    assert edit["publish_at"] is None
    clock.advance(days=2)
    assert look() == 0
    assert read(f"/posts/{post['id']}").json["title"] == "Known"


def test_an_edit_that_cannot_be_published_at_its_time_waits_and_says_why(ada, eve, read, clock, look):
    saved, trashed, fine = ada.publish("Saved"), ada.publish("Trashed"), ada.publish("Fine")
    for post in (saved, trashed, fine):
        schedule(ada, post, begin(ada, post, title="Better"))
    eve.change(saved, summary="By Eve")
    ada.delete(trashed)
    clock.advance(days=2)
    assert look() == 3
    for post, problem in ((saved, "pending_edit_outdated"), (trashed, "post_trashed")):
        edit = ada.get(path_of(post)).json
        assert (edit["problem"], edit["publish_at"], edit["changes"]) == (problem, None, {"title": "Better"})
    assert read(f"/posts/{saved['id']}").json["title"] == "Saved"
    assert read(f"/posts/{fine['id']}").json["title"] == "Better"
    assert look() == 0


@pytest.fixture
def other(database, users, settings):
    """Another replica of the service, whose line to the database can be cut."""
    line = Line(database.transport)
    app = create_app(settings, database=line, users=users, clock=database.clock)
    yield line, app.extensions[TIMETABLE].look
    close(app)


def test_two_processes_publish_what_is_due_once(ada, clock, look, head, other):
    posts = [ada.publish(f"Post {number}") for number in range(6)]
    for post in posts:
        schedule(ada, post, begin(ada, post, markdown="Better"))
    clock.advance(days=2)
    before = head()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda each: each(), [look, other[1]]))
    # each: the post, its revision, and the edit that is gone
    assert head() - before == 3 * len(posts)
    assert {ada.get(f"/posts/{post['id']}").json["version"] for post in posts} == {2}


def test_what_was_due_while_the_database_was_away_is_done_when_it_is_back(ada, read, clock, other):
    line, look = other
    post = ada.publish("Known")
    schedule(ada, post, begin(ada, post, title="Better"))
    clock.advance(days=9)
    line.cut = True
    with pytest.raises(StoreUnavailable):
        look()
    line.cut = False
    assert look() == 1
    assert read(f"/posts/{post['id']}").json["title"] == "Better"


class Line:
    """A transport to the Database Service that can be cut."""

    def __init__(self, transport):
        self._transport = transport
        self.cut = False

    def request(self, method, path, **options):
        if self.cut:
            raise ServiceUnavailable("the Database Service is away")
        return self._transport.request(method, path, **options)
