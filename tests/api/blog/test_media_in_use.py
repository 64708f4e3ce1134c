"""Files that posts show: found by them, and not deleted under them."""

import pytest


@pytest.fixture
def media(ada, png):
    return ada.call("POST", "/media", data={"file": (png(), "a.png")}).json


def test_a_file_that_posts_show_is_not_deleted_and_they_are_named(ada, bob, eve, media, head):
    own = ada.publish("Mine", markdown=f"![a]({media['url']})\n\n![b](https://blog.example.org{media['url']})")
    foreign = bob.write("A secret", markdown=f"![a]({media['url']})")
    assert [each["id"] for each in ada.client.get(f"/api/blog/v1/posts?media={media['id']}").json["items"]] == [
        own["id"]
    ]
    assert len(eve.get(f"/posts?media={media['id']}&status=any").json["items"]) == 2
    before = head()
    for person, named in (
        (ada, ["a post of somebody else", "/posts/mine: Mine"]),
        (eve, ["/posts/a-secret: A secret"]),
    ):
        refused = person.call("DELETE", f"/media/{media['id']}", headers={"If-Match": '"1"'})
        assert (refused.status_code, refused.json["code"]) == (409, "media_in_use")
        assert {fault["detail"] for fault in refused.json["errors"]} >= set(named)
    assert head() == before
    bob.change(foreign, markdown="No more")
    assert ada.change(own, markdown="No more", cover_id=media["id"]).status_code == 200
    assert ada.call("DELETE", f"/media/{media['id']}", headers={"If-Match": '"1"'}).status_code == 409
    ada.change(ada.get(f"/posts/{own['id']}").json, cover_id=None)
    assert ada.call("DELETE", f"/media/{media['id']}", headers={"If-Match": '"1"'}).status_code == 204


def test_the_cover_of_a_post_is_not_deleted(ada, media, head):
    post = ada.write(cover_id=media["id"])
    assert post["cover"] == media
    before = head()
    response = ada.call("DELETE", f"/media/{media['id']}", headers={"If-Match": '"1"'})
    assert (response.status_code, response.json["code"]) == (409, "media_in_use")
    assert head() == before
    ada.change(post, cover_id=None)
    assert ada.call("DELETE", f"/media/{media['id']}", headers={"If-Match": '"1"'}).status_code == 204
