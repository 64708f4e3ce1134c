"""From draft to trash and back; a post becomes public by the clock alone."""

import pytest

TOMORROW = "2026-11-24T09:00:00.000000Z"
YESTERDAY = "2026-11-22T09:00:00.000000Z"
NOW = "2026-11-23T09:00:00.000000Z"


@pytest.mark.parametrize("action", ["publish", "unpublish"])
def test_a_post_in_the_trash_is_not_moved(ada, head, action):
    post = ada.publish()
    ada.delete(post)
    trashed = ada.get(f"/posts/{post['id']}").json
    before = head()
    response = ada.act(trashed, action, {} if action == "publish" else None)
    assert response.status_code == 409
    assert response.json["code"] == {"publish": "post_trashed", "unpublish": "post_not_published"}[action]
    assert ada.change(trashed, title="B").json["code"] == "post_trashed"
    assert head() == before


def test_a_draft_cannot_be_taken_back_and_what_is_not_in_the_trash_cannot_be_restored(ada):
    post = ada.write()
    assert ada.act(post, "unpublish").json["code"] == "post_not_published"
    assert ada.act(post, "restore").json["code"] == "post_not_trashed"


@pytest.mark.parametrize("action", ["publish", "unpublish", "restore"])
def test_moving_on_needs_the_version_that_was_read(ada, head, action):
    post = ada.publish()
    ada.change(post, title="B")
    before = head()
    json = {} if action == "publish" else None
    assert ada.post(f"/posts/{post['id']}/{action}", json).status_code == 428
    response = ada.act(post, action, json)
    assert response.status_code == 412
    assert (response.json["version"], response.headers["ETag"]) == (2, '"2"')
    assert head() == before


def test_publishing_takes_the_present_moment(ada, read):
    post = ada.write()
    published = ada.act(post, "publish", {}).json
    assert (published["status"], published["published_at"], published["version"]) == ("published", NOW, 2)
    assert read(f"/posts/{post['id']}").json == published
    assert read("/posts/slug/a-title").json["id"] == post["id"]


def test_what_needs_no_word_said_needs_no_body(ada):
    published = ada.act(ada.write(), "publish")
    assert (published.status_code, published.json["published_at"]) == (200, NOW)
    assert ada.post(f"/posts/{published.json['id']}/previews").status_code == 201
    assert ada.act(published.json, "schedule").status_code == 415


def test_publishing_again_keeps_the_date_that_readers_know(ada, clock):
    post = ada.act(ada.publish(), "unpublish").json
    clock.advance(days=3)
    again = ada.act(post, "publish", {}).json
    assert (again["status"], again["published_at"]) == ("published", NOW)


def test_publishing_at_a_time_dates_back_or_schedules(ada):
    post = ada.act(ada.write(), "publish", {"published_at": YESTERDAY}).json
    assert (post["status"], post["published_at"]) == ("published", YESTERDAY)
    post = ada.act(post, "publish", {"published_at": TOMORROW}).json
    assert (post["status"], post["published_at"]) == ("scheduled", TOMORROW)
    post = ada.act(post, "publish", {}).json
    assert (post["status"], post["published_at"]) == ("published", NOW)


def test_a_scheduled_post_appears_at_its_minute_with_nothing_having_to_run(ada, bob, read, clock, head):
    post = ada.publish(published_at=TOMORROW)
    path = f"/posts/{post['id']}"
    assert (post["status"], ada.get(path).json["status"]) == ("scheduled", "scheduled")
    after_writing = head()
    clock.advance(days=1, microseconds=-1)
    assert read(path).status_code == read("/posts/slug/a-title").status_code == bob.get(path).status_code == 404
    assert read("/posts").json["items"] == []
    clock.advance(microseconds=1)
    assert read(path).json["status"] == "published"
    assert [each["id"] for each in read("/posts").json["items"]] == [post["id"]]
    assert (read(path).json["version"], head()) == (1, after_writing)


def test_a_scheduled_post_that_is_taken_back_never_appears(ada, read, clock):
    post = ada.act(ada.publish(published_at=TOMORROW), "unpublish").json
    clock.advance(days=2)
    assert post["status"] == "unpublished"
    assert read(f"/posts/{post['id']}").status_code == 404


def test_the_trash_hides_and_gives_back_unpublished_what_readers_had_seen(ada, read):
    post = ada.publish()
    assert ada.delete(post).status_code == 204
    assert read(f"/posts/{post['id']}").status_code == 404
    trashed = ada.get(f"/posts/{post['id']}").json
    assert trashed["status"] == "trashed"
    assert ada.get("/posts?status=any").json["items"] == []
    assert [each["id"] for each in ada.get("/posts?status=trashed").json["items"]] == [post["id"]]
    restored = ada.act(trashed, "restore").json
    assert (restored["status"], restored["published_at"]) == ("unpublished", NOW)


def test_a_draft_comes_back_from_the_trash_as_a_draft(ada):
    post = ada.write()
    ada.delete(post)
    assert ada.act(ada.get(f"/posts/{post['id']}").json, "restore").json["status"] == "draft"


def test_a_time_that_has_passed_and_a_post_that_readers_see_are_not_scheduled(ada, head):
    draft, public = ada.write(), ada.publish()
    trashed = ada.write()
    ada.delete(trashed)
    trashed = ada.get(f"/posts/{trashed['id']}").json
    before = head()
    for moment in (NOW, YESTERDAY):
        refused = ada.act(draft, "schedule", {"published_at": moment})
        assert (refused.status_code, refused.json["errors"][0]["code"]) == (422, "not_in_the_future")
    assert ada.act(draft, "schedule", {}).json["errors"][0]["pointer"] == "/published_at"
    assert ada.act(public, "schedule", {"published_at": TOMORROW}).json["code"] == "post_seen_by_readers"
    assert ada.act(trashed, "schedule", {"published_at": TOMORROW}).json["code"] == "post_trashed"
    for post in (draft, public):
        assert call_off(ada, post).json["code"] == "post_not_scheduled"
    assert ada.call("DELETE", f"/posts/{draft['id']}/schedule").status_code == 428
    assert call_off(ada, {**draft, "version": 7}).status_code == 412
    assert head() == before


