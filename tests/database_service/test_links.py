import threading

import pytest

from api.shared.http import new_id
from api.shared.store import delete, insert, update
from database_service import checks
from database_service.links import Links
from tests.support.records import NOW, account, new_author, new_post, session, token


def callers(blog):
    return {record["id"]: record for record in blog.find("callers", limit=200).records}


@pytest.fixture
def ada(users):
    """An account of an author."""
    account_id = new_id()
    users.commit([insert("accounts", account_id, account("ada", role="author"))])
    return account_id


def test_an_account_is_a_caller_as_soon_as_its_commit_is_answered(blog, ada):
    assert callers(blog)[f"account:{ada}"] == {
        "id": f"account:{ada}", "version": 1, "kind": "account", "account_id": ada, "role": "author",
        "state": "active", "scopes": None, "expires_at": None, "revoked_at": None,
        "username": "ada", "name": "Ada", "avatar_url": None,
    }  # fmt: skip


def test_sessions_and_tokens_are_callers_without_their_secrets(blog, users, ada):
    signed_in, program = new_id(), new_id()
    users.commit([insert("sessions", signed_in, session(ada, "canary")), insert("tokens", program, token(ada, "d1"))])
    found = callers(blog)
    assert found[f"session:{signed_in}"]["expires_at"] == "2026-12-23T09:00:00.000000Z"
    assert found["token:d1"]["scopes"] == ["posts:read"]
    assert "canary" not in str(found)
    users.commit([update("sessions", signed_in, {"revoked_at": NOW}), update("tokens", program, {"revoked_at": NOW})])
    found = callers(blog)
    assert found[f"session:{signed_in}"]["revoked_at"] == found["token:d1"]["revoked_at"] == NOW
    users.commit([delete("sessions", signed_in), delete("tokens", program)])
    assert set(callers(blog)) == {f"account:{ada}"}


def test_a_token_and_its_account_are_one_read(blog, users, ada):
    users.commit([insert("tokens", new_id(), token(ada, "d1"))])
    found = blog.get("callers", "token:d1", include=["account"])
    assert found.included["callers"][f"account:{ada}"]["role"] == "author"


def test_suspension_and_roles_arrive(blog, users, ada):
    users.commit([update("accounts", ada, {"state": "suspended", "role": "editor"})])
    caller = callers(blog)[f"account:{ada}"]
    assert (caller["state"], caller["role"]) == ("suspended", "editor")


def test_writers_get_a_profile_that_follows_them_and_readers_none(blog, users, ada):
    reader = new_id()
    users.commit([insert("accounts", reader, account("ron"))])
    users.commit([update("accounts", ada, {"name": "Ada L.", "bio": "Counts"})])
    authors = blog.find("authors").records
    assert [(a["id"], a["account_id"], a["username"], a["name"], a["bio"]) for a in authors] == [
        (ada, ada, "ada", "Ada L.", "Counts")
    ]
    users.commit([update("accounts", reader, {"role": "author"})])
    assert len(blog.find("authors").records) == 2


def test_an_imported_author_keeps_the_username_and_the_account_gets_a_number(blog, users):
    blog.commit([new_author("eve")])
    eve, other = new_id(), new_id()
    users.commit([insert("accounts", eve, account("eve", role="author"))])
    assert blog.find("authors", {"account_id": eve}).records[0]["username"] == "eve-2"
    users.commit([update("accounts", eve, {"name": "Eve"})])
    assert blog.find("authors", {"account_id": eve}).records[0]["username"] == "eve-2"
    users.commit([insert("accounts", other, account("eve-2", role="author"))])
    assert blog.find("authors", {"account_id": other}).records[0]["username"] == "eve-2-2"


