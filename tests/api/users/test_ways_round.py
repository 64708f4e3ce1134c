"""What an outsider tries who has read the code: counts that tell of accounts, and ways round the counts."""

import pytest
from argon2 import PasswordHasher

from tests.api.users.conftest import PASSWORD, ROOT, refused
from tests.support.contract import contract_client

TEN = "10 per 5 minutes"
WRONG = "wrong password"
NEW = "another three green kites"

# what is tried here is counted in memory: one engine is enough
pytestmark = pytest.mark.parametrize("database_session", ["sqlite"], indirect=True)


@pytest.fixture
def limited(make_app):
    return contract_client(make_app(sign_in_limit=TEN, second_factor_limit="5 per 5 minutes"), "users")


@pytest.fixture
def verified(monkeypatch):
    """Count how often argon2 - not ours - works."""
    counted = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, *given: counted.append(given) or verify(self, *given))
    return counted


def from_somewhere(number):
    return {"environ_overrides": {"REMOTE_ADDR": f"192.0.2.{number}"}}


def sign_in(client, name, password=WRONG, number=1):
    body = {"identifier": name, "password": password}
    return client.post(f"{ROOT}/sessions", json=body, **from_somewhere(number))


def asked_for_mail(client, email, number):
    return client.post(f"{ROOT}/password-resets", json={"email": email}, **from_somewhere(number)).status_code


def test_an_attempt_does_not_tell_what_was_tried_before_at_the_same_account(limited, make_account):
    make_account("ada")
    asked = ("ada", "ADA@example.org", " ada@example.org", "nobody", "nobody@example.org", "nobody@example.org")
    told = [sign_in(limited, name, number=number).headers["RateLimit"] for number, name in enumerate(asked, 1)]
    assert {each.partition(";t=")[0] for each in told} == {'"sign-in";r=9'}


def test_a_name_without_an_account_is_one_name_however_it_is_spelled(limited, make_account):
    make_account("ada")
    for spelled in (("ada", " ADA ", "\uff41da"), ("ida@example.org", " IDA@Example.ORG", "\uff49da@example\u3002org")):
        answers = [sign_in(limited, spelled[number % 3], number=number).status_code for number in range(12)]
        assert answers == [401] * 10 + [429] * 2


def test_one_mailbox_gets_no_more_mails_by_being_spelled_in_other_ways(limited):
    spelled = ("ada@example.org", "ADA@Example.org", "\uff41da@example.org", "ada@example\u3002org")
    answers = [asked_for_mail(limited, spelled[number % 4], number) for number in range(12)]
    assert answers == [204] * 10 + [429] * 2


def test_whoever_guesses_outside_keeps_nobody_who_is_signed_in_from_a_new_password(limited, make_account):
    make_account("ada")
    grant = sign_in(limited, "ada", PASSWORD).get_json()
    stranger = contract_client(limited.application, "users")
    assert [sign_in(stranger, "ada", number=number).status_code for number in range(2, 14)][-1] == 429
    body, headers = (
        {"current_password": PASSWORD, "password": NEW},
        {"Authorization": f"Bearer {grant['access_token']}"},
    )
    assert limited.put(f"{ROOT}/me/password", json=body, headers=headers).status_code == 204


@pytest.mark.parametrize("stored", ["-", "md5$salt$0cc175b9c0f1b6a831c399e269772661"])
def test_an_account_whose_password_was_never_chosen_costs_the_same_hash(client, make_account, verified, stored):
    make_account("ada", password_hash=stored)
    verified.clear()
    refused(sign_in(client, "ada"), 401, "wrong_credentials")
    assert len(verified) == 1


def test_a_heap_of_device_cookies_is_no_heap_of_attempts(make_app, make_account, limited, verified):
    make_account("ada")
    generous = make_app()
    devices = [contract_client(generous, "users") for _ in range(24)]
    cookies = []
    for each in devices:
        assert sign_in(each, "ada", PASSWORD).status_code == 201
        cookies.append(each.get_cookie("device", path=f"{ROOT}/sessions").value)
    verified.clear()
    for cookie in cookies:
        limited.set_cookie("device", cookie, domain="localhost", path=f"{ROOT}/sessions")
        for _ in range(4):
            sign_in(limited, "ada")
    assert len(verified) <= 40


def test_a_token_that_nobody_looks_at_is_no_way_round_the_limit_of_an_address(make_app):
    client = contract_client(make_app(anonymous_limit="5 per minute"), "users")
    answers = [
        client.post(f"{ROOT}/sessions/refresh", headers={"Authorization": f"Bearer {number}"}).status_code
        for number in range(7)
    ]
    assert answers == [401] * 5 + [429] * 2
