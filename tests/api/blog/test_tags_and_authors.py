"""Tags and authors: found, made, renamed, and hidden while only drafts know them."""

import pytest

from api.blog.app import FOLLOWER
from api.shared.store import update
from tests.api.blog.conftest import wide


def tagged(call, slug="one"):
    return call(f"/tags/{slug}")


def patch(person, path, **fields):
    tag = person.get(path).headers["ETag"]
    return person.call("PATCH", path, json=fields, headers={"If-Match": tag})


@pytest.mark.parametrize("body", [{}, {"name": " "}, {"name": "x" * 101}, {"name": "A", "colour": "red"}])
def test_a_tag_that_breaks_a_rule_is_refused(eve, body):
    assert eve.post("/tags", body).status_code == 422


@pytest.mark.parametrize("name", ["x" * 1000, "\u0958" * 190])
@pytest.mark.parametrize(
    "path",
    [
        "/api/blog/v1/tags/{}", "/tags/{}/atom.xml", "/api/blog/v1/series/{}", "/series/{}/feed.json",
        "/api/blog/v1/authors/{}", "/authors/{}/feed.xml", "/api/blog/v1/posts/slug/{}",
    ],
)  # fmt: skip
def test_what_is_longer_than_any_slug_or_username_is_not_there(client, path, name):
    assert client.get(path.format(name)).status_code == 404


def test_neither_case_nor_width_nor_the_form_of_a_letter_makes_another_tag(ada, eve):
    names = ["Rust", wide("Rust"), "ruST", "C++", wide("C++"), "テスト", "ﾃｽﾄ", "が", "か\u3099"]
    slugs = [ada.write(tags=[name])["tags"][0]["slug"] for name in names]
    assert slugs == ["rust"] * 3 + ["c-plus-plus"] * 2 + ["テスト"] * 2 + ["が"] * 2
    assert eve.post("/tags", {"name": wide("RUST")}).json["code"] == "tag_taken"


def test_a_slug_is_found_in_either_form_of_its_letters(ada, eve, read):
    eve.post("/series", {"title": "ぎ"})
    ada.publish(tags=["が"], series="ぎ")
    assert tagged(read, "か\u3099").json["post_count"] == read("/series/き\u3099").json["post_count"] == 1
    for query in ("posts?tag=か\u3099", "posts?series=き\u3099", "search?q=title&tag=か\u3099"):
        assert len(read(f"/{query}").json["items"]) == 1


def test_a_tag_is_made_changed_and_deleted(eve, ada):
    made = eve.post("/tags", {"name": "One", "description": "The first"})
    assert made.status_code == 201
    assert made.headers["Location"] == "/api/blog/v1/tags/one"
    assert made.json == {
        "id": made.json["id"], "slug": "one", "name": "One", "description": "The first", "post_count": 0,
        "created_at": "2026-11-23T09:00:00.000000Z", "updated_at": "2026-11-23T09:00:00.000000Z", "version": 1,
        "url": "https://blog.example.org/tags/one",
    }  # fmt: skip
    assert tagged(eve.get).json == made.json
    changed = patch(eve, "/tags/one", description=None, name="ONE").json
    assert (changed["name"], changed["description"], changed["slug"], changed["version"]) == ("ONE", None, "one", 2)
    post = ada.write(tags=["one", "two"])
    deleted = eve.call("DELETE", "/tags/one", headers={"If-Match": '"2"'})
    assert deleted.status_code == 204
    assert [tag["slug"] for tag in ada.get(f"/posts/{post['id']}").json["tags"]] == ["two"]
    assert tagged(eve.get).status_code == 404


def test_a_name_or_slug_that_is_taken_is_refused(eve, head):
    eve.post("/tags", {"name": "One"})
    eve.post("/tags", {"name": "Two"})
    before = head()
    for response in (
        eve.post("/tags", {"name": "ONE"}),
        eve.post("/tags", {"name": "Other", "slug": "one"}),
        patch(eve, "/tags/two", name="oNe"),
        patch(eve, "/tags/two", slug="one"),
    ):
        assert (response.status_code, response.json["code"]) == (409, "tag_taken")
    assert head() == before
    assert eve.post("/tags", {"name": "One!"}).json["slug"] == "one-2"


