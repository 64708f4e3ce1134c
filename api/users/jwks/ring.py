"""The file of signing keys: which signs now, which is next, which is only still known. Time alone decides.

It is one private JWK, or, once it was rotated, a JWK Set: each key has `from`, the second from which it signs until the
next one does, and a symmetric key keeps what other secrets are derived from. So every process that reads the file
agrees with the others without a word, and a rotation changes nothing but signatures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

CURVE = "Ed25519"
# How long a token is good, and with it the key that signed it
TOKEN_SECONDS = 600
CLOCKS_DIFFER = 5
STARTS, ROOT = "from", "oct"


class KeyRefused(Exception):
    """A signing key cannot be used; the message says which."""


class RotationRuns(Exception):
    """A next key waits, or the last one is still needed: `until` says, in seconds since 1970, until when."""

    def __init__(self, until: int) -> None:
        super().__init__("one rotation at a time")
        self.until = until


@dataclass(frozen=True, slots=True)
class Timed:
    """A key and when it signs; `end` is when the last token that it signed has expired."""

    key: OKPKey = field(repr=False)
    start: int
    end: float


@dataclass(frozen=True, slots=True)
class Ring:
    """All keys of a file, the oldest first, and the secret that others are derived from."""

    keys: Sequence[Timed]
    root: str = field(repr=False)

    def signing(self, now: float) -> OKPKey:
        """Return the key that signs at a moment."""
        return [each for each in self.keys if each.start <= now][-1].key

    def known(self, now: float) -> list[OKPKey]:
        """Return the keys that are published at a moment: the one that signs, the next, the last."""
        return [each.key for each in self.keys if each.end > now]


def read(text: str, name: str) -> Ring:
    """Read the keys of a file; `name` is the setting that a refusal speaks of. Raises KeyRefused."""
    document = _json(text, name)
    if "keys" not in document:
        key = _private_key(document, name)
        return Ring([Timed(key, 0, float("inf"))], _seed(key))
    roots = [each["k"] for each in document["keys"] if each.get("kty") == ROOT]
    private = [each for each in document["keys"] if each.get("kty") != ROOT]
    starts = [each.get(STARTS) for each in private]
    ordered = all(isinstance(each, int) for each in starts) and starts == sorted(starts)
    if len(roots) != 1 or not private or not ordered or starts[0] != 0:
        raise KeyRefused(f"{name} holds no set of keys that `flask-blog rotate-key` made.")
    ends = [start + TOKEN_SECONDS + CLOCKS_DIFFER for start in starts[1:]]
    keys = [_private_key({n: v for n, v in each.items() if n != STARTS}, name) for each in private]
    return Ring([Timed(*each) for each in zip(keys, starts, [*ends, float("inf")], strict=True)], roots[0])


def rotated(text: str, name: str, *, now: int, lead: int) -> tuple[str, str]:
    """Return a file with one more key, which is published now and signs after `lead` seconds, and that key's id.

    Raises KeyRefused, RotationRuns.
    """
    ring = read(text, name)
    needed = [each for each in ring.keys if each.end > now]
    if len(needed) > 1:
        raise RotationRuns(int(max(each.end for each in needed[:-1])))
    new = OKPKey.generate_key("Ed25519", auto_kid=True)
    keys = [
        {"kty": ROOT, "k": ring.root},
        {**_exported(needed[0].key), STARTS: 0},
        {**_exported(new), STARTS: now + lead},
    ]
    return orjson.dumps({"keys": keys}).decode(), id_of(new)


def id_of(key: OKPKey) -> str:
    """Return the name of a key in the header of what it signs."""
    return key.kid or key.thumbprint()


def _exported(key: OKPKey) -> dict[str, Any]:
    return {**key.as_dict(private=True), "kid": id_of(key)}


def _seed(key: OKPKey) -> str:
    return str(key.as_dict(private=True)["d"])


def _json(text: str, name: str) -> Mapping[str, Any]:
    try:
        document = orjson.loads(text)
    except ValueError as error:
        raise KeyRefused(f"{name} holds no JSON Web Key.") from error
    keys = document.get("keys", []) if isinstance(document, dict) else None
    if not isinstance(keys, list) or not all(isinstance(each, dict) for each in keys):
        raise KeyRefused(f"{name} holds no JSON Web Key.")
    return dict(document)


def _private_key(document: Mapping[str, Any], name: str) -> OKPKey:
    try:
        key = OKPKey.import_key(dict(document))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise KeyRefused(f"{name} holds no JSON Web Key.") from error
    if key.get("crv") != CURVE or not key.is_private:
        raise KeyRefused(f"{name} holds no private Ed25519 key.")
    return key
