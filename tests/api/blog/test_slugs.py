"""Slugs: made from titles in any script, unique however many write at once, and never forgotten."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.blog.slugs import LONGEST, slugify

WRITERS = 16


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Notes on the Engine", "notes-on-the-engine"),
        ("  Über   Größe & Æther  ", "uber-grosse-aether"),
        ("Rust 1.0: what's new?", "rust-1-0-whats-new"),
        ("Ada\u2019s café", "adas-cafe"),
        ("Привет, мир!", "привет-мир"),
        ("今日は世界", "今日は世界"),
        ("हिन्दी में", "हिन्दी-में"),
        ("مرحبا بالعالم", "مرحبا-بالعالم"),
        ("ﬁne ①", "fine-1"),
        ("e\u0301te\u0301", "ete"),
        ("zero\u200bwidth \u202eoverride", "zerowidth-override"),
        ("../../etc/passwd", "etc-passwd"),
        ("<script>alert(1)</script>", "script-alert-1-script"),
        ("🦀🦀🦀", ""),
        ("?!", ""),
        ("\ud7ff", ""),
    ],
)
def test_a_slug_is_written_as_its_readers_write(title, slug):
    assert slugify(title) == slug
    assert slugify(slug) == slug


def test_a_long_slug_ends_at_a_word():
    assert slugify("word " * 100) == "-".join(["word"] * 16)
    assert slugify("x" * 1000) == "x" * LONGEST


def test_a_title_without_a_letter_gets_the_kind_for_a_slug(ada):
    assert ada.write("🦀")["slug"] == "post"
    assert ada.write("🦀")["slug"] == "post-2"
    assert ada.write("🦀", kind="page")["slug"] == "page"


def test_the_same_title_again_gets_a_number(ada):
    assert [ada.write("Crab")["slug"] for _ in range(3)] == ["crab", "crab-2", "crab-3"]


def test_a_slug_that_is_given_is_brought_into_form(ada):
    assert ada.write(slug="My Own Slug!")["slug"] == "my-own-slug"


def test_a_slug_that_is_given_and_taken_is_refused(ada, head):
    ada.write("Crab")
    other = ada.write("Other")
    before = head()
    for response in (ada.post("/posts", {"title": "A", "slug": "crab"}), ada.change(other, slug="Crab")):
        assert (response.status_code, response.json["code"]) == (409, "slug_taken")
        assert response.json["errors"][0]["pointer"] == "/slug"
    assert head() == before


def test_an_old_slug_leads_to_the_new_one_for_ever(ada, read):
    post = ada.publish("First")
    post = ada.change(post, slug="second").json
    post = ada.change(post, slug="third").json
    for old in ("first", "second"):
        response = read(f"/posts/slug/{old}?fields=title")
        assert response.status_code == 301
        assert response.headers["Location"] == "/api/blog/v1/posts/slug/third?fields=title"
    assert read("/posts/slug/third").json["id"] == post["id"]


def test_changing_the_title_leaves_the_address(ada):
    post = ada.publish("First")
    assert ada.change(post, title="Second").json["slug"] == "first"


def test_null_makes_the_slug_from_the_title_anew(ada):
    post = ada.change(ada.publish("First"), title="Second", slug=None).json
    assert post["slug"] == "second"
    assert ada.change(post, slug=None).json["version"] == post["version"]


def test_a_post_may_go_back_to_a_slug_of_its_own(ada, read):
    post = ada.change(ada.publish("First"), slug="second").json
    post = ada.change(post, slug="first").json
    assert post["slug"] == "first"
    assert read("/posts/slug/second").headers["Location"] == "/api/blog/v1/posts/slug/first"


def test_an_old_slug_of_another_post_is_taken_by_asking_for_it_only(ada, read):
    first = ada.change(ada.publish("First"), slug="moved").json
    assert ada.publish("First")["slug"] == "first-2"
    second = ada.publish("Second", slug="first")
    assert read("/posts/slug/first").json["id"] == second["id"]
    second = ada.change(second, slug="elsewhere").json
    assert read("/posts/slug/first").headers["Location"] == "/api/blog/v1/posts/slug/elsewhere"
    assert read("/posts/slug/moved").json["id"] == first["id"]


def test_slugs_of_posts_that_readers_may_not_see_tell_nothing(ada, read):
    draft = ada.write("Secret plan")
    ada.change(draft, slug="other")
    for slug in ("secret-plan", "other", "never-there"):
        assert read(f"/posts/slug/{slug}").status_code == 404


def test_slugs_in_other_scripts_are_read_encoded_and_found_in_either_form(ada, read):
    post = ada.publish("Précis 日本")
    assert post["slug"] == "precis-日本"
    assert post["url"] == "https://blog.example.org/posts/precis-%E6%97%A5%E6%9C%AC"
    assert read("/posts/slug/precis-%E6%97%A5%E6%9C%AC").json["id"] == post["id"]
    hindi = ada.publish("が")
    assert read("/posts/slug/か\u3099").json["id"] == hindi["id"]


def test_sixteen_writers_of_one_title_get_sixteen_slugs(ada, app, store):
    token = ada.fresh_token()

    def write(_number: int):
        headers = {"Authorization": f"Bearer {token}"}
        body = {"title": "The same", "status": "published", "tags": ["Shared", "tag"]}
        return app.test_client().post("/api/blog/v1/posts", json=body, headers=headers)

    with ThreadPoolExecutor(WRITERS) as pool:
        responses = list(pool.map(write, range(WRITERS)))
    assert {response.status_code for response in responses} == {201}
    slugs = [response.json["slug"] for response in responses]
    assert len(set(slugs)) == WRITERS
    assert all(store.get("slugs", slug).record["post_id"] for slug in slugs)
    assert len({tag["id"] for response in responses for tag in response.json["tags"]}) == 2
