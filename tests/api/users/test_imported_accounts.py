"""Accounts of other programs, whose holders sign in with the password that they have; and what admins delete."""

import base64
import hashlib
import hmac

import argon2
import bcrypt
import pytest
from werkzeug.security import generate_password_hash

from api.users import foreign_hashes
from tests.api.users.conftest import PASSWORD, ROOT, refused
from tests.support.mail import token_in

WORDPRESS = base64.b64encode(hmac.digest(b"wp-sha384", PASSWORD.encode(), hashlib.sha384))
HASHES = {
    "scrypt of Werkzeug": generate_password_hash(PASSWORD),
    "PBKDF2 of Werkzeug": generate_password_hash(PASSWORD, "pbkdf2:sha256:1000"),
    "bcrypt": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode(),
    "bcrypt of PHP": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode().replace("$2b$", "$2y$"),
    "bcrypt of WordPress": f"$wp{bcrypt.hashpw(WORDPRESS, bcrypt.gensalt(4)).decode().replace('$2b$', '$2y$')}",
    "Argon2i": argon2.PasswordHasher(1, 8, 1, type=argon2.Type.I).hash(PASSWORD),
}
UNKNOWN = [
    "", "plain text", "md5$salt$0cc175b9c0f1b6a831c399e269772661", "-",
    # what would keep the service busy
    f"scrypt:1048576:8:1$salt${'0' * 128}", f"pbkdf2:sha256:9000000$salt${'0' * 64}", f"$2b$31${'a' * 53}",
    f"$P$T{'a' * 30}", "$argon2id$v=19$m=4194304,t=2,p=1$YWFhYWFhYWE$YWFhYWFhYWFhYWFhYWFhYQ",
]  # fmt: skip
OLD = {"username": "Grace", "name": "Grace Hopper", "email": "grace@example.org", "role": "author"}


@pytest.fixture
def admin(person):
    return person("root", "admin")


@pytest.fixture
def imported(admin):
    return lambda **given: admin.call("POST", "/accounts", json={**OLD, **given})


@pytest.fixture
def sign_in_as_grace(client):
    return lambda password=PASSWORD: (
        client.post(f"{ROOT}/sessions", json={"identifier": "grace", "password": password}).status_code
    )


@pytest.mark.parametrize("stored", UNKNOWN)
def test_a_hash_that_is_unknown_or_too_dear_matches_nothing(stored):
    assert not foreign_hashes.is_known(stored)
    assert not foreign_hashes.matches("plain text", stored)


def test_what_phpass_published_is_verified():
    published = "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"
    assert foreign_hashes.matches("test12345", published)
    assert not foreign_hashes.matches("test12346", published)


@pytest.mark.parametrize("role", ["admin", "owner"])
def test_no_admin_imports_what_is_not_below(imported, store, role):
    head = store.changes(0).head
    assert imported(role=role).status_code in {403, 422}
    assert store.changes(0).head == head


def test_names_and_addresses_of_others_are_refused(imported, make_account):
    make_account("grace")
    refused(imported(email="other@example.org"), 409, "username_taken")
    refused(imported(username="other"), 409, "email_taken")
    refused(imported(username="\u2603"), 422, "invalid")


@pytest.mark.parametrize("kind", HASHES)
def test_an_old_password_is_good_and_its_hash_becomes_ours_at_the_first_sign_in(
    imported, sign_in_as_grace, store, kind
):
    answer = imported(password_hash=HASHES[kind])
    account = answer.get_json()
    assert (account["password_kept"], account["email_verified"], account["username"]) == (True, False, "grace")
    assert HASHES[kind] not in answer.text
    assert sign_in_as_grace("not the password") == 401
    assert store.get("accounts", account["id"]).record["password_hash"] == HASHES[kind]
    assert sign_in_as_grace() == 201
    assert store.get("accounts", account["id"]).record["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert sign_in_as_grace() == 201


def test_with_an_unknown_hash_a_new_password_is_chosen_by_mail_which_proves_the_address(
    imported, sign_in_as_grace, client, mails, admin
):
    account = imported(password_hash="md5$salt$0cc175b9c0f1b6a831c399e269772661").get_json()
    assert account["password_kept"] is False
    assert sign_in_as_grace("-") == 401
    client.post(f"{ROOT}/password-resets", json={"email": OLD["email"]})
    body = {"token": token_in(mails()[-1]), "password": PASSWORD}
    assert client.post(f"{ROOT}/password-resets/complete", json=body).status_code == 204
    assert sign_in_as_grace() == 201
    assert admin.call("GET", f"/accounts/{account['id']}").get_json()["email_verified"] is True


def test_an_import_that_is_repeated_makes_one_account(admin, store):
    headers = {"Idempotency-Key": "grace"}
    first, again = (admin.call("POST", "/accounts", json=OLD, headers=headers) for _ in range(2))
    assert (first.status_code, first.data) == (again.status_code, again.data)
    assert len(store.find("accounts").records) == 2


def test_an_admin_deletes_an_account_and_hands_over_what_it_leaves(admin, make_account, sign_in, store):
    grace, ada = make_account("grace", "author"), make_account("ada", "editor")
    gone = sign_in(grace)
    path, version = f"/accounts/{grace['id']}", {"If-Match": '"1"'}
    refused(admin.call("DELETE", path), 428, "precondition_required")
    refused(admin.call("DELETE", path, headers={"If-Match": '"7"'}), 412, "version_mismatch")
    refused(admin.call("DELETE", f"{path}?heir=nobody", headers=version), 422, "invalid")
    assert admin.call("DELETE", f"{path}?heir=ada", headers=version).status_code == 204
    refused(gone.call("GET", "/me"), 401, "unauthenticated")
    refused(admin.call("DELETE", path, headers=version), 404, "not_found")
    tombstone = store.get("accounts", grace["id"]).record
    assert (tombstone["state"], tombstone["heir_id"]) == ("deleted", ada["id"])
