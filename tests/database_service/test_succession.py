"""What becomes of the blog's records when the account they name is deleted."""

import dataclasses

import pytest
from sqlalchemy import Index

from api.shared.http import new_id
from api.shared.store import Store, insert, update
from database_service import succession
from database_service.commit import write
from database_service.links import Links
from database_service.registry import SCHEMAS
from tests.support.databases import ENGINES, new_urls, serving
from tests.support.records import NOW, account, medium, new_author, new_post, session

BLOG = SCHEMAS["blog"]
# Columns long enough for the id of an account that hold something else, each with what it is
NO_ACCOUNTS = {
    ("authors", "account_id"): "the profile itself, which the link keeps in step",
}


def tombstone(account_id, heir_id=None):
    """What the User Service writes in the place of an account that is deleted."""
    gone = f"deleted-{account_id}"
    return update("accounts", account_id, {
        "state": "deleted", "role": "reader", "username": gone, "username_key": gone, "email": f"{gone}@invalid",
        "email_key": f"{gone}@invalid", "name": "", "bio": None, "website": None, "avatar_url": None,
        "password_hash": "", "heir_id": heir_id,
    })  # fmt: skip


@pytest.fixture
def enrol(database, users):
    def enrol(username, role="author"):
        account_id = new_id()
        enrolled = insert("accounts", account_id, account(username, role=role, bio=f"I am {username}"))
        settle(database, enrolled, store=users)
        return account_id

    return enrol


def settle(database, *operations, store):
    """Commit to the users database and wait for the links, however long they take."""
    head = store.commit(list(operations)).head
    assert database.service.background.catch_up(head, timeout=60)


def authors(blog):
    return {record["id"]: record for record in blog.find("authors", limit=200).records}


def test_without_an_heir_nothing_personal_is_left(database, blog, users, enrol):
    ada = enrol("ada")
    made, file_id = new_post("a", author_ids=[ada]), new_id()
    blog.commit([made, insert("media", file_id, medium("d", uploader_id=ada))])
    settle(database, tombstone(ada), store=users)
    author = authors(blog)[ada]
    assert (author["name"], author["username"]) == ("Former author", f"former-author-{ada[-12:]}")
    assert [author[name] for name in ("bio", "website", "avatar_url", "account_id")] == [None] * 4
    assert blog.get("posts", made.id).record["author_ids"] == [ada]
    assert blog.get("callers", f"account:{ada}").record["state"] == "deleted"
    # the file names an account that says nothing of anybody any more
    assert blog.get("media", file_id).record["uploader_id"] == ada


def test_a_profile_under_which_nothing_appears_goes(database, blog, users, enrol):
    ada = enrol("ada")
    settle(database, tombstone(ada), store=users)
    assert authors(blog) == {}


def test_an_heir_takes_over_posts_files_and_place(database, blog, users, enrol):
    ada, bob = enrol("ada"), enrol("bob")
    alone, together = new_post("a", author_ids=[ada]), new_post("b", author_ids=[bob, ada])
    file_id = new_id()
    blog.commit([alone, together, insert("media", file_id, medium("d", uploader_id=ada))])
    settle(database, tombstone(ada, bob), store=users)
    assert blog.get("posts", alone.id).record["author_ids"] == [bob]
    assert blog.get("posts", together.id).record["author_ids"] == [bob]
    assert [record["id"] for record in blog.find("posts", {"author": ["bob"]}).records] == [together.id, alone.id]
    assert blog.get("media", file_id).record["uploader_id"] == bob
    assert set(authors(blog)) == {bob}


def test_an_heir_who_never_wrote_gets_a_profile_for_what_is_inherited(database, blog, users, enrol):
    ada, ron = enrol("ada"), enrol("ron", role="reader")
    made = new_post("a", author_ids=[ada])
    blog.commit([made])
    settle(database, tombstone(ada, ron), store=users)
    assert blog.get("posts", made.id, include=["authors"]).included["authors"][ron]["username"] == "ron"


def test_a_claimed_profile_is_handed_over_too(database, blog, users, enrol):
    bob, eve = enrol("bob"), new_id()
    imported = new_author("the-team", account_id=eve)
    made = new_post("a", author_ids=[imported.id])
    blog.commit([imported, made])
    users.commit([insert("accounts", eve, account("eve", role="author"))])
    settle(database, tombstone(eve, bob), store=users)
    assert blog.get("posts", made.id).record["author_ids"] == [bob]


def test_an_heir_who_is_deleted_too_passes_it_on(database, blog, users, enrol):
    ada, bob, eve = enrol("ada"), enrol("bob"), enrol("eve")
    made = new_post("a", author_ids=[ada])
    blog.commit([made])
    settle(database, tombstone(ada, bob), tombstone(bob, eve), store=users)
    assert blog.get("posts", made.id).record["author_ids"] == [eve]


@pytest.mark.parametrize("heirs", [("itself", None), ("each other", "ada")])
def test_heirs_in_a_circle_leave_nothing_personal(database, blog, users, enrol, heirs):
    ada, bob = enrol("ada"), enrol("bob")
    blog.commit([new_post("a", author_ids=[ada])])
    circle = [tombstone(ada, ada)] if heirs[1] is None else [tombstone(ada, bob), tombstone(bob, ada)]
    settle(database, *circle, store=users)
    assert authors(blog)[ada]["name"] == "Former author"


