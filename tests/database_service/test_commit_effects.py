"""What a commit does once it is accepted: its effects, their order, and one effect a key."""

import pytest

from api.shared.http import new_id
from api.shared.store import (
    AlreadyExists,
    Idempotency,
    IdempotencyKeyReused,
    delete,
    insert,
    update,
)
from tests.support.records import NOW, author, new_author, new_post, new_tag, post

# ------------------------------------------------------------------------------------------------------ refusals


def test_what_was_written_is_read_back_byte_for_byte(blog):
    values = post(
        "a",
        title="Größe \U0001d54f ' \" \\ % ? :name {}",
        published_at="2026-11-23T10:30:00.123456+01:30",
        toc=[{"id": "ü", "level": 2, "text": "1.5 <b>"}],
        seo={"title": None, "deep": {"list": [1, 2.5, True, "x"]}},
        markdown="line\r\n\ttab\u2028",
    )
    record_id = new_id()
    blog.commit([insert("posts", record_id, values)])
    found = blog.get("posts", record_id)
    expected = {**values, "id": record_id, "version": 1, "published_at": "2026-11-23T09:00:00.123456Z"}
    assert found.record == expected


def test_nullable_columns_may_be_left_out(blog):
    values = {name: value for name, value in author("ada").items() if value is not None}
    record_id = new_id()
    blog.commit([insert("authors", record_id, values)])
    assert blog.get("authors", record_id).record["bio"] is None


def test_an_update_changes_only_what_it_names(blog):
    made = new_author("ada", bio="Counts")
    blog.commit([made])
    assert list(blog.commit([update("authors", made.id, {"bio": None})]).versions) == [2]
    record = blog.get("authors", made.id).record
    assert (record["bio"], record["name"], record["version"]) == (None, "Ada", 2)


def test_operations_take_effect_in_their_order_and_results_come_in_it(blog):
    rust, made = new_tag("Rust"), new_post("a")
    done = blog.commit(
        [
            rust,
            made,
            update("posts", made.id, {"tag_ids": [rust.id]}, if_version=1),
            update("posts", made.id, {"tag_ids": []}, if_version=2),
            delete("tags", rust.id),
        ]
    )
    assert (list(done.versions), done.head) == ([1, 1, 2, 3, 1], 5)


def test_a_refused_operation_undoes_those_before_it(blog):
    kept = new_tag("Kept")
    blog.commit([kept])
    with pytest.raises(AlreadyExists):
        blog.commit([delete("tags", kept.id), new_tag("Rust"), new_post("a"), new_post("a")])
    assert [record["name"] for record in blog.find("tags").records] == ["Kept"]
    assert blog.changes(0).head == 1


def test_the_order_of_members_is_kept(blog):
    tags = [new_tag(name) for name in ("c", "a", "b")]
    made = new_post("p", tag_ids=[each.id for each in tags])
    blog.commit([*tags, made])
    assert blog.get("posts", made.id).record["tag_ids"] == [each.id for each in tags]
    blog.commit([update("posts", made.id, {"tag_ids": [tags[1].id, tags[0].id]})])
    assert blog.get("posts", made.id).record["tag_ids"] == [tags[1].id, tags[0].id]
    assert blog.find("posts", {"tag": "b"}).records == []


# ----------------------------------------------------------------------------------------------------- retries


def test_a_repeated_commit_writes_nothing_and_gives_the_stored_answer(blog):
    key = Idempotency("scope:1", "f1", {"status": 201, "body": {"b": 1, "a": [None, 1.5]}})
    first = blog.commit([new_tag("Rust")], idempotency=key)
    again = blog.commit([new_tag("Rust")], idempotency=key)
    assert (first.replayed, again.replayed, again.answer) == (False, True, key.answer)
    assert blog.changes(0).head == 1
    assert blog.replay("scope:1") == key
    assert blog.replay("scope:2") is None


def test_a_key_used_for_another_request_is_refused(blog):
    blog.commit([new_tag("Rust")], idempotency=Idempotency("k", "f1", 1))
    with pytest.raises(IdempotencyKeyReused):
        blog.commit([new_tag("Go")], idempotency=Idempotency("k", "f2", 1))
    assert len(blog.find("tags").records) == 1


def test_a_refused_commit_leaves_its_key_free(blog):
    blog.commit([new_tag("Rust")])
    with pytest.raises(AlreadyExists):
        blog.commit([new_tag("Rust")], idempotency=Idempotency("k", "f", 1))
    assert not blog.commit([new_tag("Go")], idempotency=Idempotency("k", "f", 1)).replayed


def test_keys_of_one_database_do_not_meet_those_of_the_other(blog, users):
    blog.commit([new_tag("Rust")], idempotency=Idempotency("k", "f", 1))
    setup = insert("setup", "owner", {"code_digest": "d", "created_at": NOW})
    assert not users.commit([setup], idempotency=Idempotency("k", "other", 1)).replayed


def test_answers_are_forgotten_after_a_day(database, blog):
    blog.commit([new_tag("Rust")], idempotency=Idempotency("k", "f", 1))
    database.clock.advance(hours=23, minutes=59)
    database.service.background.clean()
    assert blog.replay("k") is not None
    database.clock.advance(minutes=2)
    database.service.background.clean()
    assert blog.replay("k") is None
