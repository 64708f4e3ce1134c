import orjson
import pytest

from api.shared.http import new_id
from api.shared.store import (
    AlreadyExists,
    MissingReference,
    VersionMismatch,
    delete,
    insert,
    require,
    update,
)
from tests.support.records import ABSENT, NOW, account, new_author, new_post, new_tag, post, tag

# ------------------------------------------------------------------------------------------------------ refusals


def refused(ask, *operations, **more):
    """Send a commit that must be refused; return its problem, having checked that nothing was written."""
    _, before = ask.get("/v1/blog/changes?limit=1")
    status, problem = ask.post("/v1/blog/commit", {"operations": list(operations), **more})
    _, after = ask.get("/v1/blog/changes?limit=1")
    assert status >= 400
    assert after["head"] == before["head"]
    return problem


def test_an_unknown_column_is_refused_by_name(ask):
    operation = {"op": "insert", "collection": "tags", "id": new_id(), "values": {**tag("Rust"), "colour": "red"}}
    problem = refused(ask, operation)
    assert (problem["status"], problem["code"]) == (422, "invalid")
    assert problem["errors"] == [
        {"pointer": "/operations/0/values/colour", "code": "unknown", "detail": "there is no such column"}
    ]


@pytest.mark.parametrize("hidden", ["id", "version", "published_order"])
def test_columns_that_the_service_keeps_itself_cannot_be_written(ask, hidden):
    operation = {"op": "insert", "collection": "posts", "id": new_id(), "values": {**post("a"), hidden: NOW}}
    assert refused(ask, operation)["errors"][0]["code"] == "unknown"


def test_every_missing_and_wrong_column_is_named_at_once(ask):
    values = {**tag("Rust"), "slug": 7, "created_at": "yesterday"}
    del values["name"]
    problem = refused(ask, {"op": "insert", "collection": "tags", "id": new_id(), "values": values})
    assert {fault["pointer"].rsplit("/", 1)[1]: fault["code"] for fault in problem["errors"]} == {
        "slug": "invalid",
        "name": "required",
        "created_at": "invalid",
    }


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("title", "x" * 501),
        ("title", "a\0b"),
        ("title", None),
        ("kind", "novel"),
        ("featured", 1),
        ("word_count", -1),
        ("word_count", 2**53),
        ("word_count", True),
        ("word_count", 1.5),
        ("published_at", "2026-02-30T00:00:00Z"),
        ("published_at", "2026-11-23T09:00:00"),
        ("published_at", "2026-11-23"),
        ("published_at", "9999-01-01T00:00:00Z"),
        ("published_at", "0001-01-01T00:00:00+10:00"),
        ("toc", {}),
        ("toc", ["a\0"]),
        ("seo", []),
        ("seo", {"a\0": 1}),
        ("tag_ids", ["a", "a"]),
        ("tag_ids", [1]),
        ("tag_ids", None),
    ],
)
def test_a_value_that_does_not_fit_its_column_is_refused(ask, column, value):
    operation = {"op": "insert", "collection": "posts", "id": new_id(), "values": {**post("a"), column: value}}
    assert refused(ask, operation)["errors"][0]["pointer"] == f"/operations/0/values/{column}"


def test_json_nested_too_deep_is_refused(ask):
    deep: object = "end"
    for _ in range(40):
        deep = [deep]
    operation = {"op": "insert", "collection": "posts", "id": new_id(), "values": post("a", toc=deep)}
    assert "nested" in refused(ask, operation)["errors"][0]["detail"]


