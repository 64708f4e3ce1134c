"""Page cursors: opaque, signed, and good for one list in one order."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Any

import orjson

from api.shared.problems import INVALID_CURSOR, Problem

_TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class Position:
    """A place between two records of a list and the direction to read from there.

    `key` and `id` are those of the neighbouring record; without an `id` it is the list's end behind the reader.
    """

    backwards: bool
    key: Any = None
    id: str | None = None


class Cursors:
    """Writes and reads cursors with one secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def write(self, scope: str, position: Position) -> str:
        """Return the cursor of a position; `scope` names the database, collection and sort it belongs to."""
        payload = orjson.dumps([position.backwards, position.key, position.id])
        return _encode(self._tag(scope, payload) + payload)

    def read(self, scope: str, cursor: str) -> Position:
        """Return the position of a cursor. Raises Problem when it was altered or belongs to another list."""
        try:
            raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        except (NotBase64, UnicodeEncodeError) as error:
            raise Problem(INVALID_CURSOR) from error
        tag, payload = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
        if _encode(raw) != cursor:  # the decoder skips characters outside the alphabet
            raise Problem(INVALID_CURSOR)
        if not hmac.compare_digest(tag, self._tag(scope, payload)):
            raise Problem(INVALID_CURSOR)
        backwards, key, record_id = orjson.loads(payload)
        return Position(backwards, key, record_id)

    def _tag(self, scope: str, payload: bytes) -> bytes:
        message = scope.encode() + b"\0" + payload
        return hmac.new(self._secret, message, hashlib.sha256).digest()[:_TAG_BYTES]


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
