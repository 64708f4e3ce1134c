"""The checks name each offender, and a repair is a commit that followers see."""

import pytest
from sqlalchemy import text

from api.shared.http import new_id
from api.shared.store import FeedCompacted, insert
from database_service import checks, repairing
from database_service.links import Links
from tests.support.records import account, medium, new_author, new_post, new_tag


def damage(database, statement, **parameters):
    """Do what only a fault below the service can do."""
    with database.service.databases["blog"].writing() as connection:
        connection.execute(text(statement), parameters)


def findings(database):
    found = checks.run(database.service.databases, database.service.links)
    return [(each.check, each.database, each.collection, each.id, each.detail) for each in found]


def repair(database):
    databases = database.service.databases
    repairing.repair(databases, Links(databases["users"], databases["blog"], database.clock), database.clock)


@pytest.fixture
def furnished(database, blog):
    """Two posts with tags and an author; the feed ends at 6."""
    tags, ada = [new_tag(name) for name in "abc"], new_author("ada")
    posts = [new_post(slug, tag_ids=[tag.id for tag in tags], author_ids=[ada.id]) for slug in "pq"]
    blog.commit([*tags, ada, *posts])
    assert findings(database) == []
    return [post.id for post in posts]


def test_records_that_name_an_account_that_never_was_are_named_and_given_to_the_owner(database, blog, users):
    owner, nobody = new_id(), new_id()
    users.commit([insert("accounts", owner, account("ada", role="owner"))])
    claimed = new_author("the-team", account_id=nobody)
    stray = insert("media", new_id(), medium("d1", uploader_id=nobody))
    blog.commit([claimed, stray, insert("media", new_id(), medium("d2", uploader_id=owner))])
    assert findings(database) == [
        ("accounts", "blog", "authors", claimed.id, f"account_id names the account {nobody}, which never was"),
        ("accounts", "blog", "media", stray.id, f"uploader_id names the account {nobody}, which never was"),
    ]
    head = blog.changes(0).head
    repair(database)
    assert findings(database) == []
    assert blog.get("media", stray.id).record["uploader_id"] == owner
    assert blog.get("authors", claimed.id).record["account_id"] is None
    assert {change["id"] for change in blog.changes(head).changes} == {stray.id, claimed.id}


def test_junction_rows_that_say_something_else_are_named_and_derived_anew_by_a_commit(database, blog, furnished):
    first, second = furnished
    damage(database, "DELETE FROM posts_tags WHERE record_id = :id AND position = 1", id=first)
    damage(database, "UPDATE posts_authors SET status = 'draft' WHERE record_id = :id", id=second)
    assert findings(database) == [
        ("members", "blog", "posts", second, "author_ids and its index differ"),
        ("members", "blog", "posts", first, "tag_ids and its index differ"),
    ]
    repair(database)
    assert findings(database) == []
    assert {record["id"] for record in blog.find("posts", {"tag": "b"}).records} == {first, second}
    assert {change["id"] for change in blog.changes(6).changes} == {first, second}


def test_what_search_has_wrong_is_derived_anew_by_a_commit(database, blog, furnished):
    damage(database, "DELETE FROM posts_search WHERE record_id = :id", id=furnished[0])
    assert findings(database) == [("search", "blog", "posts", furnished[0], "is not in the search index")]
    repair(database)
    assert findings(database) == []
    assert [change["id"] for change in blog.changes(6).changes] == [furnished[0]]


@pytest.mark.parametrize("database_session", ["sqlite"], indirect=True)  # PostgreSQL lets no such row in
def test_junction_rows_of_a_record_that_is_not_there_are_named_and_go(database, furnished):
    ghost = new_id()
    copy = text(
        "INSERT INTO posts_tags (record_id, position, tag_id, kind, status, visibility, published_order) SELECT "
        ":id, position, tag_id, kind, status, visibility, published_order FROM posts_tags WHERE record_id = :like"
    )
    served = database.service.databases["blog"]
    driver = served.engines[-1].raw_connection()
    driver.cursor().execute("PRAGMA foreign_keys = OFF")  # as another program may have it
    driver.close()
    damage(database, str(copy), id=ghost, like=furnished[0])
    driver = served.engines[-1].raw_connection()
    driver.cursor().execute("PRAGMA foreign_keys = ON")
    driver.close()
    named = ("members", "blog", "posts", ghost, "is in the index of tag_ids, and is not there")
    assert named in findings(database)
    repair(database)
    assert findings(database) == []


@pytest.mark.parametrize(
    ("broken", "details", "floor"),
    [
        ("DELETE FROM feed WHERE seq IN (2, 3)", ["changes 2 to 3 are missing"], 3),
        ("DELETE FROM feed WHERE seq IN (1, 5)", ["changes 1 to 1 are missing", "changes 5 to 5 are missing"], 5),
        ("DELETE FROM feed WHERE seq > 4", ["changes 5 to 6 are missing"], 6),
        ("UPDATE feed_head SET seq = 4", ["change 5 is none of those from 1 to 4",
                                            "change 6 is none of those from 1 to 4"], 6),
        ("UPDATE feed_head SET floor = 2", ["change 1 is none of those from 3 to 6",
                                              "change 2 is none of those from 3 to 6"], 2),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("furnished")
def test_gaps_of_the_feed_are_named_and_followers_are_told_instead_of_left_in_ignorance(
    database, blog, broken, details, floor
):
    damage(database, broken)
    assert findings(database) == [("feed", "blog", "feed", "", detail) for detail in details]
    repair(database)
    assert findings(database) == []
    with pytest.raises(FeedCompacted):
        blog.changes(floor - 1)
    blog.commit([new_tag("after")])
    assert [change["seq"] for change in blog.changes(floor).changes] == list(range(floor + 1, 8))
