"""Writing posts: refusals first, then what each field becomes."""

import pytest

from api.shared.store import delete
from tests.support.clock import START


def faults(response) -> set[tuple[str, str]]:
    return {(fault.get("pointer", fault.get("parameter")), fault["code"]) for fault in response.json["errors"]}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "/title"),
        ({"title": ""}, "/title"),
        ({"title": " \u200b\u202e "}, "/title"),
        ({"title": "x" * 301}, "/title"),
        ({"title": None}, "/title"),
        ({"title": "A", "author": "ada"}, "/author"),
        ({"title": "A", "seo": {"colour": "red"}}, "/seo/colour"),
        ({"title": "A", "seo": {"image": "javascript:alert(1)"}}, "/seo/image"),
        ({"title": "A", "canonical_url": "data:text/html,x"}, "/canonical_url"),
        ({"title": "A", "status": "scheduled"}, "/status"),
        ({"title": "A", "kind": "note"}, "/kind"),
        ({"title": "A", "visibility": "secret"}, "/visibility"),
        ({"title": "A", "featured": 1}, "/featured"),
        ({"title": "A", "featured": "true"}, "/featured"),
        ({"title": "A", "published_at": "yesterday"}, "/published_at"),
        ({"title": "A", "published_at": "2026-11-23T09:00:00"}, "/published_at"),
        ({"title": "A", "published_at": "0000-01-01T00:00:00Z"}, "/published_at"),
        ({"title": "A", "published_at": "9999-12-31T00:00:00Z"}, "/published_at"),
        ({"title": "A", "published_at": 1}, "/published_at"),
        ({"title": "A", "tags": ["a", ""]}, "/tags/1"),
        ({"title": "A", "tags": [str(n) for n in range(51)]}, "/tags"),
        ({"title": "A", "authors": []}, "/authors"),
        ({"title": "A", "language": "english please"}, "/language"),
        ({"title": "A", "cover_id": "no-id"}, "/cover_id"),
        ({"title": "A", "markdown": "nul\0"}, "/markdown"),
        ({"title": "A", "markdown": "x" * 1_000_001}, "/markdown"),
    ],
)
def test_a_body_that_breaks_a_rule_is_refused_with_its_place(ada, head, body, place):
    before = head()
    response = ada.post("/posts", body)
    assert response.status_code == 422
    assert place in {where for where, _ in faults(response)}
    assert head() == before


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"cover": None}, "cover_id"),
        ({"status": "scheduled"}, "`published_at` to come"),
        ({"canonical_url": "example.org"}, "https://example.org/"),
        ({"language": "english please"}, "en or pt-BR"),
    ],
)
def test_a_refusal_says_what_would_be_taken(ada, body, told):
    [fault] = ada.post("/posts", {"title": "A", **body}).json["errors"]
    assert told in fault["detail"]


def test_an_author_who_does_not_exist_is_refused_with_their_place(eve, head):
    before = head()
    response = eve.post("/posts", {"title": "A", "authors": ["eve", "nobody"]})
    assert response.status_code == 422
    assert response.json["code"] == "unknown_reference"
    assert faults(response) == {("/authors/1", "unknown_author")}
    assert head() == before


def test_a_cover_that_does_not_exist_is_refused(ada):
    response = ada.post("/posts", {"title": "A", "cover_id": "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"})
    assert faults(response) == {("/cover_id", "unknown_media")}


def test_a_body_without_its_content_type_or_that_is_no_json_is_refused(ada):
    assert ada.call("POST", "/posts", data=b"title=A").status_code == 415
    assert ada.call("POST", "/posts", data=b"{", content_type="application/json").status_code == 400


def test_a_body_larger_than_the_limit_is_refused(ada, head):
    before = head()
    body = b'{"title": "A", "markdown": "' + b"x" * 8_000_000 + b'"}'
    assert ada.call("POST", "/posts", data=body, content_type="application/json").status_code == 413
    assert head() == before


def test_unknown_query_parameters_are_refused(read):
    for path in ("/posts?page=2", "/posts?sort=random", "/posts?limit=0", "/posts?limit=101", "/posts?fields=secret"):
        assert read(path).status_code == 422, path


