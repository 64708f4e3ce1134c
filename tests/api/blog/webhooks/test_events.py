"""What webhooks are told of, and what they are not."""

from tests.support.commenting import moderate, say


def told(messages):
    return [(each.event, each.data.get("title")) for each in messages]


def test_a_post_is_told_of_when_readers_see_it_first_as_it_changes_and_when_it_goes(ada, hook, work):
    hook()
    draft = ada.write("Engine")
    assert told(work()) == []
    public = ada.act(draft, "publish").json
    assert told(work()) == [("post.published", "Engine")]
    changed = ada.change(public, title="Engines").json
    hidden = ada.act(changed, "unpublish").json
    assert told(work()) == [("post.updated", "Engines"), ("post.unpublished", "Engines")]
    again = ada.act(hidden, "publish").json
    assert ada.delete(again).status_code == 204
    assert told(work()) == [("post.published", "Engines"), ("post.deleted", "Engines")]


def test_a_scheduled_post_is_told_of_when_its_time_has_come(ada, hook, work, clock):
    hook()
    ada.publish("Later", published_at="2026-11-23T10:00:00Z")
    assert told(work()) == []
    clock.advance(minutes=61)
    assert told(work()) == [("post.published", "Later")]
    assert work() == []


def test_of_posts_that_were_there_before_a_change_is_a_change(ada, hook, work):
    post = ada.publish("Old")
    hook()
    changed = ada.change(post, summary="New").json
    assert told(work()) == [("post.updated", "Old")]
    ada.act(changed, "unpublish")
    assert told(work()) == [("post.unpublished", "Old")]


def test_nothing_is_told_of_what_happened_before_or_is_not_asked_for(ada, hook, work):
    ada.publish("Before")
    hook(events=["post.unpublished"])
    post = ada.publish("After")
    assert told(work()) == []
    ada.act(post, "unpublish")
    assert told(work()) == [("post.unpublished", "After")]


def test_comments_are_told_of_and_when_they_are_approved(ada, bob, eve, hook, work):
    hook()
    made = say(bob, ada.publish())
    assert [name for name, _ in told(work())] == ["post.published", "comment.created"]
    moderate(eve, "approved", made)
    assert [name for name, _ in told(work())] == ["comment.approved"]


def test_files_are_told_of(ada, hook, work, png):
    hook()
    file = ada.call("POST", "/media", data={"file": (png(), "a.png")}, content_type="multipart/form-data").json
    assert ada.call("DELETE", f"/media/{file['id']}", headers={"If-Match": '"1"'}).status_code == 204
    assert [name for name, _ in told(work())] == ["media.created", "media.deleted"]


def test_what_is_sent_holds_no_text_and_no_address_of_a_person(ada, hook, work, client):
    hook()
    post = ada.publish("Open", markdown="Canary of the text")
    guest = {"name": "Canary", "markdown": "Canary", "email": "canary@example.org"}
    assert client.post(f"/api/blog/v1/posts/{post['id']}/comments", json=guest).status_code == 201
    messages = work()
    assert len(messages) == 2
    assert all(b"anary" not in each.body for each in messages)
