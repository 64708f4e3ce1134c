"""One's own password, address and data, and the end of an account."""

import json

import pytest

from api.shared import store as operations
from api.shared.store import Store
from database_service import checks
from database_service.registry import SCHEMAS
from tests.api.users.conftest import HASH, PASSWORD, ROOT, refused
from tests.support.contract import contract_client
from tests.support.mail import token_in

NEW = "another three green kites"


@pytest.fixture
def ada(person):
    return person("ada", "author")


REQUESTS = [
    ("PUT", "/me/password", {"current_password": "wrong", "password": NEW}),
    ("POST", "/me/email-change", {"password": "wrong", "email": "new@example.org"}),
    ("POST", "/me/deletion", {"password": "wrong"}),
]


@pytest.mark.parametrize(("method", "path", "body"), REQUESTS)
def test_without_the_present_password_nothing_changes(ada, store, method, path, body):
    head = store.changes(0).head
    refused(ada.call(method, path, json=body), 403, "wrong_password")
    assert store.changes(0).head == head


@pytest.mark.parametrize(("method", "path", "body"), REQUESTS)
def test_guessing_the_present_password_is_limited(make_app, make_account, method, path, body):
    make_account("ada")
    client = contract_client(make_app(sign_in_limit="3 per 5 minutes"), "users")
    grant = client.post(f"{ROOT}/sessions", json={"identifier": "ada", "password": PASSWORD}).get_json()
    headers = {"Authorization": f"Bearer {grant['access_token']}"}
    codes = [client.open(f"{ROOT}{path}", method=method, json=body, headers=headers).status_code for _ in range(4)]
    assert codes == [403, 403, 403, 429]


def test_a_new_password_signs_out_everywhere_but_here(ada, sign_in, client, mails):
    elsewhere = sign_in({"username": "ada"})
    body = {"current_password": PASSWORD, "password": NEW}
    refused(ada.call("PUT", "/me/password", json={**body, "password": "password"}), 422, "invalid")
    assert ada.call("PUT", "/me/password", json=body).status_code == 204
    assert ada.call("GET", "/me").status_code == 200
    refused(elsewhere.call("GET", "/me"), 401, "unauthenticated")
    assert client.post(f"{ROOT}/sessions", json={"identifier": "ada", "password": NEW}).status_code == 201
    assert mails()[-1]["Subject"] == "Your password for blog.example.org was changed"


def test_a_new_address_counts_once_it_is_proven_and_the_old_one_is_told(ada, client, mails):
    body = {"password": PASSWORD, "email": "New@example.org"}
    assert ada.call("POST", "/me/email-change", json=body).status_code == 204
    assert ada.call("GET", "/me").get_json()["email"] == "ada@example.org"
    proof = mails()[-1]
    assert proof["To"] == "New@example.org"
    answer = client.post(f"{ROOT}/email-verifications/complete", json={"token": token_in(proof)})
    assert answer.get_json() == {"username": "ada", "email": "New@example.org"}
    assert ada.call("GET", "/me").get_json()["email"] == "New@example.org"
    assert (mails()[-1]["To"], mails()[-1]["Subject"]) == (
        "ada@example.org",
        "Your address at blog.example.org was changed",
    )


def test_a_new_address_voids_the_links_that_went_to_the_last_one_or_lead_elsewhere(ada, client, mails):
    assert client.post(f"{ROOT}/password-resets", json={"email": "ada@example.org"}).status_code == 204
    for email in ("eve@example.com", "new@example.org"):
        assert ada.call("POST", "/me/email-change", json={"password": PASSWORD, "email": email}).status_code == 204
    reset, elsewhere, proof = (token_in(mail) for mail in mails())
    assert client.post(f"{ROOT}/email-verifications/complete", json={"token": proof}).status_code == 200
    # whoever still reads the last mailbox, or began another change with a stolen session
    body = {"token": reset, "password": NEW}
    refused(client.post(f"{ROOT}/password-resets/complete", json=body), 404, "link_over")
    refused(client.post(f"{ROOT}/email-verifications/complete", json={"token": elsewhere}), 404, "link_over")
    assert ada.call("GET", "/me").get_json()["email"] == "new@example.org"


def test_an_address_that_another_account_has_is_not_told_to_who_asks(ada, make_account, mails, client):
    make_account("bob")
    taken = ada.call("POST", "/me/email-change", json={"password": PASSWORD, "email": "bob@example.org"})
    free = ada.call("POST", "/me/email-change", json={"password": PASSWORD, "email": "free@example.org"})
    assert (taken.status_code, taken.data) == (free.status_code, free.data) == (204, b"")
    told = {str(mail["To"]): mail for mail in mails()}
    assert told["bob@example.org"]["Subject"] == "You have an account at blog.example.org"
    make_account("eve", email="free@example.org", email_key="free@example.org")
    token = token_in(told["free@example.org"])
    refused(client.post(f"{ROOT}/email-verifications/complete", json={"token": token}), 409, "email_taken")


