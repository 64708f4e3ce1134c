"""The second factor: no sign-in ends without it, and each code is good once."""

from datetime import timedelta

import pyotp
import pytest

from api.shared import store as operations
from api.users.second_factor import rules
from api.users.sessions.rules import Device, SecondFactorNeeded, begin
from tests.api.users.conftest import PASSWORD, ROOT, SIGNING_KEY, refresh_cookie, refused
from tests.support.contract import contract_client

FACTOR = "/me/second-factor"


@pytest.fixture
def app_code(clock):
    """Return what an authenticator app shows now, or some steps from now."""
    return lambda secret, steps=0: pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30 * steps))


@pytest.fixture
def turn_on(clock, app_code):
    """Turn on a person's second factor; returns the secret and the recovery codes."""

    def turn(person):
        secret = person.call("POST", FACTOR, json={"password": PASSWORD}).get_json()["secret"]
        confirmed = person.call("POST", f"{FACTOR}/confirm", json={"code": app_code(secret)})
        assert confirmed.status_code == 200, confirmed.data
        clock.advance(seconds=30)
        return secret, confirmed.get_json()["recovery_codes"]

    return turn


@pytest.fixture
def stranger(app):
    """A browser without any cookie."""
    return contract_client(app, "users")


def password_step(client, name="ada", password=PASSWORD):
    return client.post(f"{ROOT}/sessions", json={"identifier": name, "password": password})


def code_step(client, challenge, code, **options):
    return client.post(f"{ROOT}/sessions/second-factor", json={"challenge": challenge, "code": code}, **options)


def challenge_for(client, name="ada"):
    return refused(password_step(client, name), 401, "second_factor_needed")["challenge"]


def test_the_right_password_alone_gives_no_session_once_the_factor_is_on(person, turn_on, stranger, store):
    turn_on(person("ada"))
    before = len(store.find("sessions", limit=100).records)
    answer = password_step(stranger)
    refused(answer, 401, "second_factor_needed")
    assert "Set-Cookie" not in answer.headers
    assert refresh_cookie(stranger) is None
    assert len(store.find("sessions", limit=100).records) == before


def test_a_wrong_password_is_answered_as_without_a_factor(person, turn_on, stranger):
    turn_on(person("ada"))
    refused(password_step(stranger, password="not the password"), 401, "wrong_credentials")


def test_a_challenge_is_no_token(person, turn_on, stranger):
    turn_on(person("ada"))
    challenge = challenge_for(stranger)
    for path in ("/me", "/sessions", "/tokens"):
        refused(stranger.get(f"{ROOT}{path}", headers={"Authorization": f"Bearer {challenge}"}), 401, "unauthenticated")


@pytest.fixture
def ada(person):
    return person("ada")


@pytest.fixture
def secret(ada, turn_on):
    """The secret of Ada's factor, which is on."""
    return turn_on(ada)[0]


@pytest.fixture
def challenge(secret, stranger):
    return challenge_for(stranger)


def test_a_wrong_code_and_a_foreign_or_altered_challenge_give_nothing(ada, person, turn_on, stranger, app_code):
    secret, _ = turn_on(ada)
    turn_on(person("bob"))
    challenge = challenge_for(stranger)
    refused(code_step(stranger, challenge, app_code(secret, 5)), 401, "wrong_second_factor")
    bobs = challenge_for(stranger, "bob")
    refused(code_step(stranger, bobs, app_code(secret)), 401, "wrong_second_factor")
    account, expires, seal = challenge.split(".")
    for altered in (
        f"{bobs.split('.')[0]}.{expires}.{seal}",
        f"{account}.{int(expires) + 60}.{seal}",
        f"{account}.{expires}.{seal[:-1]}",
        f"{account}.{expires}",
        "x",
        "..",
        f"{account}.\u0663.{seal}",
        f"{account}.{expires}.\u00e9",
    ):
        refused(code_step(stranger, altered, app_code(secret)), 401, "challenge_over")


def test_a_challenge_is_over_after_five_minutes(secret, challenge, stranger, app_code, clock):
    clock.advance(seconds=299)
    refused(code_step(stranger, challenge, app_code(secret, 9)), 401, "wrong_second_factor")
    clock.advance(seconds=1)
    refused(code_step(stranger, challenge, app_code(secret)), 401, "challenge_over")


def test_a_challenge_dies_with_the_password_it_stands_for(person, turn_on, stranger, app_code, store):
    ada = person("ada")
    secret, _ = turn_on(ada)
    challenge = challenge_for(stranger)
    store.commit([operations.update("accounts", ada.account["id"], {"password_hash": "$another"})])
    refused(code_step(stranger, challenge, app_code(secret)), 401, "challenge_over")


def test_the_challenge_of_an_account_that_was_suspended_meanwhile_is_over(person, turn_on, stranger, app_code, store):
    ada = person("ada")
    secret, _ = turn_on(ada)
    challenge = challenge_for(stranger)
    store.commit([operations.update("accounts", ada.account["id"], {"state": "suspended"})])
    refused(code_step(stranger, challenge, app_code(secret)), 401, "challenge_over")


def test_a_code_is_good_once_and_none_before_it_is_good_any_more(person, turn_on, stranger, app_code):
    secret, _ = turn_on(person("ada"))
    challenge = challenge_for(stranger)
    signed_in = code_step(stranger, challenge, app_code(secret))
    assert signed_in.status_code == 201
    assert signed_in.get_json()["account"]["username"] == "ada"
    assert refresh_cookie(stranger)
    for steps in (0, -1):
        refused(code_step(stranger, challenge, app_code(secret, steps)), 401, "wrong_second_factor")
    assert code_step(stranger, challenge, app_code(secret, 1)).status_code == 201


