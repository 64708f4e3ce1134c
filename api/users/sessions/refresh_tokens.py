"""Refresh tokens: a chain, each link made from the one before and good for one use.

A token names its session, so that one read finds it, and carries a seal, so that an old link of the chain can be
told from noise: only the first may end the session it belongs to. The next link is derived, not drawn, so that whoever
repeats a request whose answer was lost gets the same token again.
"""

import base64
import hashlib
import hmac
import re
import secrets

_SHAPE = re.compile(r"([0-9a-f-]{36})\.([\w-]{43})\.([\w-]{43})", re.ASCII)


class RefreshTokens:
    """Makes and recognises the refresh tokens of this installation."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def first(self, session_id: str) -> str:
        """Return the token with which a session begins."""
        return self._sealed(session_id, secrets.token_urlsafe(32))

    def next(self, token: str) -> str:
        """Return the token that replaces this one."""
        return self._sealed(token.partition(".")[0], self._mac("next", token))

    def is_ours(self, token: str) -> bool:
        """Tell whether this installation made the token, however long ago."""
        session_id, secret, seal = token.split(".")
        return hmac.compare_digest(seal, self._mac("seal", f"{session_id}.{secret}"))

    def _sealed(self, session_id: str, secret: str) -> str:
        body = f"{session_id}.{secret}"
        return f"{body}.{self._mac('seal', body)}"

    def _mac(self, use: str, text: str) -> str:
        mac = hmac.digest(self._secret, f"{use}:{text}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def session_of(token: str) -> str | None:
    """Return the id of the session that a token names, or None if it is no refresh token at all."""
    match = _SHAPE.fullmatch(token)
    return match[1] if match is not None else None


def digest(token: str) -> str:
    """Return the form in which a refresh token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()
