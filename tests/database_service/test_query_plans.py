"""What lists cost, in the engines' own units: virtual machine steps on SQLite, pages touched on PostgreSQL."""

import orjson
import pytest

from api.shared.http import new_id
from api.shared.store import Store, insert
from database_service import reading
from tests.database_service.costs import cost, plan, statements
from tests.support.databases import ENGINES, new_urls, serving
from tests.support.records import medium, new_author, new_tag, post

POSTS = 3000
PUBLIC = {"kind": "post", "status": "published", "visibility": "public", "published_before": "2030-01-01T00:00:00Z"}
LISTS = {
    "newest": (PUBLIC, "-published_at"),
    "newest that members see": ({**PUBLIC, "visibility": ["public", "members"]}, "-published_at"),
    "of a tag": ({**PUBLIC, "tag": "common"}, "-published_at"),
    "of an author": ({**PUBLIC, "author": "ada"}, "-published_at"),
    "oldest": (PUBLIC, "published_at"),
    "in the studio": ({"kind": "post", "status": ["draft", "published", "unpublished"]}, "-updated_at"),
    "by title": ({"kind": "post"}, "title"),
}


COVER, SERIES, GROUP = (f"00000000-0000-7000-8000-00000000000{number}" for number in range(3))
OF_FEW = {"cover_id": COVER, "series_id": SERIES, "translation_group": GROUP}


@pytest.fixture(scope="module", params=ENGINES)
def full_database(request, tmp_path_factory):
    """Databases with many posts; the tests of this file only read them."""
    folder = tmp_path_factory.mktemp("plans")
    with serving(request.param, new_urls(request, request.param, folder), folder) as database:
        fill(Store(database.transport, database="blog", key=database.keys["blog"]))
        if database.engine == "postgresql":
            with database.service.databases["blog"].reading() as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
        yield database


@pytest.fixture
def library(full_database):
    return Store(full_database.transport, database="blog", key=full_database.keys["blog"])


def fill(store):
    common, rare, ada = new_tag("common"), new_tag("rare"), new_author("ada")
    store.commit([common, rare, ada, insert("media", COVER, medium("c"))])
    for start in range(0, POSTS, 500):
        posts = [
            post(
                f"p{i}", title=f"T{i * 7919 % POSTS:05}", author_ids=[ada.id],
                tag_ids=[common.id, rare.id] if i % 100 == 0 else [common.id],
                **(OF_FEW if i % 100 == 0 else {}),
                html=f"<p>everywhere {'rarely seen' if i % 100 == 0 else 'often seen'} word{i}</p>",
                status="draft" if i % 50 == 1 else "published",
                published_at=f"2020-{i % 12 + 1:02}-{i % 28 + 1:02}T{i % 24:02}:{i % 60:02}:00.{i:06}Z",
                updated_at=f"2021-{i % 12 + 1:02}-{i % 28 + 1:02}T{i % 24:02}:{i % 60:02}:00.{i:06}Z",
            )
            for i in range(start, start + 500)
        ]  # fmt: skip
        store.commit([insert("posts", new_id(), values) for values in posts])


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_one_range_of_an_index(full_database, library, name):
    filters, sort = LISTS[name]
    first = library.find("posts", filters, sort=sort, limit=20)
    for cursor in (None, first.next):
        with statements(full_database) as sent:
            library.find("posts", filters, sort=sort, limit=20, cursor=cursor)
        assert len(sent) == 1
        steps = plan(full_database, sent[0])
        kinds = [step["Node Type"] for step in steps]
        if full_database.engine == "sqlite":
            assert not [kind for kind in kinds if "TEMP B-TREE" in kind or kind.startswith("SCAN posts")], kinds
            assert "ix_posts" in kinds[0], kinds
        else:
            assert not {"Sort", "Incremental Sort", "Bitmap Heap Scan"} & set(kinds), steps
            assert not [step for step in steps if step["Node Type"] == "Seq Scan" and "posts" in step["Relation Name"]]


@pytest.mark.parametrize("name", LISTS)
def test_a_deep_page_costs_what_the_first_page_costs(full_database, library, name):
    filters, sort = LISTS[name]
    page = library.find("posts", filters, sort=sort, limit=20)
    with statements(full_database) as first:
        second_page = library.find("posts", filters, sort=sort, limit=20, cursor=page.next)
    cursor = second_page.next
    for _ in range(13):
        cursor = library.find("posts", filters, sort=sort, limit=200, cursor=cursor).next
    with statements(full_database) as deep:
        found = library.find("posts", filters, sort=sort, limit=20, cursor=cursor)
    assert len(found.records) == 20
    assert cost(full_database, deep[0]) <= 1.5 * cost(full_database, first[0]) + 5


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("cover_id", "ix_posts_cover_id"),
        ("series_id", "ix_posts_series"),
        ("translation_group", "uq_posts_translation"),
    ],
)
def test_what_few_posts_have_is_found_by_the_index_of_those_few(full_database, library, name, index):
    with statements(full_database) as sent:
        found = library.find("posts", {name: OF_FEW[name]}, sort="-published_at", limit=20, brief=True)
    assert len(found.records) == 20
    used = [f"{step['Node Type']} {step.get('Index Name', '')}" for step in plan(full_database, sent[0])]
    assert [step for step in used if index in step], used


