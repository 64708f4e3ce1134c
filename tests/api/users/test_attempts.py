"""A thousand attempts, every one of them a little different, and the owner who wants to get in meanwhile."""

import random

import pytest
from argon2 import PasswordHasher

from tests.api.users.conftest import PASSWORD, ROOT, refused
from tests.support.contract import contract_client

SEED = 20261125
ATTEMPTS = 1000
PATHS = ("/sessions", "/sessions", "/sessions", "/Sessions", "/sessions/", "//sessions", "/./sessions", "/sessions?a=1")
SPELLINGS = {
    "ada": ("ada", "ADA", "Ada", " ada ", "ada@example.org", "ADA@Example.ORG", "\uff41\uff44\uff41"),
    "bob": ("bob", "BOB", "bob@example.org", "\uff42ob"),
}


@pytest.fixture
def limited(make_app):
    return make_app(sign_in_limit="10 per 5 minutes")


@pytest.fixture
def evaluations(monkeypatch):
    """Count how often argon2 - not ours - works."""
    counted = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, *given: counted.append(given[0]) or verify(self, *given))
    return counted


def sign_in(client, name="ada", password=PASSWORD, **options):
    return client.post(f"{ROOT}/sessions", json={"identifier": name, "password": password}, **options)


def attack(app, name):
    """Try to get in to an account by every way round the limits; returns the statuses that were answered."""
    chance, client, answers = random.Random(SEED), app.test_client(), set()
    for number in range(ATTEMPTS // 2):
        body = {"identifier": chance.choice(SPELLINGS[name]), "password": f"wrong password {number}"}
        if number % 7 == 0:
            body["extra"] = number
        address = (
            f"2001:db8:0:{number % 250:x}::{chance.randrange(2**16):x}" if number % 2 else f"192.0.2.{number % 250}"
        )
        answers.add(
            client.post(
                f"{ROOT}{chance.choice(PATHS)}",
                json=body,
                headers={"X-Forwarded-For": f"198.51.100.{number % 250}", "User-Agent": f"attacker/{number}"},
                environ_overrides={"REMOTE_ADDR": address},
            ).status_code
        )
    return answers


def test_of_a_thousand_attempts_at_most_ten_an_account_reach_the_hasher(limited, make_account, evaluations):
    for name in SPELLINGS:
        make_account(name)
        evaluations.clear()
        answers = attack(limited, name)
        assert {401, 429} <= answers <= {401, 404, 422, 429}, f"seed {SEED}"
        assert 1 <= len(evaluations) <= 10, f"seed {SEED}"


def test_the_owner_gets_in_on_a_device_that_signed_in_before_and_on_no_other(limited, make_account):
    make_account("ada")
    at_home, elsewhere = contract_client(limited, "users"), contract_client(limited, "users")
    assert sign_in(at_home).status_code == 201
    attack(limited, "ada")
    for _ in range(12):
        sign_in(elsewhere, "nobody", "wrong password")
    refused(sign_in(elsewhere), 429, "too_many_requests")
    assert sign_in(at_home).status_code == 201


def test_a_known_device_is_limited_too_and_known_for_its_own_accounts_alone(limited, make_account, evaluations):
    make_account("ada")
    make_account("eve")
    eves = contract_client(limited, "users")
    assert sign_in(eves, "eve").status_code == 201
    assert eves.get_cookie("device", path=f"{ROOT}/sessions").http_only
    evaluations.clear()
    statuses = [sign_in(eves, "eve", "wrong password").status_code for _ in range(15)]
    assert statuses == [401] * 10 + [429] * 5
    attack(limited, "ada")
    refused(sign_in(eves, "ada"), 429, "too_many_requests")


def test_a_refused_sign_in_makes_no_device_known(limited, make_account):
    make_account("ada")
    client = contract_client(limited, "users")
    assert "Set-Cookie" not in sign_in(client, password="wrong password").headers


def test_replicas_that_share_a_redis_limit_an_account_together(make_app, make_account, redis_server):
    make_account("ada")
    redis_server()
    shared = {"sign_in_limit": "10 per 5 minutes", "limits_storage": redis_server.url}
    replicas = [contract_client(make_app(**shared), "users") for _ in range(2)]
    statuses = [sign_in(replicas[number % 2], password="wrong password").status_code for number in range(12)]
    assert statuses == [401] * 10 + [429] * 2
