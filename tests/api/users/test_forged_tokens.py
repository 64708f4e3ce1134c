"""Tokens that nobody here gave out, and tokens whose time is over, are refused."""

import json

import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from api.shared import store as operations
from api.shared.auth import BASE62, token_checksum, token_digest
from api.users.app import create_app
from tests.api.users.conftest import PUBLIC_URL, ROOT, SIGNING_KEY, refused
from tests.support.forging import CLAIMS, STRANGER, changed, encoded, header, headers, macced, public_secrets, signed

KEY = OKPKey.import_key(json.loads(SIGNING_KEY))
KID = KEY.kid or KEY.thumbprint()
HEADER = header(KID)
HEADERS = headers(KID)
SECRETS = public_secrets(KEY)


@pytest.fixture
def ada(person):
    return person("ada", "author")


@pytest.fixture
def claims(ada, clock):
    now = int(clock.now().timestamp())
    return {
        "iss": PUBLIC_URL,
        "aud": "flask-blog",
        "sub": ada.account["id"],
        "sid": ada.grant["session_id"],
        "role": "author",
        "scope": "",
        "iat": now,
        "exp": now + 600,
        "jti": "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d",
    }


def present(client, token):
    return client.get(f"{ROOT}/me", headers={"Authorization": f"Bearer {token}"})


def test_what_the_forgeries_start_from_is_accepted(client, claims):
    assert present(client, signed(HEADER, claims, KEY)).status_code == 200


@pytest.mark.parametrize("header_given", HEADERS.values(), ids=HEADERS)
def test_a_header_other_than_ours_is_refused(client, claims, header_given):
    refused(present(client, signed(header_given, claims, KEY)), 401, "unauthenticated")


@pytest.mark.parametrize("difference", CLAIMS.values(), ids=CLAIMS)
def test_claims_other_than_ours_are_refused(client, claims, difference):
    refused(present(client, signed(HEADER, changed(claims, difference), KEY)), 401, "unauthenticated")


def test_a_signature_by_another_key_is_refused(client, claims):
    refused(present(client, signed(HEADER, claims, STRANGER)), 401, "unauthenticated")
    known = {**HEADER, "kid": STRANGER.thumbprint()}
    refused(present(client, signed(known, claims, STRANGER)), 401, "unauthenticated")


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_the_public_key_is_no_secret_to_sign_with(client, claims, secret):
    refused(present(client, macced({**HEADER, "alg": "HS256"}, claims, secret)), 401, "unauthenticated")
    refused(present(client, macced(HEADER, claims, secret)), 401, "unauthenticated")


def test_a_token_without_or_with_half_a_signature_is_refused(client, claims):
    head, body, signature = signed(HEADER, claims, KEY).split(".")
    none = encoded({**HEADER, "alg": "none"})
    for token in (
        f"{none}.{body}.",
        f"{head}.{body}.",
        f"{head}.{body}",
        f"{head}.{body}.{signature[:-4]}",
        f"{head}.{body}.{signature}.{signature}",
        f"{head}.{encoded({**claims, 'role': 'owner'})}.{signature}",
        f"{head}.{encoded([claims])}.{signature}",
        f"{head}.{body}.{signature} ",
        f"{head}..{signature}",
        "..",
        "é.é.é",
        "a" * 20_000,
    ):
        response = client.get(f"{ROOT}/me", headers={"Authorization": f"Bearer {token}".encode().decode("latin-1")})
        if token.endswith(" "):
            assert response.status_code == 200
        else:
            refused(response, 401, "unauthenticated")


def test_a_token_for_another_use_of_the_same_key_is_refused(client, claims):
    token = jws.serialize_compact({"alg": "Ed25519", "kid": KID}, json.dumps(claims), KEY, algorithms=["Ed25519"])
    refused(present(client, token), 401, "unauthenticated")


def test_a_higher_role_in_a_token_is_worth_nothing(client, claims, make_account):
    make_account("grace")
    token = signed(HEADER, {**claims, "role": "owner"}, KEY)
    headers = {"Authorization": f"Bearer {token}"}
    refused(client.get(f"{ROOT}/accounts", headers=headers), 403, "forbidden")


def test_an_access_token_is_good_for_ten_minutes(ada, clock):
    clock.advance(seconds=599)
    assert ada.call("GET", "/me").status_code == 200
    clock.advance(seconds=1)
    refused(ada.call("GET", "/me"), 401, "unauthenticated")


@pytest.mark.parametrize("state", ["suspended", "deleted"])
def test_whoever_may_not_act_any_more_is_refused_within_two_seconds(ada, store, clock, state):
    assert ada.call("GET", "/me").status_code == 200
    store.commit([operations.update("accounts", ada.account["id"], {"state": state})])
    clock.advance(seconds=2)
    refused(ada.call("GET", "/me"), 401, "unauthenticated")


def test_a_role_taken_away_is_gone_within_two_seconds(person, store, clock):
    admin = person("root", "admin")
    assert admin.call("GET", "/accounts").status_code == 200
    store.commit([operations.update("accounts", admin.account["id"], {"role": "editor"})])
    clock.advance(seconds=2)
    refused(admin.call("GET", "/accounts"), 403, "forbidden")


def test_both_published_keys_verify_and_a_dropped_one_does_not(make_app, ada, claims, other_signing_key):
    token = signed(HEADER, claims, KEY)
    # the three starts of a change of key: publish the new one, sign with it, drop the old one
    before = make_app(next_signing_key=other_signing_key).test_client()
    during = make_app(signing_key=other_signing_key, next_signing_key=SIGNING_KEY).test_client()
    after = make_app(signing_key=other_signing_key).test_client()
    assert present(before, token).status_code == 200
    assert present(during, token).status_code == 200
    assert present(after, token).status_code == 401
    kids = [{key["kid"] for key in each.get("/.well-known/jwks.json").get_json()["keys"]} for each in (before, during)]
    assert kids[0] == kids[1]
    assert len(kids[0]) == 2


def test_the_published_keys_are_public(client):
    keys = client.get("/.well-known/jwks.json").get_json()["keys"]
    assert [set(key) for key in keys] == [{"kty", "crv", "x", "kid", "use", "alg"}]
    assert keys[0]["kid"] == KID


@pytest.mark.parametrize(
    "token",
    [
        "fb_",
        "fb_" + "a" * 38,
        "fb_" + "0" * 32 + token_checksum("0" * 32),
        "fb_" + "0" * 31 + "-" + token_checksum("0" * 31 + "-"),
        "FB_" + "0" * 32 + token_checksum("0" * 32),
    ],
)
def test_a_personal_access_token_that_was_never_made_is_refused(client, token):
    refused(present(client, token), 401, "unauthenticated")


class Counting:
    """Carries requests on and keeps their paths."""

    def __init__(self, transport):
        self.transport = transport
        self.asked = []

    def request(self, method, path, **options):
        self.asked.append(path)
        return self.transport.request(method, path, **options)


def test_a_mistyped_token_is_refused_without_asking_the_database(database, settings, clock):
    transport = Counting(database.transport)
    client = create_app(settings, database=transport, clock=clock).test_client()
    body = BASE62[:32]
    right = f"fb_{body}{token_checksum(body)}"
    refused(present(client, right), 401, "unauthenticated")
    assert [token_digest(right) in path for path in transport.asked] == [True]
    refused(present(client, right[:-1] + ("0" if right[-1] != "0" else "1")), 401, "unauthenticated")
    assert len(transport.asked) == 1
