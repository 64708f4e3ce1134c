"""Backups: proven before they count, refused when damaged, restored whole."""

import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from sqlalchemy import text

from api.shared.http import new_id
from api.shared.store import FeedCompacted, Store, insert, update
from database_service import migration
from database_service.backups import making, restoring
from database_service.backups.manifest import BackupDamaged, describe
from database_service.connections import DatabaseRefused
from database_service.registry import SCHEMAS
from database_service.settings import Settings
from tests.support.databases import ENGINES, new_urls, serving
from tests.support.records import account, new_author, new_post, new_tag, session

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TITLE = "Größe \\ \t and \n 'quotes' \U0001d54f"


@pytest.fixture(params=ENGINES)
def live(request, tmp_path):
    """A served blog with something in both databases and in its media; yields the open service."""
    urls = new_urls(request, request.param, tmp_path)
    media = tmp_path / "media" / "ab"
    media.mkdir(parents=True)
    (media / "abcd.png").write_bytes(b"not really a picture")
    with serving(request.param, urls, tmp_path) as served:
        fill(served)
        yield served


def fill(served):
    blog, users = stores(served)
    ada, rust = new_author("ada"), new_tag("Rust")
    blog.commit(
        [ada, rust, new_post("a", title=TITLE, author_ids=[ada.id], tag_ids=[rust.id], seo={"z": 1, "a": [2.5]})]
    )
    owner = new_id()
    users.commit([insert("accounts", owner, account("owner", role="owner"))])
    users.commit([insert("sessions", new_id(), session(owner, "digest"))])


def stores(served) -> tuple[Store, Store]:
    return tuple(Store(served.transport, database=name, key=served.keys[name]) for name in ("blog", "users"))


def settings_of(served) -> Settings:
    return served.service.settings


def everything(served) -> dict[str, object]:
    """Return all records of a blog as callers see them."""
    blog, users = stores(served)
    found: dict[str, object] = {
        name: blog.find(name, limit=200).records for name in ("posts", "tags", "authors", "callers")
    }
    return found | {name: users.find(name, limit=200).records for name in ("accounts", "sessions")}


def live_bytes(served) -> object:
    """Return something that changes when any live byte does."""
    media = settings_of(served).media_dir
    files = sorted(path for path in media.rglob("*") if path.is_file())
    return everything(served), [(path, describe(path)) for path in files]


# ------------------------------------------------------------------------------------------------------ refusals


def damages(file: Path, other: Path):
    """Yield ways in which a file goes bad; each does it when called."""
    content = file.read_bytes()
    middle = len(content) // 2
    yield "flipped", lambda: file.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    yield "flipped at its end", lambda: file.write_bytes(content[:-1] + bytes([content[-1] ^ 0x80]))
    yield "truncated", lambda: file.write_bytes(content[:-1])
    yield "emptied", lambda: file.write_bytes(b"")
    yield "appended to", lambda: file.write_bytes(content + b"\n")
    yield "swapped", lambda: file.write_bytes(other.read_bytes())
    yield "missing", file.unlink
    yield "replaced by a link", lambda: (file.unlink(), file.symlink_to(other))


def test_a_damaged_set_is_refused_by_name_before_any_live_byte_changes(live, tmp_path):
    made = making.make(settings_of(live), NOW)
    before = live_bytes(live)
    files = sorted(path.relative_to(made.folder) for path in made.folder.rglob("*") if path.is_file())
    copy = tmp_path / "copy"
    tried = 0
    for file in files:
        if not (made.folder / file).stat().st_size:
            continue
        other = made.folder / next(each for each in files if each != file and (made.folder / each).stat().st_size)
        shutil.copytree(made.folder, copy)
        for name, damage in damages(copy / file, other):
            damage()
            with pytest.raises(BackupDamaged) as caught:
                restoring.restore(settings_of(live), copy, NOW)
            said = str(caught.value)
            assert str(file) in said or "manifest" in said, (name, said)
            (copy / file).unlink(missing_ok=True)
            shutil.copyfile(made.folder / file, copy / file)
            tried += 1
        shutil.rmtree(copy)
    assert tried >= 5 * 8
    assert live_bytes(live) == before


