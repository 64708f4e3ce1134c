"""Tokens are checked here, by published keys and by what the links have brought; the User Service may be away."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from joserfc.jwk import OKPKey

from api.shared.store import delete, update
from tests.support import forging


def status(person) -> int:
    return person.get("/posts?status=any").status_code


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "other"},
        {"exp": 0},
        {"iat": 4102444800},
        {"role": "king"},
        {"sub": 1},
        {"sid": None},
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(ada, changed):
    assert status(ada.with_token(ada.fresh_token(**changed))) == 401


@pytest.mark.parametrize(
    "header", [{"alg": "none"}, {"typ": "JWT"}, {"kid": "unknown"}, {"jku": "https://evil.example"}]
)
def test_a_token_with_another_header_is_refused(ada, users, header):
    good = ada.fresh_token()
    encoded, payload, signature = good.split(".")
    protected = {"alg": "Ed25519", "typ": "at+jwt", "kid": users.keys[0].kid, **header}
    forged = urlsafe_b64encode(json.dumps(protected).encode()).rstrip(b"=").decode()
    assert status(ada.with_token(f"{forged}.{payload}.{signature}")) == 401
    assert status(ada.with_token(f"{encoded}.{payload}.")) == 401
    assert status(ada.with_token(good)) == 200


def test_a_token_of_another_key_is_refused(ada, users):
    stranger = type(users)()
    stranger.keys[0] = OKPKey.generate_key("Ed25519", {"kid": users.keys[0].kid})
    claims = json.loads(urlsafe_b64decode(ada.fresh_token().split(".")[1] + "=="))
    assert status(ada.with_token(stranger.sign(claims))) == 401


def test_no_forged_or_stale_token_is_taken(ada, users):
    key = users.keys[0]
    claims = json.loads(urlsafe_b64decode(ada.fresh_token().split(".")[1] + "=="))
    assert status(ada.with_token(forging.signed(forging.header(key.kid), claims, key))) == 200
    answers = {wrong: status(ada.with_token(token)) for wrong, token in forging.forgeries(claims, key, key.kid)}
    assert len(answers) > 25
    # signed by our own key: of sessions the blog knows those that ended, which ones there are Users alone
    assert {wrong: answer for wrong, answer in answers.items() if answer != 401} == {"another session": 200}


def test_keys_are_fetched_once_and_again_for_an_unknown_one(ada, users, clock):
    assert [status(ada) for _ in range(3)] == [200] * 3
    assert users.asked == 1
    users.rotate()
    clock.advance(seconds=5)
    assert [status(ada) for _ in range(3)] == [200] * 3
    assert users.asked == 2


def test_unknown_keys_are_asked_for_every_few_seconds_at_most(ada, users, clock):
    assert status(ada) == 200
    stranger = type(users)()
    claims = json.loads(urlsafe_b64decode(ada.fresh_token().split(".")[1] + "=="))
    clock.advance(seconds=5)
    assert {status(ada.with_token(stranger.sign(claims))) for _ in range(5)} == {401}
    assert users.asked == 2


def test_with_the_user_service_away_known_keys_go_on(ada, users, clock):
    assert status(ada) == 200
    users.away = True
    clock.advance(minutes=30)
    assert ada.post("/posts", {"title": "A"}).status_code == 201
    users.rotate()
    assert status(ada) == 401
    users.away = False
    clock.advance(seconds=5)
    assert status(ada) == 200


def test_a_user_service_that_has_never_answered_is_asked_again(ada, users, clock):
    users.away = True
    assert status(ada) == 401
    users.away = False
    assert status(ada) == 401
    clock.advance(seconds=5)
    assert status(ada) == 200


def test_a_changed_role_holds_at_once_whatever_the_token_says(ada, accounts, clock, wait_for):
    assert ada.post("/redirects", {"from_path": "/a", "to_path": "/b"}).status_code == 403
    accounts.commit([update("accounts", ada.account_id, {"role": "editor"})])
    wait_for(f"account:{ada.account_id}", role="editor")
    clock.advance(seconds=2)
    assert ada.post("/redirects", {"from_path": "/a", "to_path": "/b"}).status_code == 201


def test_a_session_that_the_links_have_not_brought_yet_is_believed(make_person, sign, clock, ada):
    token = sign(ada.account_id, "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d", "author")
    assert status(ada.with_token(token)) == 200


def test_a_session_of_somebody_else_is_refused(ada, bob, sign):
    assert status(ada.with_token(sign(ada.account_id, bob.session_id, "author"))) == 401


def test_a_deleted_session_ends_with_its_token(ada, accounts, clock, wait_for):
    assert status(ada) == 200
    accounts.commit([update("accounts", ada.account_id, {"state": "deleted"}), delete("sessions", ada.session_id)])
    wait_for(f"account:{ada.account_id}", state="deleted")
    clock.advance(seconds=2)
    assert status(ada) == 401


def test_another_scheme_than_bearer_is_refused(ada):
    for header in ("Basic YTpi", "Bearer", "Bearer x", "bearer  "):
        response = ada.client.get("/api/blog/v1/posts", headers={"Authorization": header})
        assert response.status_code == 401, header
    good = f"bEaReR {ada.fresh_token()}"
    assert ada.client.get("/api/blog/v1/posts", headers={"Authorization": good}).status_code == 200