def test_a_rare_tag_costs_no_walk_over_the_others(full_database, library):
    filters = {**PUBLIC, "tag": "rare"}
    with statements(full_database) as sent:
        page = library.find("posts", filters, sort="-published_at", limit=20)
    with statements(full_database) as common:
        library.find("posts", {**PUBLIC, "tag": "common"}, sort="-published_at", limit=20)
    assert len(page.records) == 20
    assert cost(full_database, sent[0]) <= 1.5 * cost(full_database, common[0]) + 5


@pytest.mark.parametrize("sort", ["-relevance", "-published_at", "title"])
@pytest.mark.parametrize("question", ["rarely", '"rarely seen"', "word27", "everywhere rarely"])
def test_a_search_begins_with_the_text_index_and_touches_what_matches(full_database, library, question, sort):
    with statements(full_database) as sent:
        page = library.find("posts", {**PUBLIC, "search": question}, sort=sort, limit=20, brief=True)
    assert page.records
    steps = [f"{step['Node Type']} {step.get('Relation Name', '')}".strip() for step in plan(full_database, sent[0])]
    if full_database.engine == "sqlite":
        # the one "scan" is of the text index, by the words; all else is looked up
        first, *others = [step for step in steps if step.startswith("SCAN")]
        assert first.startswith("SCAN posts_search_fts VIRTUAL TABLE INDEX"), steps
        assert set(others) <= {"SCAN measured", "SCAN matched"}, steps
    else:
        assert "Bitmap Index Scan" in steps, steps
        assert not [step for step in steps if step.startswith("Seq Scan")], steps
    with statements(full_database) as common:
        library.find("posts", {**PUBLIC, "search": "everywhere"}, sort=sort, limit=20, brief=True)
    rare = cost(full_database, sent[0])
    # by relevance the best are looked up alone, and what a match costs is no page of its own
    assert (rare if sort == "-relevance" else 5 * rare) < cost(full_database, common[0])


def test_of_a_common_word_the_newest_matches_alone_are_measured(full_database, library, monkeypatch):
    asked = {**PUBLIC, "search": "everywhere"}
    costs = []
    for most in (POSTS, 100):
        monkeypatch.setattr(reading, "MOST_RANKED", most)
        with statements(full_database) as sent:
            found = library.find("posts", asked, sort="-relevance", limit=200, brief=True)
        costs.append(cost(full_database, sent[0]))
    assert len(found.records) == 100
    assert library.find("posts", {**asked, "tag": "rare"}, sort="-relevance", limit=200).records
    if full_database.engine == "sqlite":
        assert 10 * costs[1] < costs[0]
        newest = {f"p{number}" for number in range(POSTS - 110, POSTS)}
    else:
        newest = {post["slug"] for post in library.find("posts", asked, sort="-published_at", limit=100).records}
    assert {record["slug"] for record in found.records} <= newest


def test_a_list_with_includes_is_a_fixed_small_number_of_statements(full_database, library):
    for limit in (1, 20, 200):
        with statements(full_database) as sent:
            library.find("posts", PUBLIC, sort="-published_at", limit=limit, include=["authors", "tags", "cover"])
        assert len(sent) == 3  # the posts, their authors, their tags; nothing names a cover


def test_no_word_of_a_client_reaches_the_text_of_a_statement(database, blog, ask):
    with statements(database) as sent:
        for i in range(30):
            ask.get(f"/v1/blog/posts?slug=canary{i}&slug=x&tag=canary{i}&limit={i + 1}")
            ask.get(f"/v1/blog/tags/{new_id()}")
    assert len({statement.sql for statement in sent}) == 2
    assert not [statement for statement in sent if "canary" in statement.sql]


def test_an_unchanged_feed_costs_one_statement(full_database, library):
    head = library.changes(0, limit=1).head
    with statements(full_database) as sent:
        assert orjson.dumps(library.changes(head).changes) == b"[]"
    assert len(sent) == 1


def test_what_stands_around_a_post_costs_a_few_ranges_of_indexes(full_database, library):
    page = library.find("posts", {**PUBLIC, "tag": "rare"}, sort="-published_at", limit=20)
    with statements(full_database) as listing:
        library.find("posts", {**PUBLIC, "tag": "common"}, sort="-published_at", limit=40)
    most = 1.5 * cost(full_database, listing[0]) + 5
    with statements(full_database) as sent:
        library.get("posts", page.records[10]["id"], include=("previous", "next", "related"))
    assert len(sent) == 6  # the post, its neighbours, the newest of each of its two tags, those named in the end
    for statement in sent:
        assert cost(full_database, statement) <= most, statement.sql


def test_the_calendar_reads_no_more_than_the_index(full_database, library):
    with statements(full_database) as sent:
        record = library.get("site", "site", include=("months",)).record
    assert sum(month["count"] for month in record["months"]) == POSTS - POSTS // 50
    assert len(sent) == 3  # the settings, the oldest post, the counts
    kinds = [step["Node Type"] for step in plan(full_database, sent[2])]
    if full_database.engine == "sqlite":
        assert [kind for kind in kinds if "COVERING INDEX ix_posts_calendar" in kind], kinds
        assert not [kind for kind in kinds if kind.startswith("SCAN r") or "TEMP B-TREE" in kind], kinds
    else:
        assert "Index Only Scan" in kinds, kinds
        assert "Seq Scan" not in kinds, kinds
