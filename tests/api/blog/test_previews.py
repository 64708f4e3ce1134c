"""Preview links: they show what they are for to whoever has them, and nothing of it to anybody else."""

import pytest

from api.blog.app import TIMETABLE, close

NEXT_WEEK = "2026-11-30T09:00:00.000000Z"


def make(person, post, **body):
    response = person.post(f"/posts/{post['id']}/previews", body)
    assert response.status_code == 201, response.text
    return response.json


def open_(read, link, query=""):
    return read(f"/previews/{link['token']}{query}")


@pytest.mark.parametrize(
    "ends", ["2026-11-23T09:00:00Z", "2026-11-22T09:00:00Z", "2027-02-21T09:00:01Z", "0001-01-02T00:00:00Z"]
)
def test_a_link_ends_in_time_to_come_and_within_a_season(ada, head, ends):
    post = ada.write()
    before = head()
    refused = ada.post(f"/posts/{post['id']}/previews", {"expires_at": ends})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/expires_at")
    assert head() == before


def test_a_post_in_the_trash_gets_no_link_and_its_links_show_nothing(ada, read):
    post = ada.write()
    link = make(ada, post)
    ada.delete(post)
    assert ada.post(f"/posts/{post['id']}/previews", {}).json["code"] == "post_trashed"
    assert open_(read, link).status_code == 404


def test_what_is_no_token_opens_nothing(ada, read):
    link = make(ada, ada.write())
    for token in (link["id"], link["token"][:-1], link["token"].swapcase(), "x", "x" * 5000, "%00", "é"):
        assert read(f"/previews/{token}").status_code in {400, 404}, token


def test_a_link_shows_a_draft_without_an_account_and_nobody_keeps_the_answer(ada, bob, read):
    post = ada.write("Secret plan", markdown="*Soon*", external_id="mine")
    link = make(ada, post, label="For Charles")
    assert link["url"] == f"https://blog.example.org/preview/{link['token']}"
    assert link["expires_at"] == NEXT_WEEK
    answer = open_(read, link)
    assert (answer.json["title"], answer.json["html"]) == ("Secret plan", "<p><em>Soon</em></p>\n")
    assert (answer.json["status"], answer.json["external_id"], answer.json["pending_edit"]) == ("draft", None, None)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Cache"] == open_(read, link).headers["X-Cache"] == "miss"
    assert open_(read, link, "?fields=title").json == {"title": "Secret plan"}
    for ask in (read, bob.get):
        assert ask(f"/posts/{post['id']}").status_code == 404
        assert ask(f"/posts/{post['id']}/previews").status_code in {401, 404}


def test_a_link_shows_a_published_post_as_its_pending_edit_will_make_it(ada, eve, read):
    eve.post("/series", {"title": "Known"})
    post = ada.publish("Known", markdown="Old", visibility="members", series="known")
    link = make(ada, post)
    assert open_(read, link).json["html"] == "<p>Old</p>\n"
    ada.post(f"/posts/{post['id']}/pending", {"changes": {"markdown": "New", "tags": ["Fresh"], "series": None}})
    seen = open_(read, link).json
    assert (seen["html"], [tag["name"] for tag in seen["tags"]], seen["series"]) == ("<p>New</p>\n", ["Fresh"], None)
    assert ada.get("/tags").json["items"] == []
    assert read(f"/posts/{post['id']}").json["html"] is None


def test_a_link_is_revoked_once_and_shows_nothing_any_more(ada, bob, read, head):
    post = ada.write()
    link = make(ada, post)
    path = f"/posts/{post['id']}/previews/{link['id']}"
    assert bob.call("DELETE", path).status_code == 404
    assert ada.call("DELETE", f"/posts/{ada.write()['id']}/previews/{link['id']}").status_code == 404
    assert open_(read, link).status_code == 200
    assert ada.call("DELETE", path).status_code == 204
    before = head()
    assert open_(read, link).status_code == ada.call("DELETE", path).status_code == 404
    assert head() == before


def test_a_link_ends_at_its_time_and_is_swept_away(app, ada, read, clock, store):
    close(app)
    post = ada.write()
    short, long_ = make(ada, post, expires_at="2026-11-23T10:00:00Z"), make(ada, post)
    clock.advance(hours=1)
    assert open_(read, short).status_code == 200
    clock.advance(microseconds=1)
    assert open_(read, short).status_code == 404
    assert [each["id"] for each in ada.get(f"/posts/{post['id']}/previews").json["items"]] == [long_["id"]]
    assert app.extensions[TIMETABLE].tidy() == 1
    assert store.get("previews", short["id"]) is None
    assert open_(read, long_).status_code == 200


def test_the_list_says_who_made_a_link_and_never_what_opens_it(ada, eve, store):
    post = ada.write()
    link = make(eve, post, label="For Charles")
    answer = ada.get(f"/posts/{post['id']}/previews")
    [listed] = answer.json["items"]
    assert (listed["label"], listed["created_by"]["username"]) == ("For Charles", "eve")
    assert link["token"] not in answer.text
    assert link["token"] not in str(store.get("previews", link["id"]).record)
    assert link["token"] not in str(store.changes(0, limit=500).changes)


def test_a_post_has_a_bounded_number_of_links(ada, head):
    post = ada.write()
    for _ in range(50):
        make(ada, post)
    before = head()
    assert ada.post(f"/posts/{post['id']}/previews", {}).json["code"] == "too_many_previews"
    assert head() == before


def test_links_go_with_their_post(ada, read, store):
    post = ada.publish()
    link = make(ada, post)
    assert ada.delete(post, "?permanent=true").status_code == 204
    assert open_(read, link).status_code == 404
    assert store.get("previews", link["id"]) is None