@pytest.mark.parametrize(
    "operation",
    [
        "insert",
        {"op": "upsert", "collection": "tags", "id": "x"},
        {"op": ["insert"], "collection": "tags", "id": "x"},
        {"op": "delete", "collection": "secrets", "id": "x"},
        {"op": "delete", "collection": ["tags"], "id": "x"},
        {"op": "delete", "collection": "accounts", "id": "x"},
        {"op": "delete", "collection": "tags", "id": "Not A UUID"},
        {"op": "delete", "collection": "tags"},
        {"op": "delete", "collection": "slugs", "id": "a/b"},
        {"op": "delete", "collection": "tags", "id": "01932f5e-7b1c-7c3a-9a2e-5f0d6c1b2a39", "values": {}},
        {"op": "delete", "collection": "tags", "id": "01932f5e-7b1c-7c3a-9a2e-5f0d6c1b2a39", "if_version": None},
        {"op": "delete", "collection": "tags", "id": "01932f5e-7b1c-7c3a-9a2e-5f0d6c1b2a39", "if_version": 0},
        {"op": "delete", "collection": "tags", "id": "01932f5e-7b1c-7c3a-9a2e-5f0d6c1b2a39", "if_version": 2**63},
        {"op": "delete", "collection": "tags", "id": "01932f5e-7b1c-7c3a-9a2e-5f0d6c1b2a39", "if_version": True},
        {"op": "insert", "collection": "tags", "id": "01932f5e-7b1c-7c3a-9a2e-5f0d6c1b2a39", "if_version": 1},
        {"op": "insert", "collection": "tags", "id": "01932f5e-7b1c-7c3a-9a2e-5f0d6c1b2a39", "values": []},
        {"op": "require", "collection": "tags", "id": "01932f5e-7b1c-7c3a-9a2e-5f0d6c1b2a39", "if_absent": False},
        {"op": "require", "collection": "tags", "id": "01932f5e-7b1c-7c3a-9a2e-5f0d6c1b2a39", "if_absent": True,
         "if_version": 1},
    ],
    ids=lambda given: str(given)[:60],
)  # fmt: skip
def test_an_operation_that_is_not_declared_is_refused(ask, operation):
    assert refused(ask, operation)["code"] == "invalid"


@pytest.mark.parametrize("body", [[], "x", None, {}, {"operations": {}}, {"operations": [], "more": 1}], ids=str)
def test_a_body_that_is_no_commit_is_refused(database, body):
    headers = {"Authorization": f"Bearer {database.keys['blog']}", "Content-Type": "application/json"}
    reply = database.transport.request("POST", "/v1/blog/commit", headers=headers, body=orjson.dumps(body))
    assert (reply.status, orjson.loads(reply.body)["code"]) == (422, "invalid")


@pytest.mark.parametrize(
    "key",
    [
        {"key": "k", "fingerprint": "f"},
        {"key": "k", "fingerprint": "f", "answer": 1, "more": 2},
        {"key": "", "fingerprint": "f", "answer": 1},
        {"key": "k" * 301, "fingerprint": "f", "answer": 1},
        {"key": "k\0", "fingerprint": "f", "answer": 1},
        {"key": "k", "fingerprint": 7, "answer": 1},
        "k",
    ],
    ids=lambda given: str(given)[:60],
)
def test_a_malformed_idempotency_key_is_refused(ask, key):
    assert refused(ask, idempotency=key)["code"] == "invalid"


def test_callers_are_written_by_the_link_alone(ask):
    values = {"kind": "account", "account_id": new_id(), "role": "owner", "state": "active"}
    operation = {"op": "insert", "collection": "callers", "id": "account:x", "values": values}
    assert refused(ask, operation)["status"] == 403


def test_too_many_operations_are_refused(ask):
    operation = {"op": "require", "collection": "tags", "id": new_id()}
    assert refused(ask, *[operation] * 1001)["status"] == 413


# --------------------------------------------------------------------------------------------- preconditions


def test_an_insert_demands_that_the_record_is_absent(blog):
    first = new_tag("Rust")
    blog.commit([first])
    with pytest.raises(AlreadyExists) as caught:
        blog.commit([new_tag("Go"), insert("tags", first.id, tag("Python"))])
    assert (caught.value.operation, caught.value.fields) == (1, ("id",))
    assert len(blog.find("tags").records) == 1


