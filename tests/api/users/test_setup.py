"""The owner's account is made once, by whoever holds the code."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.users.app import setup_link
from tests.api.users.conftest import OWNER, PASSWORD, ROOT, refused
from tests.support.contract import contract_client


def set_up(client, code_shown, **changed):
    return client.post(f"{ROOT}/setup", json={**OWNER, "code": code_shown, **changed})


def test_a_wrong_code_is_refused_and_makes_nothing(client, code, store):
    refused(set_up(client, code[:-1] + "?"), 403, "wrong_setup_code")
    assert store.find("accounts").records == []
    assert client.get(f"{ROOT}/setup").get_json() == {"open": True}


def test_without_a_prepared_set_up_there_is_nothing_to_do(client):
    refused(client.get(f"{ROOT}/setup"), 410, "setup_closed")
    refused(set_up(client, "anything"), 410, "setup_closed")


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"password": "short"}, "/password"),
        ({"password": "Password1"}, "/password"),
        ({"password": "ada@example.ORG"}, "/password"),
        ({"username": "bö se"}, "/username"),
        ({"username": ".ada"}, "/username"),
        ({"username": "a" * 40}, "/username"),
        ({"username": ["ada"]}, "/username"),
        ({"email": "ada"}, "/email"),
        ({"email": "a da@example.org"}, "/email"),
        ({"email": "ada@exam..ple.org"}, "/email"),
        ({"email": f"ada@{'x' * 64}.org"}, "/email"),
        ({"email": "ada@\u2028example.org"}, "/email"),
        ({"name": ""}, "/name"),
        ({"name": "A\u0000B"}, "/name"),
        ({"name": "x" * 1001}, "/name"),
        ({"role": "owner"}, "/role"),
        ({"code": None}, "/code"),
    ],
)
def test_unusable_input_is_refused_by_its_place_and_makes_nothing(client, code, store, changed, pointer):
    body = refused(set_up(client, code, **changed), 422, "invalid")
    assert {fault["pointer"] for fault in body["errors"]} == {pointer}
    assert store.find("accounts").records == []


@pytest.mark.parametrize(("taken", "kind"), [("ADA", "username_taken"), ("grace", "email_taken")])
def test_a_name_or_address_that_another_account_has_is_refused(client, code, make_account, taken, kind):
    make_account("ada" if kind == "username_taken" else "grace", email_key="ada@example.org")
    refused(set_up(client, code, username=taken if kind == "username_taken" else "ada"), 409, kind)


def test_a_page_of_another_site_cannot_set_the_blog_up(client, code):
    response = client.post(f"{ROOT}/setup", json={**OWNER, "code": code}, headers={"Origin": "http://evil.example.com"})
    refused(response, 403, "foreign_origin")


def test_the_owner_is_made_and_signed_in_and_the_set_up_is_gone(client, code, store, app):
    answer = set_up(client, code)
    assert answer.status_code == 201
    account = answer.get_json()["account"]
    assert (account["username"], account["role"], account["email"]) == ("ada", "owner", "Ada@Example.org")
    token = answer.get_json()["access_token"]
    assert client.get(f"{ROOT}/me", headers={"Authorization": f"Bearer {token}"}).get_json() == account
    refused(client.get(f"{ROOT}/setup"), 410, "setup_closed")
    refused(set_up(client, code, username="eve", email="eve@example.org"), 410, "setup_closed")
    assert setup_link(app) is None
    assert store.get("setup", "owner") is None


def test_the_owner_can_sign_in_with_either_name_in_any_case(client, code):
    set_up(client, code)
    for name in ("ada", "ADA", " ada ", "\uff41da", "ada@example.org", "ADA@EXAMPLE.ORG"):
        answer = client.post(f"{ROOT}/sessions", json={"identifier": name, "password": PASSWORD})
        assert answer.status_code == 201, name


def test_two_set_ups_at_once_make_one_owner(app, code, store):
    def try_as(name):
        return set_up(contract_client(app, "users"), code, username=name, email=f"{name}@example.org").status_code

    names = [f"owner{number}" for number in range(6)]
    with ThreadPoolExecutor(len(names)) as pool:
        statuses = sorted(pool.map(try_as, names))
    assert statuses == [201, 410, 410, 410, 410, 410]
    assert len(store.find("accounts", {"role": "owner"}).records) == 1


def test_every_start_and_replica_shows_the_same_link_until_there_is_an_owner(app, make_app, code, clock):
    clock.advance(days=1)
    assert setup_link(make_app()) == setup_link(app) == f"http://blog.example.org/setup#code={code}"
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(setup_link, [make_app() for _ in range(4)]))) == 1


def test_replicas_that_start_together_agree_on_the_code(make_app):
    apps = [make_app() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        links = set(pool.map(setup_link, apps))
    assert len(links) == 1
    assert None not in links


def test_another_signing_key_replaces_the_code(app, make_app, code, client, other_signing_key):
    other = make_app(signing_key=other_signing_key)
    fresh = (setup_link(other) or "").partition("#code=")[2]
    assert fresh != code
    refused(set_up(client, code), 403, "wrong_setup_code")
    assert set_up(contract_client(other, "users"), fresh).status_code == 201


def test_only_the_digest_of_the_code_is_stored(code, store):
    record = store.get("setup", "owner").record
    assert code not in str(record)
    assert len(record["code_digest"]) == 64


def test_attempts_are_limited_by_address(make_app, code):
    client = contract_client(make_app(sign_in_limit="10 per 5 minutes"), "users")
    answers = [set_up(client, "wrong").status_code for _ in range(11)]
    assert answers == [403] * 10 + [429]