def test_a_claimed_profile_follows_the_account_that_claimed_it(blog, users):
    imported = new_author("the-team", name="The Team")
    blog.commit([imported])
    eve = new_id()
    blog.commit([update("authors", imported.id, {"account_id": eve})])
    users.commit([insert("accounts", eve, account("eve", role="author"))])
    authors = blog.find("authors").records
    assert [(a["id"], a["username"]) for a in authors] == [(imported.id, "eve")]


def test_an_account_that_goes_leaves_its_author_to_the_posts(blog, users, ada):
    blog.commit([new_post("a", author_ids=[ada])])
    users.commit([delete("accounts", ada)])
    assert callers(blog) == {}
    author = blog.find("authors").records[0]
    assert (author["id"], author["account_id"], author["name"]) == (ada, None, "Ada")


def test_what_changes_nothing_writes_nothing(blog, users, ada):
    before = blog.changes(0).head
    signed_in = new_id()
    users.commit([insert("sessions", signed_in, session(ada, "d"))])
    assert blog.changes(0).head == before + 1
    for i in range(3):
        users.commit([update("sessions", signed_in, {"used_at": NOW, "refresh_digest": f"d{i}"})])
    assert blog.changes(0).head == before + 1


def fresh_links(database) -> Links:
    """Return the links of a process that has just started."""
    databases = database.service.databases
    return Links(databases["users"], databases["blog"], database.clock)


def test_a_restarted_link_goes_on_where_it_stopped_and_repeats_nothing(database, blog, users, ada):
    users.commit([insert("sessions", new_id(), session(ada, f"d{i}")) for i in range(5)])
    before = blog.changes(0).head
    assert fresh_links(database).run() == users.changes(0).head
    assert blog.changes(0).head == before


def test_replicas_take_turns(database, blog, users, ada):
    links = [fresh_links(database) for _ in range(4)]
    stop = threading.Event()
    failures = []

    def run(each):
        while not stop.is_set():
            try:
                each.run()
            except Exception as error:  # noqa: BLE001 - whatever went wrong is the finding
                failures.append(error)

    threads = [threading.Thread(target=run, args=(each,)) for each in links]
    for thread in threads:
        thread.start()
    for i in range(20):
        users.commit([insert("sessions", new_id(), session(ada, f"d{i}"))])
        users.commit([update("accounts", ada, {"name": f"Ada {i}"})])
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(callers(blog)) == 21
    assert blog.find("authors").records[0]["name"] == "Ada 19"
    # each change took effect once: one insert a caller, one update a name
    assert [c["op"] for c in blog.changes(0, limit=1000).changes].count("insert") == 22


def test_where_the_feed_no_longer_reaches_back_everything_is_compared(database, blog, users, ada):
    gone = new_id()
    users.commit([insert("tokens", gone, token(ada, "gone"))])
    assert database.service.background.catch_up(users.changes(0).head, timeout=5)
    source, target = database.service.databases["users"], database.service.databases["blog"]
    with source.writing() as connection:
        # As if this process had been away while these happened and the feed was compacted
        connection.exec_driver_sql("DELETE FROM tokens")
        connection.exec_driver_sql("UPDATE accounts SET state = 'suspended'")
        connection.exec_driver_sql("DELETE FROM feed")
        connection.exec_driver_sql("UPDATE feed_head SET seq = seq + 1000, floor = seq + 1000")
    fresh_links(database).run()
    assert set(callers(blog)) == {f"account:{ada}"}
    assert callers(blog)[f"account:{ada}"]["state"] == "suspended"
    assert checks.run({"users": source, "blog": target}, fresh_links(database)) == []


def test_checks_name_each_caller_whose_source_is_gone(database, operator, ada):
    with database.service.databases["blog"].writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO callers (id, version, kind, account_id, role, state) "
            "VALUES ('account:x', 1, 'account', 'x', 'owner', 'active')"
        )
    status, found = operator.post("/v1/checks")
    assert (status, found["ok"]) == (200, False)
    assert [(f["check"], f["collection"], f["id"]) for f in found["findings"]] == [("links", "callers", "account:x")]
