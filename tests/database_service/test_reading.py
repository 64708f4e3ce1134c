from urllib.parse import quote

import pytest

from api.shared.http import new_id
from api.shared.store import InvalidCursor, insert, update
from tests.support.records import ABSENT, NOW, new_author, new_post, new_tag, post

# ------------------------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("colour=red", "colour"),
        ("title=x", "title"),
        ("kind=novel", "kind"),
        ("kind=post&kind=page", "kind"),
        ("featured=yes", "featured"),
        ("published_before=yesterday", "published_before"),
        ("published_before=2026-11-23", "published_before"),
        ("id=not-a-uuid", "id"),
        ("slug=a%00b", "slug"),
        ("tag=" + "x" * 201, "tag"),
        ("sort=slug", "sort"),
        ("sort=title&sort=title", "sort"),
        ("sort=", "sort"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=ten", "limit"),
        ("limit=٣", "limit"),
        ("limit=" + "9" * 30, "limit"),
        ("include=secrets", "include"),
        ("include=", "include"),
        ("include=authors,,tags", "include"),
        ("include=authors&include=tags", "include"),
        ("view=full", "view"),
        ("count=true", "count"),
        ("published_order=2026-11-23T09:00:00Z", "published_order"),
    ],
)
def test_a_parameter_that_is_not_declared_is_refused_by_name(ask, query, parameter):
    status, problem = ask.get(f"/v1/blog/posts?{query}")
    assert (status, problem["errors"][0]["parameter"]) == (422, parameter)


def test_too_many_values_of_a_filter_are_refused(ask):
    status, _ = ask.get("/v1/blog/posts?" + "&".join(["slug=a"] * 201))
    assert status == 422


@pytest.mark.parametrize("query", ["kind=post", "limit=1", "include=slugs", "view=brief&view=brief"])
def test_a_get_takes_no_parameters_of_lists(ask, query):
    status, _ = ask.get(f"/v1/blog/posts/{new_id()}?{query}")
    assert status == 422


@pytest.mark.parametrize(
    "path",
    ["/v1/blog/secrets", "/v1/blog/feed", "/v1/users/posts", "/v1/blog/posts/a/b", "/v1/blog/posts/", "/v2/x", "/"],
)
def test_what_is_not_declared_is_not_there(ask, path):
    status, problem = ask.get(path)
    assert (status, problem["code"]) == (404, "not_found")


@pytest.mark.parametrize("record_id", [ABSENT, "not-a-uuid", "%F0%9F", "x" * 3000, "' OR 1=1 --"])
def test_a_record_that_is_not_there_is_not_found(ask, record_id):
    assert ask.get(f"/v1/blog/posts/{quote(record_id, safe='%')}")[0] == 404


@pytest.mark.parametrize("cursor", ["", "x", "===", "AAAA", "é", "A" * 5000])
def test_a_made_up_cursor_is_refused(ask, cursor):
    status, problem = ask.get(f"/v1/blog/posts?cursor={quote(cursor)}")
    assert (status, problem["code"]) == (422, "invalid_cursor")


def test_a_cursor_altered_in_any_character_is_refused(blog):
    blog.commit([new_post("a"), new_post("b")])
    cursor = blog.find("posts", limit=1).next
    for i, character in enumerate(cursor):
        altered = cursor[:i] + ("A" if character != "A" else "B") + cursor[i + 1 :]
        with pytest.raises(InvalidCursor):
            blog.find("posts", cursor=altered)
    with pytest.raises(InvalidCursor):
        blog.find("posts", cursor=cursor + "!")


def test_a_cursor_is_good_for_its_own_list_and_order_only(blog, users):
    blog.commit([new_post("a"), new_post("b"), new_tag("x"), new_tag("y")])
    cursor = blog.find("posts", limit=1, sort="title").next
    assert len(blog.find("posts", limit=1, sort="title", cursor=cursor).records) == 1
    for store, collection, sort in (
        (blog, "posts", "-published_at"),
        (blog, "tags", "name"),
        (users, "accounts", "username"),
    ):
        with pytest.raises(InvalidCursor):
            store.find(collection, sort=sort, cursor=cursor)


# ------------------------------------------------------------------------------------------------------- filters


@pytest.fixture
def shelf(blog):
    """Six posts that differ in everything that can be filtered by."""
    rust, web = new_tag("Rust"), new_tag("Web")
    ada, bob = new_author("ada"), new_author("bob")
    posts = [
        new_post("a", published_at="2026-01-01T00:00:00Z", tag_ids=[rust.id], author_ids=[ada.id]),
        new_post("b", published_at="2026-02-01T00:00:00Z", tag_ids=[web.id, rust.id], author_ids=[bob.id]),
        new_post("c", published_at="2026-03-01T00:00:00Z", visibility="members", author_ids=[ada.id, bob.id]),
        new_post("d", published_at="2026-03-01T00:00:00Z", visibility="unlisted", featured=True, language="de"),
        new_post("e", published_at=None, status="draft", tag_ids=[rust.id], author_ids=[ada.id], external_id="x:1"),
        new_post("f", published_at="2027-01-01T00:00:00Z", kind="page", updated_at="2026-12-01T00:00:00Z"),
    ]
    blog.commit([rust, web, ada, bob, *posts])
    return {each.values["slug"]: each.id for each in posts} | {"ada": ada.id, "rust": rust.id}


