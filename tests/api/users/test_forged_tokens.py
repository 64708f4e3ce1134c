"""Tokens that nobody here gave out, and tokens whose time is over, are refused."""

import base64
import hmac
import json
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from api.shared import store as operations
from api.shared.auth import BASE62, token_checksum, token_digest
from api.users.app import create_app
from tests.api.users.conftest import PUBLIC_URL, ROOT, SIGNING_KEY, refused

KEY = OKPKey.import_key(json.loads(SIGNING_KEY))
STRANGER = OKPKey.generate_key("Ed25519")
KID = KEY.kid or KEY.thumbprint()
HEADER = {"alg": "Ed25519", "typ": "at+jwt", "kid": KID}
PUBLIC_HALF = {name: value for name, value in KEY.as_dict(private=False).items() if name != "kid"}
STRANGERS_HALF = STRANGER.as_dict(private=False)


def encoded(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(header: Any, claims: Any, key: OKPKey = KEY) -> str:
    """Sign whatever is given, with no check of our own or of the library's."""
    body = f"{encoded(header)}.{encoded(claims)}"
    return f"{body}.{encoded(key.get_op_key('sign').sign(body.encode()))}"


def macced(header: Any, claims: Any, secret: bytes) -> str:
    body = f"{encoded(header)}.{encoded(claims)}"
    return f"{body}.{encoded(hmac.digest(secret, body.encode(), 'sha256'))}"


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
    assert present(client, signed(HEADER, claims)).status_code == 200


HEADERS = {
    "alg none": {**HEADER, "alg": "none"},
    "alg None": {**HEADER, "alg": "None"},
    "the old alg": {**HEADER, "alg": "EdDSA"},
    "another alg": {**HEADER, "alg": "RS256"},
    "no alg": {"typ": "at+jwt", "kid": KID},
    "alg of another type": {**HEADER, "alg": ["Ed25519"]},
    "another typ": {**HEADER, "typ": "JWT"},
    "no typ": {"alg": "Ed25519", "kid": KID},
    "no kid": {"alg": "Ed25519", "typ": "at+jwt"},
    "kid of another type": {**HEADER, "kid": {}},
    "kid of another key": {**HEADER, "kid": "../../dev/null"},
    "jku": {**HEADER, "jku": "https://evil.example.com/jwks.json"},
    "jwk": {**HEADER, "jwk": STRANGERS_HALF},
    "x5u": {**HEADER, "x5u": "https://evil.example.com/cert"},
    "x5c": {**HEADER, "x5c": ["MIIB"]},
    "crit": {**HEADER, "crit": ["exp"]},
    "crit with b64": {**HEADER, "crit": ["b64"], "b64": False},
    "a list as header": [HEADER],
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_a_header_other_than_ours_is_refused(client, claims, header):
    refused(present(client, signed(header, claims)), 401, "unauthenticated")


CLAIMS: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "http://evil.example.com"},
    "another audience": {"aud": "another-blog"},
    "a list of audiences": {"aud": ["flask-blog", "another-blog"]},
    "expired": {"exp": 1},
    "expiry as text": {"exp": "9999999999"},
    "no expiry": {"exp": None},
    "from the future": {"iat": 99_999_999_999},
    "no time of issue": {"iat": None},
    "a role there is not": {"role": "root"},
    "a role of another type": {"role": ["owner"]},
    "another session": {"sid": "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"},
    "no session": {"sid": None},
    "another account": {"sub": "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"},
    "no account": {"sub": None},
    "an account of another type": {"sub": {"$ne": ""}},
}


@pytest.mark.parametrize("changed", CLAIMS.values(), ids=CLAIMS)
def test_claims_other_than_ours_are_refused(client, claims, changed):
    token = signed(HEADER, {name: value for name, value in {**claims, **changed}.items() if value is not None})
    refused(present(client, token), 401, "unauthenticated")


def test_a_signature_by_another_key_is_refused(client, claims):
    refused(present(client, signed(HEADER, claims, STRANGER)), 401, "unauthenticated")
    known = {**HEADER, "kid": STRANGER.thumbprint()}
    refused(present(client, signed(known, claims, STRANGER)), 401, "unauthenticated")


@pytest.mark.parametrize(
    "secret",
    [
        b"",
        base64.urlsafe_b64decode(PUBLIC_HALF["x"] + "="),
        PUBLIC_HALF["x"].encode(),
        json.dumps(PUBLIC_HALF).encode(),
        KEY.as_pem(private=False),
    ],
    ids=["empty", "raw", "encoded", "jwk", "pem"],
)
def test_the_public_key_is_no_secret_to_sign_with(client, claims, secret):
    refused(present(client, macced({**HEADER, "alg": "HS256"}, claims, secret)), 401, "unauthenticated")
    refused(present(client, macced(HEADER, claims, secret)), 401, "unauthenticated")


def test_a_token_without_or_with_half_a_signature_is_refused(client, claims):
    head, body, signature = signed(HEADER, claims).split(".")
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
    token = signed(HEADER, {**claims, "role": "owner"})
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
    token = signed(HEADER, claims)
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