def test_renaming_a_tag_redirects_its_old_address_there_and_back(eve, read):
    eve.post("/tags", {"name": "One"})
    patch(eve, "/tags/one", slug="two")
    patch(eve, "/tags/two", slug="three")
    redirects = {each["from_path"]: each["to_path"] for each in read("/redirects").json["items"]}
    assert redirects == {"/tags/one": "/tags/two", "/tags/two": "/tags/three"}
    patch(eve, "/tags/three", slug="one")
    redirects = {each["from_path"]: each["to_path"] for each in read("/redirects").json["items"]}
    assert redirects == {"/tags/two": "/tags/three", "/tags/three": "/tags/one"}


def test_the_counts_are_of_posts_that_everybody_may_read(ada, read, clock):
    ada.publish(tags=["One"])
    ada.publish(tags=["One"], visibility="unlisted")
    ada.publish(tags=["One"], published_at="2026-11-24T09:00:00Z")
    ada.publish(tags=["One"], kind="page")
    ada.write(tags=["One"])
    assert tagged(read).json["post_count"] == read("/authors/ada").json["post_count"] == 1
    clock.advance(days=1)
    assert tagged(read).json["post_count"] == read("/authors/ada").json["post_count"] == 2
    assert [tag["post_count"] for tag in read("/tags").json["items"]] == [2]


def test_tags_of_drafts_alone_are_no_readers_business(ada, read, make_person):
    post = ada.write(tags=["Secret merger"])
    reader = make_person("reader")
    for call in (read, reader.get):
        assert call("/tags").json["items"] == []
        assert call("/tags/secret-merger").status_code == 404
    assert [tag["name"] for tag in ada.get("/tags").json["items"]] == ["Secret merger"]
    ada.act(post, "publish", {})
    assert [tag["name"] for tag in read("/tags").json["items"]] == ["Secret merger"]


def test_tags_are_listed_by_name_a_page_at_a_time(ada, read):
    ada.publish(tags=["c", "a", "b"])
    first = read("/tags?limit=2&fields=name").json
    assert first["items"] == [{"name": "a"}, {"name": "b"}]
    assert read(f"/tags?limit=2&fields=name&cursor={first['next']}").json["items"] == [{"name": "c"}]


@pytest.mark.parametrize("username", ["", "Ada", "with space", "-dash", "dash-", "a" * 65, "ä", "a/b"])
def test_a_username_that_cannot_stand_in_an_address_is_refused(eve, username):
    assert eve.post("/authors", {"username": username, "name": "A"}).status_code == 422


def test_an_author_without_an_account_is_made_changed_and_named_on_posts(eve, ada, read):
    made = eve.post("/authors", {"username": "team", "name": "The Team", "website": "https://example.org"})
    assert (made.status_code, made.headers["Location"]) == (201, "/api/blog/v1/authors/team")
    assert eve.post("/authors", {"username": "team", "name": "Again"}).json["code"] == "username_taken"
    post = eve.publish(authors=["team", "ada"])
    assert [author["name"] for author in read(f"/posts/{post['id']}").json["authors"]] == ["The Team", "Ada"]
    changed = patch(eve, "/authors/team", username="release-team", bio="Ships").json
    assert (changed["username"], changed["bio"], changed["post_count"]) == ("release-team", "Ships", 1)
    assert read("/authors/team").status_code == 404
    assert read("/authors/release-team").json == changed
    assert patch(eve, "/authors/release-team", username="ada").json["code"] == "username_taken"
    assert ada.get(f"/posts/{post['id']}").json["authors"][0]["username"] == "release-team"


def test_a_profile_that_follows_an_account_is_changed_there(eve, ada, head):
    before = head()
    assert patch(eve, "/authors/ada", name="Other").json["code"] == "author_follows_account"
    assert head() == before


def test_authors_are_listed_by_name(ada, bob, eve, read):
    assert [author["username"] for author in read("/authors").json["items"]] == ["ada", "bob", "eve"]
    assert read("/authors?fields=url").json["items"][0] == {"url": "https://blog.example.org/authors/ada"}


def test_readers_of_the_blog_are_no_authors(make_person, read):
    make_person("reader", "rita")
    assert read("/authors/rita").status_code == 404


def test_a_changed_profile_is_shown_with_the_posts(ada, accounts, read, app):
    post = ada.publish()
    read(f"/posts/{post['id']}")
    accounts.commit([update("accounts", ada.account_id, {"name": "Countess"})])
    app.extensions[FOLLOWER].look()
    assert read(f"/posts/{post['id']}").json["authors"][0]["name"] == "Countess"