def slugs(page):
    return [record["slug"] for record in page.records]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "efdcba"),
        ({"kind": "page"}, "f"),
        ({"status": "draft"}, "e"),
        ({"status": ["draft", "published"], "kind": "post"}, "edcba"),
        ({"status": "trashed"}, ""),
        ({"visibility": "public"}, "efba"),
        ({"visibility": ["public", "members"]}, "efcba"),
        ({"slug": ["a", "c", "none"]}, "ca"),
        ({"tag": "rust"}, "eba"),
        ({"tag": "web"}, "b"),
        ({"tag": "none"}, ""),
        ({"author": "ada"}, "eca"),
        ({"author": "ada", "tag": "rust"}, "ea"),
        ({"author": "ada", "tag": "rust", "status": "published"}, "a"),
        ({"tag": "rust", "visibility": ["public"], "kind": "post"}, "eba"),
        ({"featured": True}, "d"),
        ({"featured": False, "kind": "post"}, "ecba"),
        ({"language": "de"}, "d"),
        ({"external_id": ["x:1", "x:2"]}, "e"),
        ({"published_before": "2026-02-01T00:00:00Z"}, "ba"),
        ({"published_before": "2026-02-01T01:00:00+01:00"}, "ba"),
        ({"published_after": "2026-02-01T00:00:00Z", "status": "published"}, "fdcb"),
        ({"published_after": "2026-02-01T00:00:00Z", "published_before": "2026-03-01T00:00:00Z"}, "dcb"),
        ({"tag": "rust", "published_before": "2026-01-31T23:59:59.999999Z"}, "a"),
        ({"updated_after": "2026-11-30T00:00:00Z"}, "f"),
        ({"updated_before": NOW}, "edcba"),
    ],
    ids=str,
)
def test_filters_let_through_what_they_say(blog, shelf, filters, expected):
    page = blog.find("posts", filters, sort="-published_at", count=True)
    assert slugs(page) == list(expected)
    assert page.total == len(expected)


def test_filters_by_id(blog, shelf):
    assert slugs(blog.find("posts", {"id": [shelf["a"], shelf["b"], new_id()]})) == ["b", "a"]
    assert slugs(blog.find("posts", {"author_id": shelf["ada"]})) == ["e", "c", "a"]


def test_drafts_come_first_when_the_newest_do_and_last_when_the_oldest_do(blog, shelf):
    assert slugs(blog.find("posts", sort="-published_at"))[0] == "e"
    assert slugs(blog.find("posts", sort="published_at"))[-1] == "e"


def test_text_is_sorted_by_code_point_on_every_engine(blog):
    names = ["Zebra", "apple", "Äpfel", "_x", "a b", "10", "2", "é", "e\u0301", "\U0001d54f", "\uffff"]
    blog.commit([new_tag(name, slug=f"s{i}", name_key=f"k{i}") for i, name in enumerate(names)])
    assert [record["name"] for record in blog.find("tags", sort="name").records] == sorted(names)


def test_a_tag_follows_what_its_posts_become(blog, shelf):
    assert slugs(blog.find("posts", {"tag": "rust", "status": "published"})) == ["b", "a"]
    blog.commit([update("posts", shelf["a"], {"status": "trashed", "trashed_at": NOW})])
    assert slugs(blog.find("posts", {"tag": "rust", "status": "published"})) == ["b"]
    blog.commit([update("posts", shelf["b"], {"published_at": "2026-10-01T00:00:00Z"})])
    early = {"tag": "rust", "status": "published", "published_before": "2026-09-01T00:00:00Z"}
    assert slugs(blog.find("posts", early)) == []


# ------------------------------------------------------------------------------------------------------ includes


def test_includes_travel_in_the_same_answer(blog, shelf):
    blog.commit([insert("slugs", "b", {"post_id": shelf["b"], "created_at": NOW})])
    found = blog.get("slugs", "b", include=["post", "post.authors", "post.tags", "post.cover"])
    post_record = found.included["posts"][shelf["b"]]
    assert [found.included["tags"][each]["name"] for each in post_record["tag_ids"]] == ["Web", "Rust"]
    assert [author["username"] for author in found.included["authors"].values()] == ["bob"]
    assert found.included["media"] == {}


def test_a_deeper_include_brings_the_one_above_it(blog, shelf):
    blog.commit([insert("slugs", "b", {"post_id": shelf["b"], "created_at": NOW})])
    found = blog.get("slugs", "b", include=["post.tags"])
    assert set(found.included) == {"posts", "tags"}


