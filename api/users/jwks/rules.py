"""The keys that sign access tokens. Whoever verifies one needs the public halves only."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from api.shared.auth import ALGORITHM, TOKEN_TYPE

CURVE = "Ed25519"


class KeyRefused(Exception):
    """A signing key cannot be used; the message says which."""


class SigningKeys:
    """The key that signs now, and one that is only published.

    A key is changed in three starts: publish the new one beside the old; sign with the new and publish the old;
    drop the old when the last token that it signed has expired. So no verifier ever meets an unknown key.
    """

    def __init__(self, current: str, published: str | None = None) -> None:
        """Read private JWKs (RFC 8037). Raises KeyRefused."""
        self._current = _private_key(current, "USERS_SIGNING_KEY")
        self._keys = [self._current]
        if published is not None:
            self._keys.append(_private_key(published, "USERS_NEXT_SIGNING_KEY"))
        self._public = {_id_of(key): OKPKey.import_key(_public_half(key)) for key in self._keys}

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return an access token (RFC 9068) over the claims."""
        header = {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": _id_of(self._current)}
        return jws.serialize_compact(header, orjson.dumps(claims), self._current, algorithms=[ALGORITHM])

    def by_id(self, kid: str) -> KeySet | None:
        """Return the public key of that id, for verifying."""
        key = self._public.get(kid)
        return KeySet([key]) if key is not None else None

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON Web Key Set (RFC 7517)."""
        return {"keys": [key.as_dict(private=False) for key in self._public.values()]}

    def secret_for(self, purpose: str) -> bytes:
        """Derive a secret of this installation that is good for one purpose only."""
        return self.secrets_for(purpose)[0]

    def secrets_for(self, purpose: str) -> list[bytes]:
        """Derive the secrets of one purpose, the present key's first: what was sealed before a change counts too."""
        return [
            hmac.digest(str(key.as_dict(private=True)["d"]).encode(), purpose.encode(), hashlib.sha256)
            for key in self._keys
        ]


def _private_key(text: str, name: str) -> OKPKey:
    try:
        key = OKPKey.import_key(orjson.loads(text))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise KeyRefused(f"{name} holds no JSON Web Key.") from error
    if key.get("crv") != CURVE or not key.is_private:
        raise KeyRefused(f"{name} holds no private Ed25519 key.")
    return key


def _id_of(key: OKPKey) -> str:
    return key.kid or key.thumbprint()


def _public_half(key: OKPKey) -> dict[str, Any]:
    return {
        "kty": "OKP",
        "crv": CURVE,
        "x": key.as_dict(private=False)["x"],
        "kid": _id_of(key),
        "use": "sig",
        "alg": ALGORITHM,
    }
