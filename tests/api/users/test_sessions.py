"""Seeing and ending sessions."""

import pytest

from api.users.sessions import rules
from tests.api.users.conftest import ROOT, refresh_cookie, refused
from tests.support.contract import contract_client

NOWHERE = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"


@pytest.fixture
def ada(person):
    return person("ada")


def listed(person) -> list[str]:
    return [each["id"] for each in person.call("GET", "/sessions").get_json()["items"]]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/sessions"),
        ("DELETE", "/sessions"),
        ("DELETE", "/sessions/current"),
        ("GET", f"/sessions/{NOWHERE}"),
        ("DELETE", f"/sessions/{NOWHERE}"),
    ],
)
def test_without_a_token_nothing_of_a_session_is_shown_or_ended(client, method, path):
    refused(client.open(f"{ROOT}{path}", method=method), 401, "unauthenticated")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_other_peoples_sessions_do_not_exist_for_you(ada, person, store, method):
    eve = person("eve", "owner")
    refused(eve.call(method, f"/sessions/{ada.grant['session_id']}"), 404, "not_found")
    refused(eve.call(method, f"/sessions/{NOWHERE}"), 404, "not_found")
    assert listed(ada) == [ada.grant["session_id"]]
    assert listed(eve) == [eve.grant["session_id"]]


def test_signing_out_does_not_end_the_session_that_a_strangers_cookie_names(ada, person, app):
    eve = person("eve")
    eve.client.set_cookie("refresh", refresh_cookie(ada.client), domain="localhost", path=f"{ROOT}/sessions")
    assert eve.call("DELETE", "/sessions/current").status_code == 204
    assert ada.call("GET", "/me").status_code == 200


def test_an_ended_session_is_gone_and_cannot_be_ended_again(ada, sign_in):
    other = sign_in(ada.account)
    path = f"/sessions/{other.grant['session_id']}"
    assert ada.call("DELETE", path).status_code == 204
    refused(ada.call("GET", path), 404, "not_found")
    refused(ada.call("DELETE", path), 404, "not_found")
    assert listed(ada) == [ada.grant["session_id"]]
    refused(other.call("GET", "/me"), 401, "unauthenticated")
    refused(other.client.post(f"{ROOT}/sessions/refresh"), 401, "unauthenticated")


def test_my_sessions_are_listed_the_newest_first_with_where_they_are_from(ada, sign_in, clock):
    clock.advance(minutes=1)
    newer = sign_in(ada.account)
    first, second = newer.call("GET", "/sessions").get_json()["items"]
    assert (first["id"], first["current"]) == (newer.grant["session_id"], True)
    assert (second["id"], second["current"]) == (ada.grant["session_id"], False)
    assert (second["address"], second["created_at"]) == ("127.0.0.1", "2026-11-23T09:00:00.000000Z")
    assert newer.call("GET", f"/sessions/{second['id']}").get_json() == second


def test_a_long_list_comes_in_pages(ada, sign_in):
    made = {ada.grant["session_id"], *(sign_in(ada.account).grant["session_id"] for _ in range(4))}
    page = ada.call("GET", "/sessions?limit=2&count=exact")
    assert page.get_json()["total"] == 5
    assert 'rel="next"' in page.headers["Link"]
    seen = [each["id"] for each in page.get_json()["items"]]
    while page.get_json()["next"]:
        page = ada.call("GET", f"/sessions?limit=2&cursor={page.get_json()['next']}")
        seen += [each["id"] for each in page.get_json()["items"]]
    assert len(seen) == 5
    assert set(seen) == made


def test_signing_out_ends_the_session_and_takes_the_cookie_away(ada, app):
    token = refresh_cookie(ada.client)
    response = ada.call("DELETE", "/sessions/current")
    assert response.status_code == 204
    assert "Max-Age=0" in response.headers["Set-Cookie"]
    assert refresh_cookie(ada.client) is None
    refused(ada.call("GET", "/me"), 401, "unauthenticated")
    copy = contract_client(app, "users")
    copy.set_cookie("refresh", token, domain="localhost", path=f"{ROOT}/sessions")
    refused(copy.post(f"{ROOT}/sessions/refresh"), 401, "unauthenticated")


def test_signing_out_ends_the_session_of_the_cookie_too(ada, sign_in):
    other = sign_in(ada.account)
    other.client.set_cookie("refresh", refresh_cookie(ada.client), domain="localhost", path=f"{ROOT}/sessions")
    assert other.call("DELETE", "/sessions/current").status_code == 204
    refused(ada.call("GET", "/me"), 401, "unauthenticated")


def test_signing_out_everywhere_ends_every_session_of_mine_and_nobody_elses(ada, sign_in, person):
    others = [sign_in(ada.account) for _ in range(3)]
    eve = person("eve")
    assert ada.call("DELETE", "/sessions").status_code == 204
    for each in [ada, *others]:
        refused(each.call("GET", "/me"), 401, "unauthenticated")
    assert eve.call("GET", "/me").status_code == 200


def test_a_session_that_ran_out_is_not_listed(ada, sign_in, clock):
    clock.advance(days=30, seconds=1)
    later = sign_in(ada.account)
    assert listed(later) == [later.grant["session_id"]]
    refused(later.call("GET", f"/sessions/{ada.grant['session_id']}"), 404, "not_found")


def test_the_hundred_and_first_session_ends_the_oldest(ada, context, store, clock):
    account = store.get("accounts", ada.account["id"]).record
    for _ in range(100):
        clock.advance(seconds=1)
        store.commit(rules.begin(context, account, rules.Device(None, None)).operations)
    page = store.find("sessions", {"account_id": account["id"], "ends_after": context.next_moment()}, count=True)
    assert page.total == 100
    assert rules.own(context, account["id"], ada.grant["session_id"]) is None
