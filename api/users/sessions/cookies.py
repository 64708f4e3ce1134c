"""The refresh cookie: no script can read it, and no other site can make a browser send it."""

from flask import Response, after_this_request
from werkzeug.http import dump_cookie

from api.users.incoming import DEVICE, context, cookie_name, cookie_offered
from api.users.sessions import devices
from api.users.sessions.rules import SESSION_LIFE

NAME = "refresh"
DEVICE_SECONDS = 365 * 24 * 3600
CREATED = 201
PATH = "/api/users/v1/sessions"

PARAMETER = {
    "name": NAME,
    "in": "cookie",
    "required": False,
    "description": (
        "The refresh token, set by signing in; where the blog is reached by TLS its name is `__Secure-refresh`. "
        "Without it, or when it is no longer good: 401."
    ),
    "schema": {"type": "string", "maxLength": 200},
    "example": "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d.…",
}


def offered() -> str | None:
    """Return the refresh token that came with the request."""
    return cookie_offered(NAME)


def giving(token: str) -> dict[str, str]:
    """Return the header that hands a refresh token to the browser."""
    return _header(token, int(SESSION_LIFE.total_seconds()))


def taking_away() -> dict[str, str]:
    """Return the header that makes the browser forget the refresh token."""
    return _header("", 0)


def remember_device(account_id: str) -> None:
    """Let the browser keep a cookie by which its own attempts are counted apart, once the sign-in holds."""
    kept = devices.remembering(context(), account_id, cookie_offered(DEVICE))

    def remember(response: Response) -> Response:
        if response.status_code == CREATED:
            response.headers.add("Set-Cookie", _cookie(DEVICE, kept, DEVICE_SECONDS))
        return response

    after_this_request(remember)


def _header(value: str, seconds: int) -> dict[str, str]:
    return {"Set-Cookie": _cookie(NAME, value, seconds)}


def _cookie(name: str, value: str, seconds: int) -> str:
    secure = context().settings.reached_by_tls
    return dump_cookie(
        cookie_name(name), value, max_age=seconds, path=PATH, secure=secure, httponly=True, samesite="Strict"
    )