def test_a_file_that_does_not_belong_is_refused_by_name(live):
    made = making.make(settings_of(live), NOW)
    (made.folder / "media" / "extra").write_bytes(b"")
    with pytest.raises(BackupDamaged, match="media/extra does not belong"):
        making.prove(made.folder, settings_of(live), NOW)


@pytest.mark.parametrize("what", ["nothing", "a file", "an empty folder"])
def test_what_is_no_set_is_refused_in_one_sentence(live, tmp_path, what):
    place = tmp_path / "set"
    if what == "a file":
        place.write_text("x")
    elif what == "an empty folder":
        place.mkdir()
    with pytest.raises(BackupDamaged, match=r"manifest\.json is missing"):
        restoring.restore(settings_of(live), place, NOW)


def test_a_set_that_cannot_be_restored_never_counts_as_made(live):
    """Damage that is there when the copy is made: the manifest would be right about wrong content."""
    with live.service.databases["blog"].writing() as connection:
        if live.engine == "sqlite":
            connection.exec_driver_sql("DROP TABLE alembic_version")
        else:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'nonsense'")
    with pytest.raises((BackupDamaged, DatabaseRefused)):
        making.make(settings_of(live), NOW)
    assert list(settings_of(live).backups_dir.iterdir()) == []


def test_a_set_of_one_engine_is_not_restored_into_the_other(request, live, tmp_path):
    made = making.make(settings_of(live), NOW)
    other = "postgresql" if live.engine == "sqlite" else "sqlite"
    folder = tmp_path / "other"
    folder.mkdir()
    with serving(other, new_urls(request, other, folder), folder) as target:
        before = everything(target)
        with pytest.raises((DatabaseRefused, BackupDamaged), match=r"is of (sqlite|PostgreSQL|postgresql)"):
            restoring.restore(settings_of(target), made.folder, NOW)
        assert everything(target) == before


def test_a_served_sqlite_file_is_not_replaced(tmp_path, request):
    with serving("sqlite", new_urls(request, "sqlite", tmp_path), tmp_path) as served:
        fill(served)
        made = making.make(settings_of(served), NOW)
        before = live_bytes(served)
        with pytest.raises(DatabaseRefused, match="already served by another process"):
            restoring.restore(settings_of(served), made.folder, NOW)
        assert live_bytes(served) == before


# -------------------------------------------------------------------------------------------------- what they do


def served_again(live, tmp_path):
    urls = settings_of(live).urls
    return serving(live.engine, dict(urls), tmp_path)


def restore(live, folder: Path) -> None:
    """Restore as an operator does: the service is stopped first."""
    live.service.close()
    restoring.restore(settings_of(live), folder, NOW)


def test_a_backup_brings_everything_back(live, tmp_path):
    made = making.make(settings_of(live), NOW)
    before = everything(live)
    blog, users = stores(live)
    blog.commit([new_tag("Later"), update("posts", before["posts"][0]["id"], {"title": "Changed", "tag_ids": []})])
    users.commit([update("accounts", before["accounts"][0]["id"], {"state": "suspended"})])
    media = settings_of(live).media_dir
    (media / "ab" / "abcd.png").unlink()
    restore(live, made.folder)
    restoring.restore(settings_of(live), made.folder, NOW)  # as after an interruption: safe to run again
    assert (media / "ab" / "abcd.png").read_bytes() == b"not really a picture"
    with served_again(live, tmp_path) as again:
        assert everything(again) == before
        blog, _ = stores(again)
        assert len(blog.find("posts", {"tag": "rust"}).records) == 1
        status = again.transport.request(
            "POST", "/v1/checks", headers={"Authorization": f"Bearer {again.keys['operator']}"}
        )
        assert orjson.loads(status.body) == {"ok": True, "findings": []}
        blog.commit([new_tag("New")])