def call_off(person, post):
    return person.call("DELETE", f"/posts/{post['id']}/schedule", headers={"If-Match": f'"{post["version"]}"'})


def test_a_post_is_scheduled_moved_and_called_off(ada, read, clock):
    post = ada.act(ada.write(), "schedule", {"published_at": "2026-11-24T10:00:00+01:00"}).json
    assert (post["status"], post["published_at"]) == ("scheduled", TOMORROW)
    post = ada.act(post, "schedule", {"published_at": "2026-11-25T09:00:00Z"}).json
    post = call_off(ada, post).json
    assert (post["status"], post["published_at"]) == ("draft", None)
    clock.advance(days=9)
    assert read(f"/posts/{post['id']}").status_code == 404


def test_what_readers_had_seen_is_scheduled_again_and_called_off_as_unpublished(ada):
    post = ada.act(ada.act(ada.publish(), "unpublish").json, "schedule", {"published_at": TOMORROW}).json
    assert call_off(ada, post).json["status"] == "unpublished"


GONE = "410 gone"


def said(response):
    return f"{response.status_code} {response.json.get('code')}"


@pytest.mark.parametrize("hidden_by", [None, "unpublish", "trash", "draft", "schedule"])
def test_an_address_that_readers_had_seen_says_that_the_post_is_gone(ada, bob, read, hidden_by):
    post = ada.change(ada.publish("Old name"), slug="new-name").json
    if hidden_by == "unpublish":
        post = ada.act(post, "unpublish").json
    if hidden_by == "trash":
        ada.delete(post)
        post = ada.get(f"/posts/{post['id']}").json
    if hidden_by == "draft":
        post = ada.change(post, status="draft", published_at=None).json
    if hidden_by == "schedule":
        post = ada.change(post, published_at=TOMORROW).json
    assert ada.delete(post, "?permanent=true").status_code == 204
    for ask in (read, bob.get):
        for path in (f"/posts/{post['id']}", "/posts/slug/new-name", "/posts/slug/old-name"):
            assert said(ask(path)) == GONE, path
    assert said(read("/posts?fields=title&status=published")) == "200 None"
    other = ada.publish("Other", slug="new-name")
    assert read("/posts/slug/new-name").json["id"] == other["id"]
    ada.delete(other)
    assert said(read("/posts/slug/new-name")) == "404 not_found"


def test_an_address_that_nobody_had_seen_tells_nothing(ada, read, clock):
    dated = ada.write("Dated", published_at=YESTERDAY)
    scheduled = ada.act(ada.write("Scheduled"), "schedule", {"published_at": TOMORROW}).json
    trashed = ada.write("Trashed", published_at=YESTERDAY)
    ada.delete(trashed)
    for post in (dated, scheduled, ada.get(f"/posts/{trashed['id']}").json):
        assert ada.delete(post, "?permanent=true").status_code == 204
    clock.advance(days=2)
    for post in (dated, scheduled, trashed):
        assert said(read(f"/posts/{post['id']}")) == said(read(f"/posts/slug/{post['slug']}")) == "404 not_found"


def test_deleting_for_good_leaves_nothing_but_the_slug(ada, eve, store):
    post = ada.publish("Gone", tags=["One"])
    assert ada.delete(post, "?permanent=true").status_code == 204
    assert eve.get(f"/posts/{post['id']}").status_code == 410
    assert store.get("slugs", "gone").record["post_id"] is None
    assert ada.publish("Gone")["slug"] == "gone-2"
    assert ada.publish("Gone", slug="gone")["slug"] == "gone"


def test_deleting_twice_is_deleting_once(ada, head):
    post = ada.write()
    ada.delete(post)
    before = head()
    trashed = ada.get(f"/posts/{post['id']}").json
    assert ada.delete(trashed).status_code == 204
    assert head() == before


def test_a_patch_may_publish_schedule_and_take_back(ada):
    post = ada.write()
    post = ada.change(post, status="published").json
    assert (post["status"], post["published_at"]) == ("published", NOW)
    post = ada.change(post, published_at=TOMORROW).json
    assert post["status"] == "scheduled"
    post = ada.change(post, published_at=None).json
    assert (post["status"], post["published_at"]) == ("scheduled", TOMORROW)
    post = ada.change(post, status="draft", published_at=None).json
    assert (post["status"], post["published_at"]) == ("draft", None)


def test_statuses_list_what_stands_there(ada):
    titles = {
        "draft": ada.write("Draft"),
        "scheduled": ada.publish("Scheduled", published_at=TOMORROW),
        "published": ada.publish("Published"),
        "unpublished": ada.act(ada.publish("Unpublished"), "unpublish").json,
    }
    ada.delete(ada.write("Trashed"))
    for status, post in titles.items():
        assert [each["title"] for each in ada.get(f"/posts?status={status}").json["items"]] == [post["title"]]
    everything = ada.get("/posts?status=any&sort=title").json["items"]
    assert [each["title"] for each in everything] == ["Draft", "Published", "Scheduled", "Unpublished"]
    assert [each["title"] for each in ada.get("/posts?status=trashed").json["items"]] == ["Trashed"]
    dated = ada.get(f"/posts?status=any&published_after={YESTERDAY}&sort=title").json["items"]
    assert [each["title"] for each in dated] == ["Published", "Scheduled", "Unpublished"]
