"""Staying signed in: one use a token, a grace for a lost answer, the end of a session whose token was copied."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.shared import store as operations
from tests.api.users.conftest import ROOT, refresh_cookie, refused
from tests.support.contract import contract_client


@pytest.fixture
def ada(person):
    return person("ada", "author")


def refresh(app, token, **headers):
    """Refresh as a program that holds this token and no other."""
    client = contract_client(app, "users")
    if token is not None:
        client.set_cookie("refresh", token, domain="localhost", path=f"{ROOT}/sessions")
    return client.post(f"{ROOT}/sessions/refresh", headers=headers)


def cookie_of(response) -> str:
    return response.headers["Set-Cookie"].partition("refresh=")[2].partition(";")[0]


def ended(store, person) -> bool:
    return store.get("sessions", person.grant["session_id"]).record["revoked_at"] is not None


@pytest.mark.parametrize("token", [None, "", "x", "a" * 150, "..", "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d.x.y"])
def test_without_a_refresh_token_there_is_nothing_to_refresh(app, token):
    refused(refresh(app, token), 401, "unauthenticated")


def test_a_forged_token_is_refused_and_does_not_end_the_session_it_names(app, ada, store):
    session_id, secret, seal = refresh_cookie(ada.client).split(".")
    for forged in (
        f"{session_id}.{secret[::-1]}.{seal}",
        f"{session_id}.{secret}.{seal[::-1]}",
        f"{session_id}.{'A' * 43}.{'A' * 43}",
    ):
        refused(refresh(app, forged), 401, "unauthenticated")
    assert not ended(store, ada)


def test_a_token_of_one_session_does_not_refresh_another(app, ada, person):
    eve = person("eve")
    session_id = refresh_cookie(ada.client).split(".")[0]
    _, secret, seal = refresh_cookie(eve.client).split(".")
    refused(refresh(app, f"{session_id}.{secret}.{seal}"), 401, "unauthenticated")


def test_a_page_of_another_site_cannot_refresh(app, ada):
    response = refresh(app, refresh_cookie(ada.client), Origin="http://evil.example.com")
    refused(response, 403, "foreign_origin")
    assert "Set-Cookie" not in response.headers


def test_a_token_used_again_later_ends_the_session_everywhere(app, ada, clock, store):
    first = refresh_cookie(ada.client)
    second = cookie_of(refresh(app, first))
    clock.advance(seconds=11)
    refused(refresh(app, first), 401, "unauthenticated")
    assert ended(store, ada)
    refused(refresh(app, second), 401, "unauthenticated")
    refused(ada.call("GET", "/me"), 401, "unauthenticated")


def test_a_token_from_long_ago_ends_the_session_too(app, ada, clock, store):
    first = refresh_cookie(ada.client)
    latest = first
    for _ in range(3):
        clock.advance(minutes=9)
        latest = cookie_of(refresh(app, latest))
    refused(refresh(app, first), 401, "unauthenticated")
    assert ended(store, ada)
    refused(refresh(app, latest), 401, "unauthenticated")


def test_within_the_grace_an_older_one_than_the_last_still_ends_the_session(app, ada, store):
    first = refresh_cookie(ada.client)
    second = cookie_of(refresh(app, first))
    refresh(app, second)
    refused(refresh(app, first), 401, "unauthenticated")
    assert ended(store, ada)


@pytest.mark.parametrize("state", ["suspended", "deleted"])
def test_an_account_that_may_not_act_cannot_refresh(app, ada, store, state):
    store.commit([operations.update("accounts", ada.account["id"], {"state": state})])
    refused(refresh(app, refresh_cookie(ada.client)), 401, "unauthenticated")


def test_a_session_unused_for_thirty_days_is_over(app, ada, clock):
    clock.advance(days=30)
    refused(refresh(app, refresh_cookie(ada.client)), 401, "unauthenticated")


def test_each_refresh_gives_the_session_thirty_more_days(app, ada, clock):
    token = refresh_cookie(ada.client)
    for _ in range(3):
        clock.advance(days=29)
        response = refresh(app, token)
        assert response.status_code == 200
        token = cookie_of(response)


def test_a_refresh_gives_new_tokens_for_the_same_session(ada, clock, store):
    before = refresh_cookie(ada.client)
    clock.advance(minutes=11)
    refused(ada.call("GET", "/me"), 401, "unauthenticated")
    answer = ada.client.post(f"{ROOT}/sessions/refresh")
    assert answer.status_code == 200
    body = answer.get_json()
    assert body["session_id"] == ada.grant["session_id"]
    assert refresh_cookie(ada.client) != before
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    assert ada.client.get(f"{ROOT}/me", headers=headers).status_code == 200
    session = store.get("sessions", body["session_id"]).record
    assert session["used_at"] == "2026-11-23T09:11:00.000000Z"
    assert (session["expires_at"], session["version"]) == ("2026-12-23T09:11:00.000000Z", 2)


def test_an_expired_access_token_beside_the_cookie_does_not_stand_in_its_way(ada, clock):
    clock.advance(minutes=11)
    assert ada.call("POST", "/sessions/refresh").status_code == 200


def test_a_lost_answer_may_be_asked_for_again_for_ten_seconds(app, ada, clock, store):
    first = refresh_cookie(ada.client)
    second = cookie_of(refresh(app, first))
    clock.advance(seconds=10)
    again = refresh(app, first)
    assert again.status_code == 200
    assert cookie_of(again) == second
    assert store.get("sessions", ada.grant["session_id"]).record["version"] == 2
    assert refresh(app, second).status_code == 200


def test_tabs_that_refresh_at_once_all_stay_signed_in(app, ada, store):
    token = refresh_cookie(ada.client)
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: refresh(app, token), range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len({cookie_of(answer) for answer in answers}) == 1
    assert store.get("sessions", ada.grant["session_id"]).record["version"] == 2


def test_a_role_given_meanwhile_is_in_the_next_token(app, ada, store):
    store.commit([operations.update("accounts", ada.account["id"], {"role": "editor"})])
    assert refresh(app, refresh_cookie(ada.client)).get_json()["account"]["role"] == "editor"


def test_another_signing_key_keeps_everybody_signed_in(make_app, ada, other_signing_key):
    changed = make_app(signing_key=other_signing_key)
    answer = refresh(changed, refresh_cookie(ada.client))
    assert answer.status_code == 200
    assert refresh(changed, cookie_of(answer)).status_code == 200