def test_followers_of_the_old_history_are_told_to_begin_anew(live, tmp_path):
    made = making.make(settings_of(live), NOW)
    blog, _ = stores(live)
    blog.commit([new_tag(f"t{i}") for i in range(50)])
    positions = range(blog.changes(0, limit=1).head + 1)
    restore(live, made.folder)
    with served_again(live, tmp_path) as again:
        blog, _ = stores(again)
        for position in positions:
            with pytest.raises(FeedCompacted):
                blog.changes(position)


def test_writers_go_on_while_a_backup_is_made_and_it_holds_one_moment(live, tmp_path):
    blog, _ = stores(live)
    stop = threading.Event()
    failures = []

    def write():
        number = 0
        while not stop.is_set():
            try:
                blog.commit([new_tag(f"l{number}"), new_tag(f"r{number}")])
            except Exception as error:  # noqa: BLE001 - whatever it was, nobody may be held out
                failures.append(error)
            number += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        made = making.make(settings_of(live), NOW)
    finally:
        stop.set()
        thread.join()
    assert failures == []
    restore(live, made.folder)
    with served_again(live, tmp_path) as again:
        names = {record["name"] for record in all_tags(stores(again)[0])} - {"Rust"}
        assert {name for name in names if f"{'r' if name[0] == 'l' else 'l'}{name[1:]}" not in names} == set()


def all_tags(store):
    cursor = None
    while True:
        page = store.find("tags", limit=200, cursor=cursor)
        yield from page.records
        cursor = page.next
        if cursor is None:
            return


def test_a_set_from_an_older_schema_is_migrated_when_it_is_restored(live, tmp_path):
    older = migration.revisions("users")[0]
    with live.service.databases["users"].writing() as connection:
        schema = SCHEMAS["users"]
        schema.metadata.drop_all(connection, [schema.table(name) for name in schema.collections])
        connection.execute(text("UPDATE alembic_version SET version_num = :older"), {"older": older})
    made = making.make(settings_of(live), NOW)
    assert made.manifest.databases["users"].revision == older
    restore(live, made.folder)
    with served_again(live, tmp_path) as again:
        assert everything(again)["accounts"] == []


def test_a_proof_leaves_no_trace(live):
    made = making.make(settings_of(live), NOW)
    before = live_bytes(live)
    making.prove(made.folder, settings_of(live), NOW)
    assert live_bytes(live) == before
    if live.engine == "postgresql":
        with live.service.databases["blog"].reading() as connection:
            schemas = connection.exec_driver_sql("SELECT nspname FROM pg_namespace").scalars().all()
        assert not [name for name in schemas if "proof" in name]


def test_the_operator_makes_lists_and_proves_backups(live):
    headers = {"Authorization": f"Bearer {live.keys['operator']}"}

    def ask(method, path):
        reply = live.transport.request(method, path, headers=headers)
        return reply.status, orjson.loads(reply.body)

    assert ask("GET", "/v1/backups") == (200, {"backups": []})
    assert ask("GET", "/v1/databases")[1]["last_proven_backup"] is None
    status, made = ask("POST", "/v1/backups")
    assert (status, made["name"]) == (201, "20261123T090000Z")
    assert ask("POST", "/v1/backups")[1]["name"] == "20261123T090000Z-2"
    assert [each["name"] for each in ask("GET", "/v1/backups")[1]["backups"]] == ["20261123T090000Z-2", made["name"]]
    assert ask("GET", f"/v1/backups/{made['name']}") == (200, made)
    live.clock.advance(hours=1)
    assert ask("POST", f"/v1/backups/{made['name']}/proofs") == (200, made)
    proof = ask("GET", "/v1/databases")[1]["last_proven_backup"]
    assert proof == {"name": made["name"], "at": "2026-11-23T10:00:00.000000Z"}
    file = settings_of(live).backups_dir / made["name"] / "media" / "ab" / "abcd.png"
    file.write_bytes(b"x")
    status, problem = ask("POST", f"/v1/backups/{made['name']}/proofs")
    assert (status, problem["code"], problem["detail"]) == (409, "backup_damaged", "media/ab/abcd.png was changed")
