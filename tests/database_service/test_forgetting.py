"""Nothing of a deleted person stays in the change feeds, nor on a SQLite file's pages."""

from sqlalchemy import select

from api.shared.http import new_id
from api.shared.store import Store, delete, insert, update
from database_service import checks, forgetting
from database_service.registry import SCHEMAS
from tests.database_service.test_succession import tombstone
from tests.support.databases import ENGINES, new_urls, serving
from tests.support.records import NOW, account, medium, new_post, session, token
from tests.support.waiting import wait_until

CANARY = "canary"
SAID = {
    "name": "Canary Name",
    "email": "canary@example.org",
    "bio": "canary bio " * 400,
    "password_hash": "canary-hash",
}


def images(database, name):
    """Return everything that a feed keeps, as text."""
    feed = SCHEMAS[name].feed
    with database.service.databases[name].reading() as connection:
        rows = connection.execute(select(feed.c["record"], feed.c["private"]).order_by(feed.c["seq"]))
        return [f"{row.record}{row.private}" for row in rows]


def live_and_leave(blog, users, carry=lambda: None):
    """Let somebody register, sign in, write, and go; return the account."""
    ada, bob, signed_in, program, link, letter = (new_id() for _ in range(6))
    registering = {
        "kind": "registration", "account_id": None, "digest": "d1", "created_at": NOW, "expires_at": NOW,
        "details": {"email": SAID["email"]},
    }  # fmt: skip
    mail = {
        "kind": "welcome", "account_id": ada, "recipient": SAID["email"], "details": {"name": "canary"},
        "state": "pending", "attempts": 0, "due_at": NOW, "expires_at": None, "problem": None, "created_at": NOW,
    }  # fmt: skip
    users.commit([insert("mail_links", link, registering)])
    users.commit([insert("accounts", each, account(name, role="author", **more))
                  for each, name, more in ((ada, "canary-ada", SAID), (bob, "bob", {}))])  # fmt: skip
    carry()
    signing_in = session(ada, "canary-s", user_agent="canary agent", address="192.0.2.7")
    users.commit(
        [insert("sessions", signed_in, signing_in), delete("mail_links", link), insert("outbox", letter, mail)]
    )
    users.commit([insert("tokens", program, token(ada, "a-digest", name="canary program"))])
    users.commit([delete("outbox", letter), update("accounts", ada, {"bio": "canary changed"})])
    blog.commit([new_post("p", author_ids=[ada]), insert("media", new_id(), medium("d", uploader_id=ada))])
    users.commit([tombstone(ada), delete("sessions", signed_in), delete("tokens", program)])
    return ada, bob


def forgotten(database, users, ada):
    wait_until(lambda: not forgetting.people(database.service.databases["users"]), seconds=60)
    assert users.get("accounts", ada).record["state"] == "deleted"
    assert checks.run(database.service.databases, database.service.links) == []


def test_the_feeds_tell_nothing_of_a_deleted_person_and_all_else_as_before(database, blog, users):
    ada, bob = live_and_leave(blog, users)
    forgotten(database, users, ada)
    for name in SCHEMAS:
        assert [image for image in images(database, name) if CANARY in image.lower() or "192.0.2.7" in image] == []
    told = users.changes(0)
    assert [change["seq"] for change in told.changes] == list(range(1, told.head + 1))
    assert [change["version"] for change in told.changes if change["id"] == ada] == [1, 2, 3]
    assert all(change["record"]["version"] == change["version"] for change in told.changes)
    [other] = [change for change in told.changes if change["id"] == bob]
    assert other["record"]["name"] == "Bob"
    # whoever follows the feed anew comes to the same end
    assert blog.find("callers", limit=200).records
    assert database.service.links.differences() == []


def test_a_process_killed_before_it_forgot_does_so_when_it_starts_again(request, tmp_path):
    for engine in ENGINES:
        folder = tmp_path / engine
        folder.mkdir()
        urls = new_urls(request, engine, folder)
        with serving(engine, urls, folder) as database:
            blog, users = (Store(database.transport, database=name, key=database.keys[name]) for name in SCHEMAS)
            database.service.background.stop()
            ada, _ = live_and_leave(blog, users, database.service.links.run)
            database.service.links.run()
            findings = checks.run(database.service.databases, database.service.links)
            assert [(found.check, found.id) for found in findings] == [("people", ada)]
        with serving(engine, urls, folder) as database:
            users = Store(database.transport, database="users", key=database.keys["users"])
            forgotten(database, users, ada)


def test_no_page_of_a_sqlite_file_holds_a_deleted_person(request, tmp_path):
    with serving("sqlite", new_urls(request, "sqlite", tmp_path), tmp_path) as database:
        blog, users = (Store(database.transport, database=name, key=database.keys[name]) for name in SCHEMAS)
        live_and_leave(blog, users)

        def holding():
            files = [path for path in tmp_path.iterdir() if path.is_file()]
            return [path.name for path in files if CANARY.encode() in path.read_bytes().lower()]

        wait_until(lambda: holding() == [], seconds=60)


def test_the_search_of_the_pages_finds_what_is_left_lying(request, tmp_path):
    """The test of the test: without overwriting, what was deleted stays on the file's pages."""
    with serving("sqlite", new_urls(request, "sqlite", tmp_path), tmp_path) as database:
        users = Store(database.transport, database="users", key=database.keys["users"])
        with database.service.databases["users"].writing() as connection:
            connection.connection.driver_connection.execute("PRAGMA secure_delete = OFF")
        ada = new_id()
        users.commit([insert("accounts", ada, account("canary-ada", **SAID))])
        users.commit([tombstone(ada)])
        wait_until(lambda: not forgetting.people(database.service.databases["users"]), seconds=60)
        assert CANARY.encode() in (tmp_path / "users.sqlite3").read_bytes().lower()