def test_a_list_includes_each_record_once(blog, shelf):
    page = blog.find("posts", {"kind": "post"}, include=["authors", "tags"])
    assert {record["username"] for record in page.included["authors"].values()} == {"ada", "bob"}
    assert len(page.included["tags"]) == 2


def test_a_brief_view_leaves_the_bulk_behind_everywhere(ask, shelf):
    bulk = {"markdown", "html", "toc", "history", "media_ids", "seen_at"}
    _, page = ask.get("/v1/blog/posts?view=brief")
    _, one = ask.get(f"/v1/blog/posts/{shelf['a']}?view=brief")
    _, full = ask.get(f"/v1/blog/posts/{shelf['a']}")
    assert all(not bulk & set(record) for record in [*page["records"], one["record"]])
    assert set(full["record"]) - set(one["record"]) == bulk


def test_post_counts_say_what_the_public_sees_now(database, blog, shelf):
    def counts():
        page = blog.find("tags", include=["post_count"])
        return {record["name"]: record["post_count"] for record in page.records}

    assert counts() == {"Rust": 2, "Web": 1}
    blog.commit([new_post("later", published_at="2026-11-23T10:00:00Z", tag_ids=[shelf["rust"]])])
    assert counts()["Rust"] == 2
    database.clock.advance(hours=1)
    assert counts()["Rust"] == 3
    assert blog.get("authors", shelf["ada"], include=["post_count"]).record["post_count"] == 1


# ------------------------------------------------------------------------------------------------------- walking


def walk(store, collection, *, limit, backwards=False, **query):
    """Return the pages from one end of a list to the other."""
    pages, cursor = [], query.pop("cursor", None)
    while True:
        page = store.find(collection, query.get("filters"), sort=query.get("sort"), limit=limit, cursor=cursor)
        pages.append(page)
        cursor = page.prev if backwards else page.next
        if cursor is None:
            return pages


@pytest.mark.parametrize("sort", ["-published_at", "published_at", "-updated_at", "title"])
@pytest.mark.parametrize("filters", [{}, {"tag": "rust"}, {"status": ["draft", "published"], "kind": "post"}])
def test_every_order_walks_both_ways_over_everything_once(blog, sort, filters):
    rust = new_tag("Rust")
    times = [None, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000001Z", "2026-05-05T05:05:05Z"]
    posts = [
        insert(
            "posts",
            new_id(),
            post(
                f"p{i}", title=f"T{i % 3}", published_at=times[i % 4], status="draft" if i % 4 == 0 else "published",
                updated_at=f"2026-01-0{i % 5 + 1}T00:00:00Z", tag_ids=[rust.id],
            ),
        )
        for i in range(23)
    ]  # fmt: skip
    blog.commit([rust, *posts])
    pages = walk(blog, "posts", limit=5, sort=sort, filters=filters)
    forth = [record["id"] for page in pages for record in page.records]
    assert sorted(forth) == sorted(each.id for each in posts)
    assert [len(page.records) for page in pages] == [5, 5, 5, 5, 3]
    assert pages[0].prev is None
    back = walk(blog, "posts", limit=5, sort=sort, filters=filters, backwards=True, cursor=pages[-1].prev)
    before_last = [record["id"] for page in reversed(back) for record in page.records]
    assert before_last == forth[:20]
    assert forth == [record["id"] for record in blog.find("posts", filters, sort=sort, limit=200).records]


def test_the_way_back_from_an_emptied_page_leads_to_the_list(blog):
    posts = [new_post(f"p{i}", published_at=f"2026-01-0{i + 1}T00:00:00Z") for i in range(4)]
    blog.commit(posts)
    first = blog.find("posts", limit=2)
    blog.commit([update("posts", posts[i].id, {"published_at": "2026-02-01T00:00:00Z"}) for i in (0, 1)])
    beyond = blog.find("posts", limit=2, cursor=first.next)
    assert (beyond.records, beyond.next) == ([], None)
    assert len(blog.find("posts", limit=2, cursor=beyond.prev).records) == 2


def test_a_bound_tighter_than_the_cursor_still_holds(blog):
    blog.commit([new_post(f"p{i}", published_at=f"2026-01-0{i + 1}T00:00:00Z") for i in range(6)])
    cursor = blog.find("posts", limit=2).next
    tighter = {"published_before": "2026-01-02T00:00:00Z"}
    assert slugs(blog.find("posts", tighter, cursor=cursor)) == ["p1", "p0"]
    looser = {"published_before": "2026-01-05T12:00:00Z"}
    assert slugs(blog.find("posts", looser, cursor=cursor)) == ["p3", "p2", "p1", "p0"]
    upwards = blog.find("posts", limit=2, sort="published_at").next
    assert slugs(
        blog.find("posts", {"published_after": "2026-01-05T00:00:00Z"}, sort="published_at", cursor=upwards)
    ) == [
        "p4",
        "p5",
    ]
