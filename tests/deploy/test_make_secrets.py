"""The secrets of the separate services."""

import json
import stat
from pathlib import Path

import pytest

from deploy.make_secrets import SECRETS, main


def give(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text)


def test_a_key_that_the_database_service_does_not_know_is_refused(tmp_path):
    give(tmp_path, "blog/database.key", "a-key-of-the-blog-of-32-characters-or-more")
    give(tmp_path, "database/blog.key", "another-key-of-at-least-32-characters")
    assert "is none of the keys in database/blog.key" in str(main([str(tmp_path)]))


def test_a_key_of_several_words_is_refused_because_each_would_be_a_key(tmp_path):
    give(tmp_path, "blog/database.key", "correct horse battery staple and then some")
    assert "has to be one word" in str(main([str(tmp_path)]))


def test_a_short_secret_is_refused_without_showing_it(tmp_path):
    give(tmp_path, "postgres/blog.password", "tinkerbell")
    refusal = str(main([str(tmp_path)]))
    assert "postgres/blog.password" in refusal
    assert "tinkerbell" not in refusal


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "blocked").write_text("a file where a folder is wanted")
    assert "cannot be written" in str(main([str(tmp_path / "blocked")]))


def test_every_secret_is_made_and_only_its_owner_can_read_it(tmp_path):
    assert main([str(tmp_path)]) is None
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {str(path.relative_to(tmp_path)) for path in files} == {
        *(name for secret in SECRETS for name in (secret.file, secret.accepted) if name), "database/pgpass",
        "worker/blog-database.key", "worker/users-database.key", "worker/users-signing.jwk",
    }  # fmt: skip
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o700}


def test_what_is_there_is_kept_and_its_copies_are_completed(tmp_path):
    given = "a-key-of-our-own-as-long-as-it-has-to-be"
    give(tmp_path, "blog/database.key", given)
    assert main([str(tmp_path)]) is None
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert (tmp_path / "database" / "blog.key").read_text().strip() == given
    assert main([str(tmp_path)]) is None
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_key_can_be_replaced_while_the_old_one_is_still_accepted(tmp_path):
    new, old = "the-new-key-of-at-least-32-characters", "the-old-key-of-at-least-32-characters"
    give(tmp_path, "users/database.key", new)
    give(tmp_path, "database/users.key", f"{new}\n{old}\n")
    assert main([str(tmp_path)]) is None
    assert (tmp_path / "database" / "users.key").read_text() == f"{new}\n{old}\n"


def test_a_password_with_a_colon_reaches_libpq_whole(tmp_path):
    give(tmp_path, "postgres/users.password", r"a:password\with what libpq splits at, 32+")
    assert main([str(tmp_path)]) is None
    lines = (tmp_path / "database" / "pgpass").read_text().splitlines()
    assert r"*:*:users:users:a\:password\\with what libpq splits at, 32+" in lines


def test_the_signing_key_is_a_named_private_ed25519_key(tmp_path):
    assert main([str(tmp_path)]) is None
    key = json.loads((tmp_path / "users" / "signing.jwk").read_text())
    assert (key["kty"], key["crv"]) == ("OKP", "Ed25519")
    assert {"kid", "x", "d"} <= set(key)


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["a", "--for-containers", "c"]])
def test_other_arguments_answer_with_the_usage(arguments):
    assert str(main(arguments)).startswith("usage:")
