"""What endpoints take from the request that is being answered, beyond its arguments."""

import hashlib
from typing import cast

from flask import current_app, request

from api.shared.limits import address_key
from api.shared.operations import Call
from api.shared.problems import UNAUTHENTICATED, Kind, Problem
from api.shared.store import Record
from api.users.accounts.rules import one_spelling, with_id
from api.users.context import Context
from api.users.sessions import devices
from api.users.sessions.rules import Device, WrongCredentials, verify

EXTENSION = "flask-blog-users"
DEVICE = "device"
LONGEST_USER_AGENT = 500
LONGEST_ADDRESS = 64

FOREIGN_ORIGIN = Kind(
    403,
    "foreign_origin",
    "Another site's page",
    "Requests that set or use the refresh cookie are accepted from the blog's own pages only.",
)

WRONG_PASSWORD = Kind(403, "wrong_password", "Not your password", "The operation needs your present password.")


def context() -> Context:
    """Return the context of the service that answers now."""
    return cast("Context", current_app.extensions[EXTENSION])


def device() -> Device:
    """Return from where the request came."""
    named = request.headers.get("User-Agent", "")
    user_agent = "".join(letter for letter in named if letter.isprintable())[:LONGEST_USER_AGENT]
    return Device(user_agent or None, (request.remote_addr or "")[:LONGEST_ADDRESS] or None)


def demand_own_origin() -> None:
    """Refuse what a page of another site makes a browser send. Programs send no `Origin` and are let through."""
    origin = request.headers.get("Origin")
    settings = context().settings
    # The host itself counts as well: a page that was fetched from here may speak to us under whatever name it used
    if origin is None or origin in {settings.public_url, *settings.origins, request.host_url.rstrip("/")}:
        return
    raise Problem(FOREIGN_ORIGIN)


def count_attempt_by_address() -> None:
    """Count an attempt to sign in from this address. Raises a 429 Problem."""
    here = context()
    here.limiter.hit(here.sign_in_policy, f"address {address_key(request)}")


def count_mail_to(address: str) -> None:
    """Count a mail that somebody without an account may cause. Raises a 429 Problem."""
    here = context()
    here.limiter.hit(here.sign_in_policy, f"mail {_digest(address)}", told=False)


def count_attempt_at(account_id: str | None, identifier: str) -> None:
    """Count an attempt to sign in to an account, or to a name that has none. Raises a 429 Problem.

    How many are left is not told: it would say that two names are one account's.
    """
    here = context()
    here.limiter.hit(here.sign_in_policy, f"account {account_id or _digest(identifier)}", told=False)


def _digest(identifier: str) -> str:
    # What people type by mistake where a name belongs may be a password
    return hashlib.sha256(one_spelling(identifier).encode()).hexdigest()


def cookie_name(name: str) -> str:
    """Return what a cookie is called: with TLS by a prefix that no page without TLS can set (RFC 6265bis, 4.1.3.1)."""
    return f"__Secure-{name}" if context().settings.reached_by_tls else name


def cookie_offered(name: str) -> str | None:
    """Return the cookie that came with the request."""
    return request.cookies.get(cookie_name(name))


def known_device(account_id: str | None) -> str | None:
    """Return the count of a device on which the account has signed in before."""
    offered = cookie_offered(DEVICE)
    nonce = devices.known(context(), account_id, offered) if account_id is not None and offered else None
    return f"device {account_id} {devices.slot(nonce)}" if nonce is not None else None


def count_sign_in(account_id: str | None, identifier: str) -> None:
    """Count an attempt: of a known device by itself, else at address and account. Raises a 429 Problem."""
    here, device_bucket = context(), known_device(account_id)
    if device_bucket is not None:
        here.limiter.hit(here.sign_in_policy, device_bucket)
        return
    count_attempt_by_address()
    count_attempt_at(account_id, identifier)


def count_code_at(call: Call, account_id: str) -> None:
    """Count an attempt at a code of the account's second factor, apart for who is signed in. Raises a 429 Problem."""
    here, device_bucket = context(), known_device(account_id)
    elsewhere = f"account {account_id}" if call.caller is None else f"signed in {account_id}"
    if call.attempt == 0:
        here.limiter.hit(here.second_factor_policy, device_bucket or elsewhere)


def demand_password(call: Call, password: str) -> Record:
    """Return the caller's account once the password was right. Raises a Problem: 403 when it was not, 429."""
    here = context()
    account = with_id(here, call.who.account_id)
    if account is None:
        raise Problem(UNAUTHENTICATED)
    if call.attempt == 0:
        # a count of its own: whoever guesses outside must not keep the holder from a new password
        here.limiter.hit(here.sign_in_policy, f"signed in {account['id']}")
    try:
        verify(here, account, password)
    except WrongCredentials as error:
        raise Problem(WRONG_PASSWORD) from error
    return account
