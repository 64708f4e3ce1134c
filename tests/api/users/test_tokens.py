"""Personal access tokens."""

import pytest

from api.shared import store as operations
from api.shared.auth import token_checksum
from tests.api.users.conftest import ROOT, refused
from tests.support.waiting import wait_until

NEW = {"name": "Import", "scopes": ["profile:read"]}
NOWHERE = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"


@pytest.fixture
def ada(person):
    return person("ada", "author")


def make(person, **changed):
    response = person.call("POST", "/tokens", json={**NEW, **changed})
    assert response.status_code == 201, response.data
    return response.get_json()


def present(client, token, path="/me", method="GET", **options):
    headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
    return client.open(f"{ROOT}{path}", method=method, headers=headers, **options)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**NEW, "name": ""},
        {**NEW, "name": " "},
        {**NEW, "scopes": []},
        {**NEW, "scopes": ["everything"]},
        {**NEW, "scopes": "profile:read"},
        {**NEW, "scopes": ["profile:read"] * 1000},
        {**NEW, "expires_in_days": 0},
        {**NEW, "expires_in_days": 3651},
        {**NEW, "expires_in_days": "90"},
        {**NEW, "expires_in_days": 1.5},
        {**NEW, "expires_in_days": True},
        {**NEW, "account_id": NOWHERE},
    ],
)
def test_an_unusable_wish_is_refused(ada, store, body):
    refused(ada.call("POST", "/tokens", json=body), 422, "invalid")
    assert store.find("tokens").records == []


def test_a_token_without_the_scope_is_refused_and_told_which(ada, client):
    token = make(ada, scopes=["posts:read"])["token"]
    assert "profile:read" in refused(present(client, token), 403, "forbidden")["detail"]


def test_a_token_may_no_more_than_its_account(ada, client):
    token = make(ada, scopes=["accounts:read"])["token"]
    assert "admin" in refused(present(client, token, "/accounts"), 403, "forbidden")["detail"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_other_peoples_tokens_do_not_exist_for_you(ada, person, client, method):
    made = make(ada)
    owner = person("olga", "owner")
    refused(owner.call(method, f"/tokens/{made['id']}"), 404, "not_found")
    assert owner.call("GET", "/tokens").get_json()["items"] == []
    assert present(client, made["token"]).status_code == 200


def test_a_revoked_token_is_refused_and_gone(ada, client):
    made = make(ada)
    assert present(client, made["token"]).status_code == 200
    assert ada.call("DELETE", f"/tokens/{made['id']}").status_code == 204
    refused(present(client, made["token"]), 401, "unauthenticated")
    refused(ada.call("GET", f"/tokens/{made['id']}"), 404, "not_found")
    refused(ada.call("DELETE", f"/tokens/{made['id']}"), 404, "not_found")
    assert ada.call("GET", "/tokens").get_json()["items"] == []


def test_an_expired_token_is_refused_and_not_listed(ada, client, clock, sign_in):
    made = make(ada, expires_in_days=1.0)
    assert made["expires_at"] == "2026-11-24T09:00:00.000000Z"
    assert present(client, made["token"]).status_code == 200
    clock.advance(days=1, seconds=1)
    refused(present(client, made["token"]), 401, "unauthenticated")
    assert sign_in(ada.account).call("GET", "/tokens").get_json()["items"] == []


def test_a_suspended_account_takes_its_tokens_along(ada, client, store, clock):
    token = make(ada)["token"]
    store.commit([operations.update("accounts", ada.account["id"], {"state": "suspended"})])
    clock.advance(seconds=2)
    refused(present(client, token), 401, "unauthenticated")


def test_no_idempotency_key_brings_a_token_back(ada):
    answers = [ada.call("POST", "/tokens", json=NEW, headers={"Idempotency-Key": "k"}).get_json() for _ in range(2)]
    assert answers[0]["token"] != answers[1]["token"]


def test_a_token_is_shown_once_and_stored_as_a_digest(ada, store):
    made = make(ada, scopes=["profile:read", "accounts:read", "profile:read"])
    token = made.pop("token")
    assert token.startswith("fb_")
    assert len(token) == 41
    assert token_checksum(token[3:35]) == token[35:]
    assert (made["hint"], made["scopes"]) == (token[-4:], ["accounts:read", "profile:read"])
    assert made["expires_at"] is None
    assert ada.call("GET", f"/tokens/{made['id']}").get_json() == made
    assert ada.call("GET", "/tokens").get_json()["items"] == [made]
    assert token not in str(store.get("tokens", made["id"]).record)


def test_a_token_signs_a_program_in(ada, client):
    token = make(ada, scopes=["profile:read", "profile:write"])["token"]
    profile = present(client, token)
    assert profile.get_json()["id"] == ada.account["id"]
    changed = present(
        client, token, method="PATCH", json={"bio": "Counts."}, headers={"If-Match": profile.headers["ETag"]}
    )
    assert changed.get_json()["bio"] == "Counts."


def used_at(person):
    return person.call("GET", "/tokens").get_json()["items"][0]["used_at"]


def test_a_token_tells_when_it_was_last_used_for_one_write_in_five_minutes(ada, client, store, clock):
    token = make(ada)["token"]
    assert used_at(ada) is None
    present(client, token)
    wait_until(lambda: used_at(ada) is not None, seconds=30)
    first, head = used_at(ada), store.changes(0).head
    clock.advance(minutes=4)
    for _ in range(5):
        present(client, token)
    present(client, token[:-1])
    clock.advance(minutes=2)
    present(client, token)
    wait_until(lambda: used_at(ada) != first, seconds=30)
    assert [each["collection"] for each in store.changes(head).changes].count("tokens") == 1