def test_a_post_needs_no_more_than_a_title(ada, read):
    post = ada.write("Notes on the Engine")
    assert post == {
        "id": post["id"], "kind": "post", "slug": "notes-on-the-engine", "title": "Notes on the Engine",
        "summary": None, "excerpt": "", "markdown": "", "html": "", "toc": [], "status": "draft",
        "visibility": "public", "featured": False, "cover": None, "canonical_url": None, "seo": None,
        "language": None, "comments_open": True, "comment_count": 0, "reading_minutes": post["reading_minutes"],
        "word_count": 0,
        "published_at": None, "created_at": "2026-11-23T09:00:00.000000Z",
        "updated_at": "2026-11-23T09:00:00.000000Z", "external_id": None, "version": 1, "tags": [], "series": None,
        "pending_edit": None,
        "authors": [{"id": ada.account_id, "username": "ada", "name": "Ada", "avatar_url": None}],
        "url": "https://blog.example.org/posts/notes-on-the-engine",
    }  # fmt: skip
    assert ada.get(f"/posts/{post['id']}").json == post


def test_every_field_that_is_given_is_answered(ada):
    given = {
        "title": "Notes", "markdown": "# Why\n\nThe engine *weaves*.", "summary": "In short", "slug": "the-notes",
        "kind": "page", "status": "published", "published_at": "1843-08-01T12:00:00+01:00", "visibility": "unlisted",
        "featured": True, "canonical_url": "https://example.org/notes", "language": "en-GB", "comments_open": False,
        "seo": {"title": "T", "description": "D", "image": "https://example.org/i.png"}, "external_id": "old/1",
    }  # fmt: skip
    post = ada.post("/posts", {**given, "tags": ["Engines", "History"], "authors": ["ada"]}).json
    assert {name: post[name] for name in given} == {**given, "published_at": "1843-08-01T11:00:00.000000Z"}
    assert [tag["name"] for tag in post["tags"]] == ["Engines", "History"]
    assert post["excerpt"] == "In short"
    assert post["url"] == "https://blog.example.org/pages/the-notes"
    assert post["toc"] == [{"id": "h-why", "level": 1, "text": "Why"}]
    assert "<em>weaves</em>" in post["html"]
    assert post["word_count"] == 4


def test_creating_answers_201_with_the_address_and_the_tag_of_what_was_made(ada):
    response = ada.post("/posts", {"title": "A"})
    assert response.headers["Location"] == f"/api/blog/v1/posts/{response.json['id']}"
    assert ada.get(response.headers["Location"]).headers["ETag"] == response.headers["ETag"]
    assert response.headers["Cache-Control"] == "no-store"


def test_without_a_summary_the_excerpt_is_how_the_text_begins(ada):
    post = ada.write(markdown="# A heading\n\nThe *first* paragraph.\n\nThe second.")
    assert (post["summary"], post["excerpt"]) == (None, "The first paragraph.")


def test_spaces_around_a_title_are_cut(ada):
    assert ada.write("  Spacious \u00a0 ")["title"] == "Spacious"
    assert ada.write("\tOn two\r\nlines\u0085")["title"] == "On two lines"


def test_the_sanitised_html_is_what_readers_get(ada, read):
    post = ada.publish(markdown="<script>alert(1)</script>\n\n[x](javascript:alert(1)) <b onclick=x>bold</b>")
    html = read(f"/posts/{post['id']}").json["html"]
    assert "script" not in html
    assert "onclick" not in html
    assert "<b>bold</b>" in html


def test_tags_are_made_once_whatever_the_case(ada):
    first = ada.write(tags=["Rust", "rust", "RUST", "Straße"])
    second = ada.write(tags=["rUsT", "STRASSE"])
    assert [tag["name"] for tag in first["tags"]] == ["Rust", "Straße"]
    assert second["tags"] == first["tags"]
    assert ada.get("/tags?count=exact").json["total"] == 2


def test_tags_that_differ_in_signs_alone_get_slugs_of_their_own(ada):
    tags = ada.write(tags=["C", "C++", "C#", "🦀", "🐍"])["tags"]
    assert [tag["slug"] for tag in tags] == ["c", "c-plus-plus", "c-sharp", "tag", "tag-2"]
    assert [tag["slug"] for tag in ada.write(tags=["c plus  plus", "🐘"])["tags"]] == ["c-plus-plus-2", "tag-3"]