def test_the_export_holds_all_about_me_and_nothing_about_others(ada, person, sign_in, store):
    bob = person("bob")
    sign_in({"username": "ada"}).call("DELETE", "/sessions/current")
    ada.call("POST", "/tokens", json={"name": "a program", "scopes": ["profile:read"]})
    answer = ada.call("GET", "/me/export")
    exported = answer.get_json()
    assert exported["account"]["email"] == "ada@example.org"
    assert len(exported["sessions"]) == 2
    assert [each["name"] for each in exported["tokens"]] == ["a program"]
    text = json.dumps(exported)
    assert [word for word in (HASH, "digest", bob.account["id"], "bob") if word in text] == []


def test_the_owner_stays_and_an_heir_has_to_be_another_author(person, make_account):
    owner, ada = person("root", "owner"), person("ada", "author")
    make_account("reader")
    make_account("gone", "author", state="suspended")
    refused(owner.call("POST", "/me/deletion", json={"password": PASSWORD}), 409, "owner_stays")
    for heir in ("ada", "nobody", "reader", "gone"):
        body = refused(ada.call("POST", "/me/deletion", json={"password": PASSWORD, "heir": heir}), 422, "invalid")
        assert body["errors"][0]["pointer"] == "/heir"


# Who a record is about is said by its owner's id, or, of somebody who has no account yet, not at all
IMPERSONAL = {"accounts", "setup"}
WHERE = {"User-Agent": "canary-browser"}


@pytest.fixture
def busy(ada, client, store, mails):
    """Somebody of whom every collection knows something; return how many records of each."""
    ada.call("PATCH", "/me", json={"bio": "canary bio"}, headers={"If-Match": "*", **WHERE})
    ada.call("POST", "/tokens", json={"name": "canary token", "scopes": ["profile:read"]}, headers=WHERE)
    ada.call("POST", "/me/second-factor", json={"password": PASSWORD}, headers=WHERE)
    client.post(f"{ROOT}/password-resets", json={"email": "ada@example.org"}, headers=WHERE)
    client.post(f"{ROOT}/sessions", json={"identifier": "ada", "password": PASSWORD}, headers=WHERE)
    store.commit([operations.update("accounts", ada.account["id"], {"role": "admin"})])
    body = {"email": "grace@example.org", "role": "author"}
    assert ada.call("POST", "/invitations", json=body, headers=WHERE).status_code == 201
    return lambda: {
        name: sum(ada.account["id"] in str(each) for each in store.find(name, limit=100).records)
        for name in SCHEMAS["users"].collections
    }


def test_a_collection_that_tells_of_people_is_not_forgotten(busy):
    """A new collection has to be filled above, to be exported and removed (`PERSONAL`), or to say nothing of people."""
    assert {name for name, records in busy().items() if not records} <= IMPERSONAL


def test_the_export_tells_of_every_collection(ada, busy):
    exported = ada.call("GET", "/me/export").get_json()
    assert exported["second_factor"]["state"] == "pending"
    assert [each["email"] for each in exported["invitations"]] == ["grace@example.org"]
    assert {each["kind"] for each in exported["mails"]} == {"password_reset"}
    assert {"signed_in", "token_created", "invitation_created"} <= {each["event"] for each in exported["events"]}
    assert [word for word in ("digest", "secret", HASH) if word in json.dumps(exported)] == []


def test_of_a_deleted_account_nothing_personal_is_left(ada, busy, database, store, mails):
    assert ada.call("POST", "/me/deletion", json={"password": PASSWORD}, headers=WHERE).status_code == 204
    refused(ada.call("GET", "/me"), 401, "unauthenticated")
    refused(
        ada.client.post(f"{ROOT}/sessions", json={"identifier": "ada", "password": PASSWORD}), 401, "wrong_credentials"
    )
    left = str({name: store.find(name, limit=100).records for name in SCHEMAS["users"].collections}).casefold()
    personal = ("ada", "canary", "argon2", "127.0.0.1", "werkzeug")
    assert [word for word in personal if word in left] == []
    assert busy()["accounts"] == 1
    assert {name for name, records in busy().items() if records} <= {"accounts", "audit", "invitations"}
    assert store.get("accounts", ada.account["id"]).record["state"] == "deleted"
    assert database.service.background.catch_up(store.changes(0).head, timeout=60)
    assert checks.run(database.service.databases, database.service.links) == []
    blog_store = Store(database.transport, database="blog", key=database.keys["blog"])
    author = blog_store.get("authors", ada.account["id"])
    assert author is None or "ada" not in str(author.record).casefold()
    assert [each for each in blog_store.find("callers").records if each["kind"] != "account"] == []
    assert [mail["To"] for mail in mails()] == ["grace@example.org"]


def test_the_tombstone_names_the_heir_and_the_name_is_free_again(ada, make_account, store):
    heir = make_account("grace", "editor")
    body = {"password": PASSWORD, "heir": "Grace"}
    assert ada.call("POST", "/me/deletion", json=body).status_code == 204
    assert store.get("accounts", ada.account["id"]).record["heir_id"] == heir["id"]
    assert make_account("ada")["username"] == "ada"
