"""The command line: what it does, and the one sentence with which it refuses."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.shared.environment import SettingRefused
from database_service import cli
from database_service.connections import open_database
from database_service.settings import Settings
from tests.support.databases import CURSOR_KEY, ENGINES, KEYS, empty_urls, settings_for

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=ENGINES)
def environment(request, tmp_path, monkeypatch):
    """The settings of two empty databases."""
    urls = empty_urls(request, request.param, tmp_path)
    settings = {
        "DATA_DIR": str(tmp_path),
        "DATABASE_BLOG_URL": urls["blog"],
        "DATABASE_USERS_URL": urls["users"],
        "DATABASE_CURSOR_KEY": CURSOR_KEY,
        **{f"DATABASE_{name.upper()}_KEY": key for name, key in KEYS.items()},
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return settings


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    """Run a command in this process; return its status and what it said."""
    status = cli.main(list(arguments))
    said = capsys.readouterr()
    return status, said.out, said.err


# ------------------------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize("command", ["backup", "check"])
def test_a_schema_that_is_not_there_is_named_with_the_command_that_makes_it(environment, capsys, command):
    status, _, said = run(capsys, command)
    assert status == 1
    assert re.fullmatch(r"The blog database is at schema none and needs \d+: run `.*migrate`\.\n", said)


def test_a_backup_that_is_none_is_refused_in_one_sentence(environment, capsys, tmp_path):
    run(capsys, "migrate")
    status, _, said = run(capsys, "restore", str(tmp_path / "nothing"))
    assert (status, said) == (1, "manifest.json is missing or cannot be read\n")


def test_a_missing_key_is_named_before_anything_is_opened(environment, capsys, monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_USERS_KEY")
    status, _, said = run(capsys, "migrate")
    assert (status, said) == (1, "Set DATABASE_USERS_KEY, or DATABASE_USERS_KEY_FILE to a file that holds it.\n")
    assert list(tmp_path.glob("*.sqlite3")) == []


def test_a_server_that_cannot_be_reached_is_one_sentence(environment, capsys, monkeypatch):
    monkeypatch.setenv("DATABASE_BLOG_URL", "postgresql://postgres@127.0.0.1:1/blog")
    status, _, said = run(capsys, "migrate")
    assert status == 1
    assert said == "A database cannot be reached or read (OperationalError).\n"


@pytest.mark.parametrize("secret", ["cursor_key", "keys"])
def test_a_short_secret_is_refused(secret):
    short = "x" * 31
    change = (
        {"cursor_key": short} if secret == "cursor_key" else {"keys": {"blog": (short,), "users": (KEYS["users"],)}}
    )
    settings = {"blog_url": "a", "users_url": "b", "keys": {"blog": (KEYS["blog"],), "users": (KEYS["users"],)}}
    with pytest.raises(SettingRefused, match="shorter than 32 characters"):
        Settings(**{**settings, "cursor_key": CURSOR_KEY, **change})


def test_settings_show_no_secret():
    shown = repr(settings_for({"blog": "a", "users": "b"}))
    assert not [key for key in (*KEYS.values(), CURSOR_KEY) if key in shown]


def test_the_service_ends_with_a_sentence_when_it_cannot_start(environment, monkeypatch):
    monkeypatch.setenv("DATABASE_BLOG_URL", "mysql://nowhere/blog")
    start = "from database_service.app import from_environment; from_environment()"
    done = subprocess.run(
        [sys.executable, "-c", start], capture_output=True, text=True, check=False, cwd=ROOT, env=os.environ
    )
    assert done.returncode == 1
    assert done.stderr == "The blog database must be SQLite or PostgreSQL, not mysql.\n"


# --------------------------------------------------------------------------------------------------- what it does


def test_migrate_backup_restore_and_check(environment, capsys, tmp_path):
    assert run(capsys, "migrate")[0] == 0
    assert run(capsys, "migrate")[0] == 0
    media = tmp_path / "media"
    media.mkdir()
    (media / "a.svg").write_text("<svg/>")
    status, said, _ = run(capsys, "backup")
    made = Path(said.splitlines()[-1])
    assert (status, made.parent) == (0, tmp_path / "backups")
    (media / "a.svg").unlink()
    assert run(capsys, "restore", str(made))[0] == 0
    assert (media / "a.svg").read_text() == "<svg/>"
    assert run(capsys, "check")[0] == 0


def test_check_names_what_is_wrong_and_repairs_what_follows(environment, capsys):
    run(capsys, "migrate")
    settings = Settings.from_environment()
    database = open_database("blog", settings.blog_url, pool_size=1)
    with database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO callers (id, version, kind, account_id) VALUES ('session:s', 1, 'session', 'a')"
        )
    database.close()
    status, said, _ = run(capsys, "check")
    assert (status, said.splitlines()[-1]) == (
        1,
        "links: blog.callers session:s: needs an delete to follow users",
    )
    assert run(capsys, "check", "--repair")[0] == 0
    assert run(capsys, "check")[0] == 0


def test_keys_come_from_files_two_at_a_time(environment, monkeypatch, tmp_path):
    file = tmp_path / "blog.key"
    file.write_text(f"{'o' * 40}\n{'n' * 40}\n")
    monkeypatch.delenv("DATABASE_BLOG_KEY")
    monkeypatch.setenv("DATABASE_BLOG_KEY_FILE", str(file))
    assert Settings.from_environment().keys["blog"] == ("o" * 40, "n" * 40)


def test_a_lost_feed_number_is_found(environment, capsys):
    run(capsys, "migrate")
    settings = Settings.from_environment()
    database = open_database("users", settings.users_url, pool_size=1)
    with database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO feed (seq, collection, id, op, version, at, record) "
            "VALUES (2, 'setup', 'owner', 'delete', 1, '2026-11-23T09:00:00Z', '{}')"
        )
        connection.exec_driver_sql("UPDATE feed_head SET seq = 2")
    database.close()
    status, said, _ = run(capsys, "check")
    assert status == 1
    assert "feed: users.feed: changes 1 to 1 are missing" in said
    assert run(capsys, "check", "--repair")[0] == 0