def test_an_importers_identity_is_unique_and_finds_the_post_in_any_state(ada, bob, read):
    post = ada.write(external_id="old/1", kind="page")
    response = ada.post("/posts", {"title": "Again", "external_id": "old/1"})
    assert (response.status_code, response.json["code"]) == (409, "external_id_taken")
    ada.delete(post)
    assert [each["id"] for each in ada.get("/posts?external_id=old/1").json["items"]] == [post["id"]]
    assert bob.get("/posts?external_id=old/1").json["items"] == []
    assert read("/posts?external_id=old/1").status_code == 401


def test_an_importers_identity_is_shown_to_nobody_else(ada, bob, eve, read):
    post = ada.publish(external_id="old/1")
    assert eve.get(f"/posts/{post['id']}").json["external_id"] == "old/1"
    assert bob.get(f"/posts/{post['id']}").json["external_id"] is None
    assert read(f"/posts/{post['id']}").json["external_id"] is None
    assert read("/posts").json["items"][0]["external_id"] is None


def test_a_profile_that_lags_is_a_503_and_nothing_is_written(ada, store, head):
    store.commit([delete("authors", ada.account_id)])
    before = head()
    response = ada.post("/posts", {"title": "A"})
    assert (response.status_code, response.json["code"]) == (503, "profile_missing")
    assert response.headers["Retry-After"] == "1"
    assert head() == before


def test_a_patch_changes_what_it_names_and_nothing_else(ada, clock):
    post = ada.write("Before", markdown="Text", tags=["One"], seo={"title": "T", "description": "D"})
    clock.advance(seconds=5)
    changed = ada.change(post, title="After", seo={"description": None}).json
    assert changed == {
        **post, "title": "After", "seo": {"title": "T"}, "version": 2, "updated_at": "2026-11-23T09:00:05.000000Z",
    }  # fmt: skip
    assert ada.get(f"/posts/{post['id']}").json == changed


def test_null_in_a_patch_takes_away(ada):
    post = ada.write(
        summary="S", language="en", canonical_url="https://example.org", seo={"title": "T"}, external_id="x",
        published_at="2030-01-01T00:00:00Z",
    )  # fmt: skip
    gone = dict.fromkeys(("summary", "language", "canonical_url", "seo", "external_id", "published_at"))
    changed = ada.change(post, **gone).json
    assert {name: changed[name] for name in gone} == gone


def test_a_patch_that_changes_nothing_leaves_the_version(ada, head):
    post = ada.write("Same", tags=["One"])
    before = head()
    response = ada.change(post, title="Same", tags=["One"])
    assert response.json == post
    assert head() == before


def test_replacing_takes_defaults_but_keeps_the_address_the_authors_and_the_date(ada, eve):
    post = ada.publish("Before", slug="here", summary="S", tags=["One"], markdown="Text")
    response = eve.call(
        "PUT", f"/posts/{post['id']}", json={"title": "After", "status": "published"}, headers={"If-Match": '"1"'}
    )
    replaced = response.json
    assert (replaced["slug"], replaced["published_at"]) == ("here", post["published_at"])
    assert replaced["authors"] == post["authors"]
    assert (replaced["summary"], replaced["tags"], replaced["html"]) == (None, [], "")


def test_html_is_rendered_anew_only_when_the_text_changes(ada):
    post = ada.write(markdown="One")
    changed = ada.change(post, markdown="Two *three*").json
    assert (changed["html"], changed["word_count"]) == ("<p>Two <em>three</em></p>\n", 2)


def test_fields_chooses_what_is_answered(ada, read):
    post = ada.publish(markdown="Text")
    assert read(f"/posts/{post['id']}?fields=title,html").json == {"title": "A title", "html": "<p>Text</p>\n"}
    assert read("/posts?fields=slug,authors").json["items"] == [{"slug": "a-title", "authors": post["authors"]}]
    assert read("/posts?fields=markdown").json["items"] == [{"markdown": "Text"}]


def test_lists_leave_the_text_out(ada, read):
    post = ada.publish(markdown="Text")
    items = read("/posts").json["items"]
    assert items == [{name: post[name] for name in post if name not in {"markdown", "html", "toc", "comment_count"}}]


def test_times_are_kept_to_the_microsecond(ada, clock):
    assert clock.now() == START
    clock.advance(microseconds=7)
    assert ada.write()["created_at"] == "2026-11-23T09:00:00.000007Z"