def test_a_unique_column_names_itself_when_it_is_taken(blog):
    blog.commit([new_post("hello", external_id="a")])
    for values, field in (({"slug": "hello"}, "slug"), ({"slug": "other", "external_id": "a"}, "external_id")):
        with pytest.raises(AlreadyExists) as caught:
            blog.commit([insert("posts", new_id(), post(**values))])
        assert caught.value.fields == (field,)


def test_null_is_taken_any_number_of_times_in_a_unique_column(blog):
    blog.commit([new_post("a"), new_post("b")])
    assert len(blog.find("posts").records) == 2


def test_there_is_at_most_one_owner(users):
    users.commit([insert("accounts", new_id(), account("ada", role="owner"))])
    with pytest.raises(AlreadyExists) as caught:
        users.commit([insert("accounts", new_id(), account("eve", role="owner"))])
    assert caught.value.fields == ("role",)
    users.commit([insert("accounts", new_id(), account("eve", role="admin"))])


def test_a_stale_version_is_refused_with_the_record_as_it_stands(blog):
    made = new_tag("Rust")
    blog.commit([made])
    blog.commit([update("tags", made.id, {"name": "Rust!"}, if_version=1)])
    for operation in (update("tags", made.id, {"name": "R"}, if_version=1), delete("tags", made.id, if_version=1)):
        with pytest.raises(VersionMismatch) as caught:
            blog.commit([new_tag("Go"), operation])
        assert caught.value.operation == 1
        assert (caught.value.current["version"], caught.value.current["name"]) == (2, "Rust!")
    assert [record["name"] for record in blog.find("tags").records] == ["Rust!"]


def test_changing_a_record_that_is_not_there_is_a_mismatch_with_nothing(blog):
    for operation in (update("tags", new_id(), {"name": "R"}), delete("tags", new_id()), require("tags", new_id())):
        with pytest.raises(VersionMismatch) as caught:
            blog.commit([operation])
        assert caught.value.current is None


def test_require_guards_a_commit_without_changing_anything(blog):
    made = new_tag("Rust")
    blog.commit([made])
    done = blog.commit([require("tags", made.id, if_version=1), require("tags", new_id(), if_absent=True)])
    assert list(done.versions) == [1, 0]
    with pytest.raises(VersionMismatch):
        blog.commit([require("tags", made.id, if_version=2), new_tag("Go")])
    with pytest.raises(AlreadyExists):
        blog.commit([new_tag("Go"), require("tags", made.id, if_absent=True)])
    assert len(blog.find("tags").records) == 1


@pytest.mark.parametrize(("column", "value"), [("cover_id", ABSENT), ("tag_ids", [ABSENT]), ("author_ids", [ABSENT])])
def test_a_reference_to_nothing_names_its_field(blog, column, value):
    with pytest.raises(MissingReference) as caught:
        blog.commit([new_tag("Rust"), new_post("a", **{column: value})])
    assert (caught.value.operation, caught.value.field) == (1, column)
    made = new_post("a")
    blog.commit([made])
    with pytest.raises(MissingReference) as caught:
        blog.commit([update("posts", made.id, {column: value})])
    assert caught.value.field == column


def test_a_record_that_others_name_cannot_go(blog, ask):
    rust, ada = new_tag("Rust"), new_author("ada")
    made = new_post("a", tag_ids=[rust.id], author_ids=[ada.id])
    blog.commit([rust, ada, made, insert("slugs", "a", {"post_id": made.id, "created_at": NOW})])
    for collection, record_id, referrer in (
        ("tags", rust.id, "posts"),
        ("authors", ada.id, "posts"),
        ("posts", made.id, "slugs"),
    ):
        problem = refused(ask, {"op": "delete", "collection": collection, "id": record_id})
        assert (problem["code"], problem["collection"]) == ("still_referenced", referrer)
    blog.commit([delete("slugs", "a"), delete("posts", made.id), delete("tags", rust.id), delete("authors", ada.id)])


# ------------------------------------------------------------------------------------------------- what it does
