"""What is done by the clock alone: posts rendered again, trash that is old, and being killed in between."""

import pytest

from api.blog.app import TIMETABLE, close
from api.blog.markdown import RENDERER_VERSION
from api.blog.posts import rerendering
from api.blog.worker import worker_of
from api.shared.store import update

OLD = "<p>as an older renderer had it</p>"


@pytest.fixture
def tidy(app):
    """Does a slice of the chores; the thread that would do them by itself is stopped."""
    close(app)
    return app.extensions[TIMETABLE].tidy


def of_an_older_renderer(store, *posts):
    """Make posts look as if an older renderer had made them."""
    values = {"html": OLD, "renderer_version": RENDERER_VERSION - 1}
    store.commit([update("posts", post["id"], values) for post in posts])


def test_posts_of_an_older_renderer_are_rendered_again_and_say_what_they_said(ada, read, store, tidy, clock):
    post = ada.publish("Known", markdown="*New*")
    draft, fine = ada.write(markdown="*Draft*"), ada.publish("Fine")
    of_an_older_renderer(store, post, draft)
    clock.advance(hours=1)
    assert tidy() == 2
    seen = read(f"/posts/{post['id']}").json
    assert seen["html"] == "<p><em>New</em></p>\n"
    assert (seen["updated_at"], seen["version"]) == (post["updated_at"], 3)
    assert ada.get(f"/posts/{draft['id']}").json["html"] == "<p><em>Draft</em></p>\n"
    assert len(ada.get(f"/posts/{post['id']}/revisions").json["items"]) == 1
    assert read(f"/posts/{fine['id']}").json["version"] == 1
    assert tidy() == 0


@pytest.fixture
def work(app, monkeypatch):
    """Does the jobs that are due, in slices of two posts."""
    monkeypatch.setattr(rerendering, "SLICE", 2)
    return worker_of(app, {}).work_due


def test_a_job_renders_every_post_again_and_leaves_alone_what_comes_out_as_it_is(owner, ada, store, work):
    old = [ada.publish("Known", markdown="*New*"), ada.write(markdown="*Draft*"), ada.write("Page", kind="page")]
    of_an_older_renderer(store, old[0])
    # as the present renderer would not have it, though it says so
    store.commit([update("posts", post["id"], {"html": OLD}) for post in old[1:]])
    fine = [ada.publish("Fine"), ada.publish("As well")]
    job = owner.post("/jobs", {"kind": "rerender"}).headers["Location"]
    assert work() == 1
    report = owner.get(f"{job}/report").json
    assert (owner.get(job).json["state"], report["counts"]["changed"]) == ("done", 3)
    assert report["counts"]["posts"] >= 5
    assert all("older renderer" not in ada.get(f"/posts/{post['id']}").json["html"] for post in old)
    assert [ada.get(f"/posts/{post['id']}").json["version"] for post in fine] == [1, 1]
    assert (owner.get(job).json["file_url"], owner.get(f"{job}/file").status_code) == (None, 404)


def test_readers_and_feeds_get_the_new_html_at_once(ada, client, store, tidy):
    post = ada.publish(markdown="*New*")
    of_an_older_renderer(store, post)
    paths = (f"/api/blog/v1/posts/{post['id']}", "/feed.json")
    known = [client.get(path) for path in paths]
    assert OLD in known[0].text
    tidy()
    for path, before in zip(paths, known, strict=True):
        now = client.get(path, headers={"If-None-Match": before.headers["ETag"]})
        assert now.status_code == 200
        assert "older renderer" not in now.text


def test_what_an_author_began_before_is_saved_with_the_base_known(ada, store, tidy):
    post = ada.publish(markdown="One")
    of_an_older_renderer(store, post)
    tidy()
    refused = ada.change(post, markdown="Two")
    assert (refused.status_code, refused.json["base_revision"], refused.json["current_revision"]) == (412, 1, 1)


@pytest.mark.parametrize("engine_calls", [1, 4])
def test_rendering_again_can_be_stopped_anywhere_and_goes_on_where_it_was(ada, store, tidy, monkeypatch, engine_calls):
    posts = [ada.publish(f"Post {number}", markdown="*New*") for number in range(6)]
    of_an_older_renderer(store, *posts)
    real, done = rerendering.rendering, []

    def killed(context, markdown, cover_id):
        done.append(markdown)
        if len(done) > engine_calls:
            raise KeyboardInterrupt
        return real(context, markdown, cover_id)

    with monkeypatch.context() as interrupted:
        interrupted.setattr(rerendering, "rendering", killed)
        with pytest.raises(KeyboardInterrupt):
            tidy()
    assert tidy() == 6 - engine_calls
    # each once: made, aged, rendered
    assert {ada.get(f"/posts/{post['id']}").json["version"] for post in posts} == {3}


def test_what_has_been_in_the_trash_for_a_month_is_deleted_for_good(ada, read, clock, tidy):
    old, fresh, restored = (ada.publish(name) for name in ("Old", "Fresh", "Restored"))
    ada.delete(old)
    ada.delete(restored)
    clock.advance(days=29)
    ada.delete(fresh)
    ada.act(ada.get(f"/posts/{restored['id']}").json, "restore")
    assert tidy() == 0
    clock.advance(days=1)
    assert tidy() == 1
    assert read(f"/posts/{old['id']}").status_code == 410
    for post, status in ((fresh, "trashed"), (restored, "unpublished")):
        assert ada.get(f"/posts/{post['id']}").json["status"] == status
    assert tidy() == 0
