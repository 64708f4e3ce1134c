"""The keys that sign access tokens. Whoever verifies one needs the public halves only."""

import hashlib
import hmac
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import structlog
from joserfc import jws
from joserfc.jwk import KeySet, OKPKey

from api.shared.auth import ALGORITHM, TOKEN_TYPE
from api.shared.clock import Clock
from api.users.jwks.ring import CURVE, KeyRefused, Ring, id_of, read

SIGNING, NEXT = "USERS_SIGNING_KEY", "USERS_NEXT_SIGNING_KEY"
_log = structlog.get_logger("signing keys")


class SigningKeys:
    """The key that signs now, the next one and the last one, as time and the file of keys have it.

    A file that was rotated (`ring.py`) is read again as soon as it changed. `published` is a further key that is known
    but signs nothing: an operator who gives keys one by one publishes the new one beside the old, signs with the new
    beside the old, and drops the old when the last token that it signed has expired.
    """

    def __init__(self, current: str, published: str | None = None, *, clock: Clock, file: Path | None = None) -> None:
        """Read private JWKs (RFC 8037); `file` is where `current` was read from. Raises KeyRefused."""
        self._clock = clock
        self._file = file
        self._ring = read(current, SIGNING)
        self._published = list(read(published, NEXT).keys) if published is not None else []
        if self._published and len(self._ring.keys) > 1:
            raise KeyRefused(f"{NEXT} and a {SIGNING} that was rotated exclude one another: leave {NEXT} away.")
        self._changed = self._change()

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return an access token (RFC 9068) over the claims."""
        key = self._current().signing(self._now())
        header = {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": id_of(key)}
        return jws.serialize_compact(header, orjson.dumps(claims), key, algorithms=[ALGORITHM])

    def by_id(self, kid: str) -> KeySet | None:
        """Return the public key of that id, for verifying."""
        found = [key for key in self._known() if id_of(key) == kid]
        return KeySet([OKPKey.import_key(_public_half(found[0]))]) if found else None

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON Web Key Set (RFC 7517)."""
        return {"keys": [_public_half(key) for key in self._known()]}

    def secret_for(self, purpose: str) -> bytes:
        """Derive a secret of this installation that is good for one purpose only."""
        return self.secrets_for(purpose)[0]

    def secrets_for(self, purpose: str) -> list[bytes]:
        """Derive the secrets of one purpose, the present one first: what was sealed before a change counts too."""
        seeds = [self._ring.root, *(str(each.key.as_dict(private=True)["d"]) for each in self._published)]
        return [hmac.digest(seed.encode(), purpose.encode(), hashlib.sha256) for seed in seeds]

    def _known(self) -> list[OKPKey]:
        return [*self._current().known(self._now()), *(each.key for each in self._published)]

    def _current(self) -> Ring:
        change = self._change()
        if change != self._changed and self._file is not None:
            self._changed = change
            try:
                self._ring = read(self._file.read_text("utf-8"), SIGNING)
            except (OSError, ValueError, KeyRefused) as error:
                # what was good goes on: nobody should be signed out by half a file
                _log.error("the changed file of signing keys is not used", reason=str(error))
            else:
                _log.info("the signing keys were changed", known=[id_of(each.key) for each in self._ring.keys])
        return self._ring

    def _change(self) -> tuple[int, int] | None:
        with suppress(OSError):
            found = self._file.stat() if self._file is not None else None
            return (found.st_mtime_ns, found.st_ino) if found is not None else None
        return None

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _public_half(key: OKPKey) -> dict[str, Any]:
    return {
        "kty": "OKP",
        "crv": CURVE,
        "x": key.as_dict(private=False)["x"],
        "kid": id_of(key),
        "use": "sig",
        "alg": ALGORITHM,
    }