def test_words_stay_their_writers_and_lose_what_tells_who_that_was(database, enrol):
    ada, bob = enrol("ada"), enrol("bob")
    media = BLOG.collections["media"]
    spoken = dataclasses.replace(media, personal={"alt": None, "filename": "x"})
    uploader = next(column for column in media.columns if column.name == "uploader_id")
    schema = dataclasses.replace(BLOG, collections={**BLOG.collections, "media": spoken})
    wills = {None: succession.Estate(ada, None), bob: succession.Estate(ada, account("bob") | {"id": bob})}
    for heir, estate in wills.items():
        with database.service.databases["blog"].writing() as connection:
            values = medium(f"d{heir}", uploader_id=ada, alt="me", filename="ada.png")
            connection.execute(BLOG.table("media").insert(), {"id": new_id(), "version": 1, **values})
            uploader.info["inherited"] = False
            try:
                operations = succession.remaining(connection, schema, estate, NOW)
                assert [(o.op, o.collection.name, o.values) for o in operations][:1] == [
                    ("update", "media", {"alt": None, "filename": "x"})
                ]
                write(connection, schema, operations, NOW)
                left = succession.remaining(connection, schema, estate, NOW)
            finally:
                uploader.info["inherited"] = True
        assert [o for o in left if o.collection.name == "media"] == []


@pytest.mark.parametrize("engine", ENGINES)
def test_much_is_settled_in_many_short_turns_and_a_killed_one_goes_on(request, engine, tmp_path, monkeypatch):
    monkeypatch.setattr(succession, "SLICE", 7)
    ada, bob = new_id(), new_id()
    with serving(engine, new_urls(request, engine, tmp_path), tmp_path) as database:
        blog, users = (Store(database.transport, database=name, key=database.keys[name]) for name in ("blog", "users"))
        for each, name in {ada: "ada", bob: "bob"}.items():
            users.commit([insert("accounts", each, account(name, role="author"))])
        database.service.background.stop()
        blog.commit([new_post(f"p{i}", author_ids=[ada]) for i in range(40)])
        blog.commit([insert("media", new_id(), medium(f"d{i}", uploader_id=ada)) for i in range(20)])
        users.commit([tombstone(ada, bob)])
        databases = database.service.databases
        before = blog.changes(0).head
        for _ in range(3):  # each of these processes ends after one turn
            Links(databases["users"], databases["blog"], database.clock)._carry_slice()  # noqa: SLF001 - killed here
        assert blog.changes(0).head == before + 1 + 3 * 7  # the caller, and three turns
        Links(databases["users"], databases["blog"], database.clock).run()
        assert {tuple(post["author_ids"]) for post in blog.find("posts", limit=200).records} == {(bob,)}
        assert {file["uploader_id"] for file in blog.find("media", limit=200).records} == {bob}
        assert set(authors(blog)) == {bob}


def test_what_came_late_is_named_by_the_checks_and_repaired_by_a_commit(database, blog, users, operator, enrol):
    ada, bob = enrol("ada"), enrol("bob")
    settle(database, tombstone(ada, bob), store=users)
    late = new_id()
    blog.commit([insert("media", late, medium("d", uploader_id=ada))])
    findings = operator.post("/v1/checks")[1]["findings"]
    assert [(f["check"], f["collection"], f["id"]) for f in findings] == [("links", "media", late)]
    head = blog.changes(0).head
    databases = database.service.databases
    Links(databases["users"], databases["blog"], database.clock).compare_all()
    assert operator.post("/v1/checks")[1]["ok"]
    assert [change["id"] for change in blog.changes(head).changes] == [late]


def test_sessions_of_a_deleted_account_are_no_callers(database, blog, users, enrol):
    ada, signed_in = enrol("ada"), new_id()
    users.commit([insert("sessions", signed_in, session(ada, "s"))])
    settle(database, tombstone(ada), update("sessions", signed_in, {"revoked_at": NOW}), store=users)
    assert blog.get("callers", f"session:{signed_in}").record["revoked_at"] == NOW


def test_what_a_deleted_account_left_in_its_own_database_is_named(users, enrol, operator):
    ada, bob, kept, left, told = (enrol("ada"), enrol("bob"), *(new_id() for _ in range(3)))
    event = {"event": "signed_in", "details": {}, "created_at": NOW, "address": None, "user_agent": None}
    users.commit([
        insert("sessions", kept, session(bob, "b")),
        insert("sessions", left, session(ada, "a")),
        insert("audit", new_id(), {**event, "account_id": ada, "actor_id": ada}),
        insert("audit", told, {**event, "account_id": bob, "actor_id": ada, "address": "192.0.2.7"}),
        tombstone(ada),
    ])  # fmt: skip
    findings = operator.post("/v1/checks")[1]["findings"]
    named = {(f["collection"], f["id"]) for f in findings if f["check"] == "belongings"}
    assert named == {("sessions", left), ("audit", told)}


# ------------------------------------------------------------------------------------------------ declarations


def test_every_column_that_can_name_an_account_says_what_a_deletion_does():
    """Declare it by `columns.account`, or say here what else it holds."""
    unsaid = [
        (collection.name, name)
        for collection in BLOG.collections.values()
        if not collection.follows
        for name, column in collection.visible.items()
        if getattr(column.type, "length", None) == 36 and not column.foreign_keys
        if column not in collection.account_columns and (collection.name, name) not in NO_ACCOUNTS
    ]
    assert unsaid == []


def test_records_of_an_account_are_found_by_an_index():
    for collection in BLOG.collections.values():
        indexes = [index for index in BLOG.table(collection.name).indexes if isinstance(index, Index)]
        first = {next(iter(index.columns)).name for index in indexes}
        assert {column.name for column in collection.account_columns} <= first, collection.name


def test_what_takes_the_place_of_somebody_fits_its_column():
    for collection in BLOG.collections.values():
        for name, value in collection.personal.items():
            assert collection.visible[name].nullable if value is None else collection.types[name].accept(value) == value
