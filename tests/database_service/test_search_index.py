"""The search index follows every write, and the checks say where it does not."""

import pytest
from sqlalchemy import insert as insert_into
from sqlalchemy import inspect, text

from api.shared.store import VersionMismatch, delete, update
from database_service import checks, migration
from database_service.connections import open_database
from database_service.registry import SCHEMAS
from database_service.search import checking, index
from tests.database_service.test_search import found
from tests.support.databases import empty_urls
from tests.support.records import new_post

BEFORE_SEARCH = "0004"


def findings(database) -> list[tuple[str, str]]:
    service = database.service
    return [(each.check, each.id) for each in checks.run(service.databases, service.links)]


def test_a_write_is_found_when_it_is_acknowledged_and_no_longer_when_it_is_gone(database, blog, ask):
    operation = new_post("a", title="First words", html="<p>body</p>")
    blog.commit([operation])
    assert found(ask, "first body") == ["a"]
    blog.commit([update("posts", operation.id, {"title": "Second words"})])
    assert (found(ask, "first"), found(ask, "second body")) == ([], ["a"])
    blog.commit([update("posts", operation.id, {"featured": True, "status": "trashed"})])
    assert (found(ask, "second", "&status=published"), found(ask, "second", "&status=trashed")) == ([], ["a"])
    blog.commit([delete("posts", operation.id)])
    assert found(ask, "second") == []
    assert findings(database) == []


def test_a_refused_commit_leaves_the_index_as_it_was(database, blog, ask):
    operation = new_post("a", title="Before")
    blog.commit([operation])
    with pytest.raises(VersionMismatch):
        blog.commit(
            [
                update("posts", operation.id, {"title": "After"}),
                new_post("b", title="After"),
                update("posts", operation.id, {"summary": "x"}, if_version=9),
            ]
        )
    assert (found(ask, "before"), found(ask, "after")) == (["a"], [])
    assert findings(database) == []


def test_more_than_an_index_can_hold_is_taken_as_far_as_it_goes(database, blog, ask):
    many = " ".join(f"w{i}" for i in range(60_000))
    blog.commit([new_post("a", title="Long", html=f"<p>{many}</p>"), new_post("b", html="<p>" + "了" * 300_000)])
    assert found(ask, "long w30000") == ["a"]
    assert found(ask, "w59999") == []
    assert found(ask, "了了了") == ["b"]
    assert found(ask, "x" * 150) == []
    assert findings(database) == []


def test_a_word_without_end_is_found_by_its_beginning(blog, ask):
    blog.commit([new_post("a", html=f"<p>{'abc' * 2000}</p>")])
    assert found(ask, "abcabc") == ["a"]
    assert found(ask, "abc" * 60) == ["a"]


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM posts_search WHERE record_id = '{id}'",
        "UPDATE posts_search SET title = ' other ' WHERE record_id = '{id}'",
        "UPDATE posts_search SET status = 'draft' WHERE record_id = '{id}'",
    ],
)
def test_checks_name_the_post_that_the_index_has_wrong(database, blog, damage):
    operation = new_post("a", title="Words")
    blog.commit([operation, new_post("b", title="Others")])
    assert findings(database) == []
    with database.service.databases["blog"].writing() as connection:
        connection.execute(text(damage.format(id=operation.id)))
    assert ("search", operation.id) in findings(database)


def test_a_migration_makes_the_index_that_commits_make(request, tmp_path, database):
    old = open_database("blog", empty_urls(request, database.engine, tmp_path)["blog"], pool_size=1)
    search = SCHEMAS["blog"].collections["posts"].search
    operations = [new_post("a", title="Größe", html="<p>x <b>y</b></p>"), new_post("b", visibility="members")]
    try:
        with old.writing() as connection:
            migration.upgrade(connection, "blog", to=BEFORE_SEARCH)
            columns = {column["name"] for column in inspect(connection).get_columns("posts")}
            for operation in operations:
                values = {name: value for name, value in operation.values.items() if name in columns}
                record = {"id": operation.id, "version": 1, **values}
                connection.execute(insert_into(SCHEMAS["blog"].table("posts")), record)
        migration.migrate(old)
        with old.reading() as connection:
            stored = connection.execute(text("SELECT record_id, title, summary, html, status FROM posts_search")).all()
        expected = [(each.id, *_words(search, each.values), "published") for each in operations]
        assert sorted(map(tuple, stored)) == sorted(expected)
        assert list(checking.differences(old, SCHEMAS["blog"].collections["posts"])) == []
    finally:
        old.close()


def _words(search, record) -> list[str]:
    stored = index.row(search.fields, record, "sqlite")
    return [stored[f"words_{name}"] for name in search.columns]