def test_a_recovery_code_is_good_once_however_it_is_typed(person, turn_on, stranger):
    ada = person("ada")
    _, codes = turn_on(ada)
    challenge = challenge_for(stranger)
    assert code_step(stranger, challenge, f" {codes[3].lower().replace('-', ' ')} ").status_code == 201
    refused(code_step(stranger, challenge, codes[3]), 401, "wrong_second_factor")
    assert ada.call("GET", FACTOR).get_json()["recovery_codes_left"] == 9


def test_five_codes_may_be_tried_in_five_minutes_and_then_not_even_the_right_one(make_app, person, turn_on, app_code):
    secret, codes = turn_on(person("ada"))
    client = contract_client(make_app(second_factor_limit="5 per 5 minutes"), "users")
    challenge = challenge_for(client)
    for number in range(5):
        address = {"REMOTE_ADDR": f"192.0.2.{number}"}
        refused(code_step(client, challenge, "000 000", environ_overrides=address), 401, "wrong_second_factor")
    for right in (app_code(secret), codes[0]):
        refused(code_step(client, challenge, right), 429, "too_many_requests")


def test_turning_it_on_ends_the_other_sessions_and_keeps_this_one(make_account, sign_in, turn_on):
    account = make_account("ada")
    here, elsewhere = sign_in(account), sign_in(account)
    turn_on(here)
    assert here.call("GET", "/me").status_code == 200
    refused(elsewhere.call("GET", "/me"), 401, "unauthenticated")


def test_nothing_changes_for_signing_in_until_the_first_code_was_right(person, stranger, app_code):
    ada = person("ada")
    begun = ada.call("POST", FACTOR, json={"password": PASSWORD}).get_json()
    assert begun["uri"].startswith("otpauth://totp/")
    assert begun["secret"] in begun["uri"]
    assert begun["qr_svg"].startswith("<svg ")
    assert ada.call("GET", FACTOR).get_json()["state"] == "pending"
    refused(ada.call("POST", f"{FACTOR}/confirm", json={"code": app_code(begun["secret"], 7)}), 403, "wrong_code")
    assert password_step(stranger).status_code == 201


def test_a_factor_is_begun_with_the_password_alone(person, store):
    ada = person("ada")
    refused(ada.call("POST", FACTOR, json={"password": "not the password"}), 403, "wrong_password")
    refused(ada.call("POST", f"{FACTOR}/confirm", json={"code": "123456"}), 409, "second_factor_off")
    assert store.get("second_factors", ada.account["id"]) is None


def test_a_factor_that_is_on_cannot_be_begun_or_confirmed_again(person, turn_on, app_code):
    ada = person("ada")
    secret, _ = turn_on(ada)
    refused(ada.call("POST", FACTOR, json={"password": PASSWORD}), 409, "second_factor_on")
    refused(ada.call("POST", f"{FACTOR}/confirm", json={"code": app_code(secret)}), 409, "second_factor_on")


@pytest.mark.parametrize("action", ["disable", "recovery-codes"])
def test_turning_it_off_and_new_recovery_codes_need_password_and_code(person, turn_on, app_code, action, stranger):
    ada = person("ada")
    path = f"{FACTOR}/{action}"
    refused(ada.call("POST", path, json={"password": PASSWORD, "code": "123456"}), 409, "second_factor_off")
    secret, old = turn_on(ada)
    for password, code, status, problem in (
        ("not the password", app_code(secret), 403, "wrong_password"),
        (PASSWORD, app_code(secret, 9), 403, "wrong_code"),
    ):
        refused(ada.call("POST", path, json={"password": password, "code": code}), status, problem)
    assert ada.call("POST", path, json={"password": PASSWORD, "code": app_code(secret)}).status_code in {200, 204}
    if action == "disable":
        assert password_step(stranger).status_code == 201
    else:
        refused(code_step(stranger, challenge_for(stranger), old[0]), 401, "wrong_second_factor")


def test_a_factor_turned_on_while_somebody_signs_in_is_not_walked_past(context, person, turn_on, store):
    """The sign-in looked before the factor was on, and commits after: its commit has to fail."""
    ada = person("ada")
    grant = begin(context, ada.account, Device(None, None))
    turn_on(ada)
    with pytest.raises(operations.AlreadyExists):
        store.commit(grant.operations)
    with pytest.raises(SecondFactorNeeded):
        begin(context, ada.account, Device(None, None))


def test_two_sign_ins_cannot_spend_the_same_code(context, person, turn_on, app_code, store):
    ada = person("ada")
    secret, _ = turn_on(ada)
    first, second = (begin(context, ada.account, Device(None, None), code=app_code(secret)) for _ in range(2))
    store.commit(first.operations)
    with pytest.raises(operations.VersionMismatch):
        store.commit(second.operations)
    with pytest.raises(rules.CodeWrong):
        begin(context, ada.account, Device(None, None), code=app_code(secret))


def test_a_challenge_survives_a_change_of_the_signing_key(secret, challenge, make_app, app_code, other_signing_key):
    changed = make_app(signing_key=other_signing_key, next_signing_key=SIGNING_KEY)
    assert code_step(contract_client(changed, "users"), challenge, app_code(secret)).status_code == 201


def test_the_factor_goes_with_the_account(ada, secret, store):
    deleted = ada.call("POST", "/me/deletion", json={"password": PASSWORD})
    assert deleted.status_code == 204, (deleted.data, secret)
    assert store.get("second_factors", ada.account["id"]) is None
