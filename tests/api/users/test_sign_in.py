"""Signing in: what is refused, what it costs, what it gives."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest
from argon2 import PasswordHasher

from api.shared import store as operations
from api.users.incoming import EXTENSION
from api.users.passwords import Passwords
from tests.api.users.conftest import PASSWORD, ROOT, refresh_cookie, refused
from tests.support.contract import contract_client


@pytest.fixture
def evaluations(monkeypatch):
    """Count how often argon2 - not ours - works."""
    counted = []
    verify, make = PasswordHasher.verify, PasswordHasher.hash
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, *given: counted.append("verify") or verify(self, *given))
    monkeypatch.setattr(PasswordHasher, "hash", lambda self, *given: counted.append("hash") or make(self, *given))
    return counted


def attempt(client, identifier, password=PASSWORD, **options):
    return client.post(f"{ROOT}/sessions", json={"identifier": identifier, "password": password}, **options)


@pytest.mark.parametrize(
    ("identifier", "password"),
    [
        ("ada", "wrong password"),
        ("ada", PASSWORD.upper()),
        ("ada", PASSWORD + " "),
        ("ada@example.org", "wrong password"),
        ("nobody", PASSWORD),
        ("nobody@example.org", PASSWORD),
        ("deleted", PASSWORD),
        ("deleted", "wrong password"),
        ("suspended", "wrong password"),
        ("@", PASSWORD),
        ("a" * 320, PASSWORD),
        ("\ufdfa" * 300, PASSWORD),
        ("x@" + "\ufdfa" * 300, PASSWORD),
    ],
)
def test_a_refused_attempt_costs_one_hash_and_answers_the_same(client, make_account, evaluations, identifier, password):
    make_account("ada")
    make_account("suspended", state="suspended")
    make_account("deleted", state="deleted")
    evaluations.clear()
    response = attempt(client, identifier, password)
    body = refused(response, 401, "wrong_credentials")
    assert evaluations == ["verify"]
    assert set(body) == {"type", "title", "status", "detail", "code", "request_id"}
    assert "Set-Cookie" not in response.headers
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_suspended_account_is_told_so_only_with_the_right_password(client, make_account, evaluations, store):
    make_account("ada", state="suspended")
    evaluations.clear()
    refused(attempt(client, "ada"), 403, "account_suspended")
    assert evaluations == ["verify"]
    assert store.find("sessions").records == []


def test_a_sign_in_costs_one_hash(client, make_account, evaluations):
    make_account("ada")
    evaluations.clear()
    assert attempt(client, "ada").status_code == 201
    assert evaluations == ["verify"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"identifier": "ada"},
        {"identifier": ["ada"], "password": PASSWORD},
        {"identifier": {"$ne": ""}, "password": PASSWORD},
        {"identifier": "ada", "password": None},
        {"identifier": "ada", "password": "x" * 257},
        {"identifier": "ada\u0000", "password": PASSWORD},
        {"identifier": "ada", "password": PASSWORD, "role": "owner"},
        [],
        "ada",
    ],
)
def test_malformed_input_is_refused_without_a_hash(client, make_account, evaluations, body):
    make_account("ada")
    evaluations.clear()
    refused(client.post(f"{ROOT}/sessions", json=body), 422, "invalid")
    assert evaluations == []


def test_a_page_of_another_site_cannot_sign_anybody_in(client, make_account):
    make_account("ada")
    for origin in ("http://evil.example.com", "https://blog.example.org", "http://blog.example.org:81", "null"):
        refused(attempt(client, "ada", headers={"Origin": origin}), 403, "foreign_origin")


def test_our_own_pages_may_sign_in_under_whatever_name_they_were_fetched(make_app, make_account):
    make_account("ada")
    client = contract_client(make_app(origins=("https://studio.example.org",)), "users")
    for origin in ("http://blog.example.org", "https://studio.example.org", "http://localhost"):
        answer = attempt(client, "ada", headers={"Origin": origin})
        assert answer.status_code == 201, origin


def test_only_our_own_origins_are_told_that_they_may_send_cookies(make_app):
    client = make_app(origins=("https://studio.example.org",)).test_client()
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for path in ("/sessions", "/sessions/refresh", "/setup"):
        ours = client.options(f"{ROOT}{path}", headers={**asked, "Origin": "https://studio.example.org"}).headers
        assert ours["Access-Control-Allow-Origin"] == "https://studio.example.org"
        assert ours["Access-Control-Allow-Credentials"] == "true"
        theirs = client.options(f"{ROOT}{path}", headers={**asked, "Origin": "http://evil.example.com"}).headers
        assert "Access-Control-Allow-Origin" not in theirs
    anybody = client.options(f"{ROOT}/me", headers={**asked, "Origin": "http://evil.example.com"}).headers
    assert anybody["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in anybody


def test_an_account_takes_ten_attempts_in_five_minutes_by_whatever_name_and_from_wherever(
    make_app, make_account, evaluations
):
    make_account("ada")
    client = contract_client(make_app(sign_in_limit="10 per 5 minutes"), "users")
    evaluations.clear()
    names = ("ada", "ADA", "ada@example.org", " Ada@Example.ORG", "\uff41da")
    for number in range(40):
        response = attempt(
            client,
            names[number % len(names)],
            "wrong password",
            environ_overrides={"REMOTE_ADDR": f"192.0.2.{number}"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        )
    refused(response, 429, "too_many_requests")
    assert 1 <= int(response.headers["Retry-After"]) <= 300
    assert len(evaluations) == 10


def test_an_address_takes_ten_attempts_at_whatever_account(make_app, make_account, evaluations):
    make_account("ada")
    client = contract_client(make_app(sign_in_limit="10 per 5 minutes"), "users")
    evaluations.clear()
    for number in range(20):
        neighbour = {"REMOTE_ADDR": f"2001:db8:0:1::{number:x}"}
        response = attempt(client, f"person{number}", "wrong password", environ_overrides=neighbour)
    refused(response, 429, "too_many_requests")
    assert len(evaluations) == 10
    elsewhere = attempt(client, "ada", environ_overrides={"REMOTE_ADDR": "2001:db8:0:2::1"})
    assert elsewhere.status_code == 201


def test_behind_a_trusted_proxy_the_callers_address_counts(make_app, make_account):
    make_account("ada")
    client = contract_client(make_app(sign_in_limit="3 per 5 minutes", proxies=1), "users")

    def from_address(number):
        # the last value is the proxy's own word; what stands before it is the caller's invention
        headers = {"X-Forwarded-For": f"203.0.113.9, 198.51.100.{number}"}
        return attempt(client, f"person{number}", "wrong password", headers=headers).status_code

    assert [from_address(number) for number in range(6)] == [401] * 6
    assert [from_address(7) for _ in range(4)] == [401, 401, 401, 429]


def test_a_sign_in_gives_a_token_a_cookie_and_a_session(client, make_account, store, clock):
    account = make_account("ada", "author")
    response = attempt(client, "ada", headers={"User-Agent": "Browser/1.0 (\u00e4)"})
    assert response.status_code == 201
    body = response.get_json()
    assert (body["token_type"], body["expires_in"], body["account"]["id"]) == ("Bearer", 600, account["id"])
    assert response.headers["Location"] == f"{ROOT}/sessions/{body['session_id']}"
    assert response.headers["Cache-Control"] == "no-store"
    cookie = response.headers["Set-Cookie"]
    for part in ("refresh=", "HttpOnly", "SameSite=Strict", f"Path={ROOT}/sessions", "Max-Age=2592000"):
        assert part in cookie
    assert "Secure" not in cookie
    session = store.get("sessions", body["session_id"]).record
    assert (session["account_id"], session["address"]) == (account["id"], "127.0.0.1")
    assert session["user_agent"] == "Browser/1.0 (\u00e4)"
    token = refresh_cookie(client)
    assert token is not None
    assert token not in str(session)


def test_over_tls_the_cookies_are_secure_and_called_so(make_app, make_account):
    make_account("ada")
    client = contract_client(make_app(public_url="https://blog.example.org"), "users")
    over_tls = {"base_url": "https://localhost"}
    signed_in = attempt(client, "ada", **over_tls)
    cookies = signed_in.headers.getlist("Set-Cookie")
    assert [each.partition("=")[0] for each in cookies] == ["__Secure-refresh", "__Secure-device"]
    assert all("; Secure;" in each for each in cookies)
    assert client.post(f"{ROOT}/sessions/refresh", **over_tls).status_code == 200
    # what a page without TLS could set beside it stands for nothing
    token = cookies[0].partition("=")[2].partition(";")[0]
    bare = contract_client(client.application, "users")
    refused_bare = bare.post(f"{ROOT}/sessions/refresh", headers={"Cookie": f"refresh={token}"}, **over_tls)
    assert refused_bare.status_code == 401
    ended = client.delete(f"{ROOT}/sessions/current", headers=_bearer(signed_in), **over_tls)
    assert ended.headers["Set-Cookie"].startswith("__Secure-refresh=;")


def test_answers_demand_tls_of_browsers_that_came_by_it_and_of_no_others(make_app):
    for public_url, told in (("https://blog.example.org", "max-age=31536000"), ("http://blog.example.org", None)):
        client = contract_client(make_app(public_url=public_url), "users")
        for path in (f"{ROOT}/setup", f"{ROOT}/me", "/.well-known/jwks.json", "/api/users/docs"):
            assert client.get(path).headers.get("Strict-Transport-Security") == told, path


def _bearer(signed_in):
    return {"Authorization": f"Bearer {signed_in.json['access_token']}"}


def test_the_account_does_not_change_when_somebody_signs_in(client, make_account, store):
    account = make_account("ada")
    attempt(client, "ada")
    assert store.get("accounts", account["id"]).record["version"] == 1


def test_an_outdated_hash_is_replaced_at_sign_in(client, make_account, store):
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    account = make_account("ada", password_hash=weak)
    assert attempt(client, "ada").get_json()["account"]["version"] == 2
    record = store.get("accounts", account["id"]).record
    assert record["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert attempt(client, "ada").get_json()["account"]["version"] == 2


def test_a_password_changed_meanwhile_is_not_brought_back_by_the_rehash(client, make_account, store, monkeypatch):
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    account = make_account("ada", password_hash=weak)
    newer = Passwords().hash("another password")
    make = PasswordHasher.hash

    def change_and_hash(self, password, **options):
        store.commit([operations.update("accounts", account["id"], {"password_hash": newer})])
        return make(self, password, **options)

    monkeypatch.setattr(PasswordHasher, "hash", change_and_hash)
    refused(attempt(client, "ada"), 401, "wrong_credentials")
    assert store.get("accounts", account["id"]).record["password_hash"] == newer


@pytest.fixture
def slow_hashing(monkeypatch):
    """Let nobody finish a hash before the event is set; count how many work at once."""
    running, most, go_on = [], [0], Event()

    def wait(_self, *_given):
        running.append(1)
        most.append(len(running))
        go_on.wait(10)
        running.pop()
        return True

    monkeypatch.setattr(PasswordHasher, "verify", wait)
    yield most, go_on
    go_on.set()


def test_when_too_many_hash_at_once_the_others_are_sent_away_with_a_time_to_wait(app, make_account, slow_hashing):
    make_account("ada")
    most, go_on = slow_hashing
    busy = Passwords(at_once=2, wait_seconds=0.1)
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], passwords=busy)

    def try_once(_number):
        response = attempt(contract_client(app, "users"), "ada")
        if response.status_code == 503:
            go_on.set()
        return response

    with ThreadPoolExecutor(3) as pool:
        answers = sorted(pool.map(try_once, range(3)), key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in answers] == [201, 201, 503]
    refused(answers[2], 503, "unavailable")
    assert answers[2].headers["Retry-After"] == "1"
    assert max(most) == 2


def test_hashing_is_limited_to_the_cores():
    passwords = Passwords(wait_seconds=0)
    assert passwords.at_once == os.cpu_count()
