"""Canaries: what is secret appears in no answer and no feed that it does not belong in."""

import pyotp
import pytest

from tests.api.users.conftest import HASH, OWNER, PASSWORD, PUBLIC_URL, ROOT, SIGNING_KEY, refresh_cookie
from tests.support.contract import contract_client, spec
from tests.support.conventions import Conventions


class Listening:
    """A client that keeps every byte it was answered."""

    def __init__(self, client, clock):
        self.client = client
        self.clock = clock
        self.heard: dict[str, str] = {}

    def now(self):
        return int(self.clock.now().timestamp())

    def call(self, method, path, **options):
        response = self.client.open(f"{ROOT}{path}", method=method, **options)
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers if name != "Set-Cookie")
        self.heard[f"{len(self.heard)} {method} {path}"] = f"{headers}\n{response.text}"
        return response


@pytest.fixture
def day(app, code, clock):
    """A day of an owner: set up, sign in, go wrong, make and use tokens, sign out."""
    listening = Listening(contract_client(app, "users"), clock)
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
    return listening, secrets | with_second_factor(listening, bearer)


def with_second_factor(listening, bearer):
    """Turn the second factor on, sign in with it, go wrong, export; return the secrets that it has."""
    body = {"password": PASSWORD}
    # the two answers that show something once are not listened to
    begun = listening.client.post(f"{ROOT}/me/second-factor", json=body, headers=bearer).get_json()
    secret, factor = begun["secret"], f"{ROOT}/me/second-factor"
    listening.call("POST", "/me/second-factor", json={"password": "canary-password"}, headers=bearer)
    listening.call("POST", "/me/second-factor/confirm", json={"code": "000000"}, headers=bearer)
    now = listening.now()
    first = {"code": pyotp.TOTP(secret).at(now)}
    codes = listening.client.post(f"{factor}/confirm", json=first, headers=bearer).get_json()["recovery_codes"]
    needed = listening.call("POST", "/sessions", json={"identifier": "ada", "password": PASSWORD}).get_json()
    for code in ("ABCD-EFGH-IJKL-MNOP", codes[0], codes[0]):
        listening.call("POST", "/sessions/second-factor", json={"challenge": needed["challenge"], "code": code})
    listening.call("POST", "/me/second-factor/disable", json={**body, "code": "000000"}, headers=bearer)
    for path in ("/me/second-factor", "/me/export", "/audit", "/sessions"):
        listening.call("GET", path, headers=bearer)
    return {secret, *codes, *(code.replace("-", "") for code in codes)}


def test_no_answer_holds_a_secret(day, store):
    listening, secrets = day
    account = store.find("accounts", {"username_key": "ada"}).records[0]
    digests = {each["digest"] for each in store.find("tokens").records}
    digests |= {each["refresh_digest"] for each in store.find("sessions").records}
    digests |= {digest for each in store.find("second_factors").records for digest in each["recovery_digests"]}
    canaries = {*secrets, account["password_hash"], *digests, "argon2", "refresh_digest", "traceback", "Traceback"}
    found = [(where, canary) for where, text in listening.heard.items() for canary in canaries if canary in text]
    assert found == []
    assert len(listening.heard) > 15


def test_the_change_feed_holds_no_secret(day, store):
    _, secrets = day
    changes = store.changes(0, limit=1000).changes
    text = str(changes)
    assert {"accounts", "sessions", "tokens", "setup"} <= {each["collection"] for each in changes}
    # the audit says by its words what happened to passwords
    told = text.replace("password_changed", "").replace("recovery_digests", "digest")
    assert [canary for canary in {*secrets, "argon2", "digest", "password"} if canary in told] == []


def test_logs_and_records_hold_no_secret_in_clear(day, store, capfd):
    _, secrets = day
    stored = [store.find(name, limit=100).records for name in ("accounts", "sessions", "tokens")]
    captured = capfd.readouterr()
    everything = f"{stored}{captured.out}{captured.err}"
    assert [canary for canary in secrets if canary in everything] == []


def test_an_address_is_shown_to_its_holder_and_to_admins_alone(client, person, make_account):
    make_account("canary", "editor", email="canary@private.example", email_key="canary@private.example")

    def seen_by(own):
        def send(path, headers, **options):
            return client.open(path, headers={**headers, **own}, **options)

        asked = Conventions(spec("users"), send).reads()
        return {str(read) for read, answer in asked if "canary@" in f"{answer.text}{answer.headers}"}

    shown = {role: seen_by(person(f"a-{role}", role).headers) for role in ("reader", "editor", "admin")}
    assert seen_by({}) == set()
    assert shown == {"reader": set(), "editor": set(), "admin": {"GET /api/users/v1/accounts"}}


def test_no_address_stands_in_a_problem_or_in_the_log(make_app, make_account, capfd):
    make_account("canary", email="canary@private.example", email_key="canary@private.example")
    client = contract_client(make_app(registration="open"), "users")
    address = "canary@private.example"
    new = {"username": "canary", "name": "A", "email": address, "password": PASSWORD}
    told = [
        client.post(f"{ROOT}{path}", json=body).text
        for path, body in (
            ("/sessions", {"identifier": address, "password": "wrong"}),
            ("/sessions", {"identifier": address, "password": [address]}),
            ("/registrations", new),
            ("/registrations", {**new, "username": "other", "email": f"{address}@"}),
            ("/registrations", {**new, "username": "other"}),
            ("/password-resets", {"email": address}),
            ("/password-resets", {"email": f"{address}\n"}),
        )
    ]
    captured = capfd.readouterr()
    assert "private.example" not in "".join([*told, captured.out, captured.err])


def test_a_mailed_link_leads_to_the_public_url_whatever_host_was_asked(client, make_account, mails):
    make_account("ada")
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    assert client.post(f"{ROOT}/password-resets", json={"email": "ada@example.org"}, headers=headers).status_code == 204
    text = str(mails()[-1])
    assert PUBLIC_URL in text
    assert "evil.example" not in text
