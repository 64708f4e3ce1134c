"""Canaries: what is secret appears in no answer and no feed that it does not belong in."""

import pytest

from tests.api.users.conftest import HASH, OWNER, PASSWORD, ROOT, SIGNING_KEY, refresh_cookie
from tests.support.contract import contract_client


class Listening:
    """A client that keeps every byte it was answered."""

    def __init__(self, client):
        self.client = client
        self.heard: dict[str, str] = {}

    def call(self, method, path, **options):
        response = self.client.open(f"{ROOT}{path}", method=method, **options)
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers if name != "Set-Cookie")
        self.heard[f"{len(self.heard)} {method} {path}"] = f"{headers}\n{response.text}"
        return response


@pytest.fixture
def day(app, code):
    """A day of an owner: set up, sign in, go wrong, make and use tokens, sign out."""
    listening = Listening(contract_client(app, "users"))
    listening.call("POST", "/setup", json={**OWNER, "code": "wrong"})
    grant = listening.call("POST", "/setup", json={**OWNER, "code": code}).get_json()
    secrets = {PASSWORD, code, HASH, SIGNING_KEY, refresh_cookie(listening.client), "canary-password"}
    listening.call("POST", "/sessions", json={"identifier": "ada", "password": "canary-password"})
    listening.call("POST", "/sessions", json={"identifier": "ada", "password": ["canary-password"]})
    listening.call("POST", "/sessions", json={"identifier": "ada", "password": PASSWORD})
    secrets.add(refresh_cookie(listening.client))
    listening.call("POST", "/sessions/refresh")
    secrets.add(refresh_cookie(listening.client))
    bearer = {"Authorization": f"Bearer {grant['access_token']}"}
    made = listening.client.post(
        f"{ROOT}/tokens", json={"name": "a", "scopes": ["profile:read"]}, headers=bearer
    ).get_json()
    secrets.add(made["token"])
    for path in (
        "/me",
        "/me?fields=password_hash",
        "/accounts",
        f"/accounts/{grant['account']['id']}",
        "/sessions",
        f"/sessions/{grant['session_id']}",
        "/tokens",
        f"/tokens/{made['id']}",
        "/setup",
    ):
        listening.call("GET", path, headers=bearer)
    listening.call("GET", "/me", headers={"Authorization": f"Bearer {made['token']}"})
    listening.call("GET", "/me", headers={"Authorization": f"Bearer {made['token']}x"})
    return listening, secrets


def test_no_answer_holds_a_secret(day, store):
    listening, secrets = day
    account = store.find("accounts", {"username_key": "ada"}).records[0]
    digests = {each["digest"] for each in store.find("tokens").records}
    digests |= {each["refresh_digest"] for each in store.find("sessions").records}
    canaries = {*secrets, account["password_hash"], *digests, "argon2", "refresh_digest", "traceback", "Traceback"}
    found = [(where, canary) for where, text in listening.heard.items() for canary in canaries if canary in text]
    assert found == []
    assert len(listening.heard) > 15


def test_the_change_feed_holds_no_secret(day, store):
    _, secrets = day
    changes = store.changes(0, limit=1000).changes
    text = str(changes)
    assert {"accounts", "sessions", "tokens", "setup"} <= {each["collection"] for each in changes}
    assert [canary for canary in {*secrets, "argon2", "digest", "password"} if canary in text] == []


def test_logs_and_records_hold_no_secret_in_clear(day, store, capfd):
    _, secrets = day
    stored = [store.find(name, limit=100).records for name in ("accounts", "sessions", "tokens")]
    captured = capfd.readouterr()
    everything = f"{stored}{captured.out}{captured.err}"
    assert [canary for canary in secrets if canary in everything] == []
