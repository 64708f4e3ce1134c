"""Access tokens that nobody here gave out, or whose time is over: what every service has to refuse."""

import base64
import hmac
import json
from collections.abc import Iterator
from typing import Any

from joserfc.jwk import OKPKey

STRANGER = OKPKey.generate_key("Ed25519")
STRANGERS_HALF = STRANGER.as_dict(private=False)


def encoded(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(header: Any, claims: Any, key: OKPKey) -> str:
    """Sign whatever is given, with no check of our own or of the library's."""
    body = f"{encoded(header)}.{encoded(claims)}"
    return f"{body}.{encoded(key.get_op_key('sign').sign(body.encode()))}"


def macced(header: Any, claims: Any, secret: bytes) -> str:
    body = f"{encoded(header)}.{encoded(claims)}"
    return f"{body}.{encoded(hmac.digest(secret, body.encode(), 'sha256'))}"


def header(kid: str) -> dict[str, Any]:
    """Return the header of a good token."""
    return {"alg": "Ed25519", "typ": "at+jwt", "kid": kid}


def headers(kid: str) -> dict[str, Any]:
    """Return headers of bad ones, by what is wrong with them."""
    good = header(kid)
    return {
        "alg none": {**good, "alg": "none"},
        "alg None": {**good, "alg": "None"},
        "the old alg": {**good, "alg": "EdDSA"},
        "another alg": {**good, "alg": "RS256"},
        "no alg": {"typ": "at+jwt", "kid": kid},
        "alg of another type": {**good, "alg": ["Ed25519"]},
        "another typ": {**good, "typ": "JWT"},
        "no typ": {"alg": "Ed25519", "kid": kid},
        "no kid": {"alg": "Ed25519", "typ": "at+jwt"},
        "kid of another type": {**good, "kid": {}},
        "kid of another key": {**good, "kid": "../../dev/null"},
        "jku": {**good, "jku": "https://evil.example.com/jwks.json"},
        "jwk": {**good, "jwk": STRANGERS_HALF},
        "x5u": {**good, "x5u": "https://evil.example.com/cert"},
        "x5c": {**good, "x5c": ["MIIB"]},
        "crit": {**good, "crit": ["exp"]},
        "crit with b64": {**good, "crit": ["b64"], "b64": False},
        "a list as header": [good],
    }


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


def changed(claims: dict[str, Any], difference: dict[str, Any]) -> dict[str, Any]:
    """Return claims with a difference; None stands for a claim that is missing."""
    return {name: value for name, value in {**claims, **difference}.items() if value is not None}


def public_secrets(key: OKPKey) -> dict[str, bytes]:
    """Return what a careless verifier might take for the secret of a symmetric signature."""
    half = {name: value for name, value in key.as_dict(private=False).items() if name != "kid"}
    return {
        "empty": b"",
        "raw": base64.urlsafe_b64decode(half["x"] + "="),
        "encoded": half["x"].encode(),
        "jwk": json.dumps(half).encode(),
        "pem": key.as_pem(private=False),
    }


def forgeries(claims: dict[str, Any], key: OKPKey, kid: str) -> Iterator[tuple[str, str]]:
    """Yield tokens made of the claims of a good one, each with what is wrong with it."""
    good = header(kid)
    yield from ((wrong, signed(each, claims, key)) for wrong, each in headers(kid).items())
    yield from ((wrong, signed(good, changed(claims, each), key)) for wrong, each in CLAIMS.items())
    yield "signed by a stranger", signed(good, claims, STRANGER)
    for wrong, secret in public_secrets(key).items():
        yield f"HS256 by {wrong}", macced({**good, "alg": "HS256"}, claims, secret)
        yield f"a digest by {wrong}", macced(good, claims, secret)
    head, body, signature = signed(good, claims, key).split(".")
    yield "no signature", f"{head}.{body}."
    yield "alg none without a signature", f"{encoded({**good, 'alg': 'none'})}.{body}."
    yield "another's claims", f"{head}.{encoded({**claims, 'role': 'owner'})}.{signature}"
