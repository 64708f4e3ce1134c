"""Sessions: how they begin, go on and end."""

import hmac
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from api.shared import store
from api.shared.auth import AUDIENCE, has_expired
from api.shared.clock import parse_rfc3339, rfc3339
from api.shared.http import new_id
from api.shared.store import Operation, Page, Record, VersionMismatch
from api.users.accounts import rules as accounts
from api.users.context import Context
from api.users.jwks.ring import TOKEN_SECONDS
from api.users.second_factor import rules as second_factor
from api.users.sessions.refresh_tokens import RefreshTokens, digest, session_of

ACCESS_SECONDS = TOKEN_SECONDS
SESSION_LIFE = timedelta(days=30)
GRACE = timedelta(seconds=10)
# Signing in once more ends the oldest, so that nobody's list grows without end
MOST_SESSIONS = 100
LONGEST_LIST = 200


class WrongCredentials(Exception):
    """No account has this name and this password."""


class AccountSuspended(Exception):
    """The password is right, but the account may not be used now."""


class SecondFactorNeeded(Exception):
    """The password is right, but the account wants a code too: whoever has one may answer the challenge with it."""

    def __init__(self, challenge: str, rehash: Sequence[Operation] = ()) -> None:
        super().__init__("a second factor is needed")
        self.challenge = challenge
        self.rehash = rehash


class SessionOver(Exception):
    """The refresh token is unknown, or its session has ended."""


class RefreshReused(Exception):
    """A refresh token came a second time: somebody else may hold a copy, so the session has to end."""

    def __init__(self, session: Record) -> None:
        super().__init__("a refresh token was used twice")
        self.session = session


@dataclass(frozen=True, slots=True)
class Device:
    """From where somebody signs in: what the browser calls itself, and the address."""

    user_agent: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a sign-in or a refresh gives, and what has to be written for it to hold."""

    account: Record
    session_id: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    operations: Sequence[Operation]


def sign_in(context: Context, account: Record | None, password: str, device: Device) -> Grant:
    """Verify a password - one hash, whether or not there is an account - and begin a session.

    Raises WrongCredentials, AccountSuspended, SecondFactorNeeded, HashingBusy.
    """
    stored = account["password_hash"] if account is not None else None
    if not context.passwords.matches(password, stored) or account is None or account["state"] == "deleted":
        raise WrongCredentials
    if account["state"] != "active":
        raise AccountSuspended
    account, rehash = _rehashed(context, account, password)
    try:
        grant = begin(context, account, device)
    except SecondFactorNeeded as needed:
        raise SecondFactorNeeded(needed.challenge, rehash) from needed
    return replace(grant, operations=[*rehash, *grant.operations])


def verify(context: Context, account: Record, password: str) -> None:
    """Demand the password of somebody who is signed in. Raises WrongCredentials, HashingBusy."""
    if not context.passwords.matches(password, account["password_hash"]):
        raise WrongCredentials


def rehash_at_once(context: Context, needed: SecondFactorNeeded) -> None:
    """Replace an outdated hash although the sign-in is not over; if somebody else was faster, theirs holds."""
    if needed.rehash:
        with suppress(VersionMismatch):
            context.store.commit(needed.rehash)


def begin(context: Context, account: Record, device: Device, *, code: str | None = None) -> Grant:
    """End a sign-in: the only place where a session is made, whatever way led here.

    That the account's second factor is still what was looked at is part of the commit. Raises SecondFactorNeeded when
    there is one and no code came along, CodeWrong when the code is not right.
    """
    factor = second_factor.of(context, account["id"])
    if factor is None or not second_factor.is_on(factor):
        passed = second_factor.unchanged(factor, account["id"])
    elif code is None:
        raise SecondFactorNeeded(second_factor.challenge(context, account))
    else:
        passed = second_factor.spend(context, factor, code)
    session_id = new_id()
    token = _tokens(context).first(session_id)
    session = _session(context, account, device, token)
    surplus = all_live(context, account["id"])[MOST_SESSIONS - 1 :]
    ended = [end(context, each["id"]) for each in surplus]
    operations = [passed, store.insert("sessions", session_id, session), *ended]
    return Grant(account, session_id, _access_token(context, account, session_id), token, operations)


def renew(context: Context, token: str, device: Device) -> Grant:
    """Exchange a refresh token for the next one (RFC 9700, section 4.14.2).

    The session is known by the device and address that it was used from last. The same exchange asked for again within
    ten seconds gets the same answer, because the first may have been lost.
    Raises SessionOver, and RefreshReused when the token was replaced longer ago.
    """
    session = _session_of(context, token)
    account = accounts.with_id(context, session["account_id"])
    if account is None or account["state"] != "active":
        raise SessionOver
    successor = _tokens(context).next(token)
    if hmac.compare_digest(session["refresh_digest"], digest(token)):
        operations = [_rotation(context, session, (token, successor), device)]
    elif _is_repeated(context, session, token, successor):
        operations = []
    elif _tokens(context).is_ours(token):
        raise RefreshReused(session)
    else:
        raise SessionOver
    return Grant(account, session["id"], _access_token(context, account, session["id"]), successor, operations)


def end(context: Context, session_id: str) -> Operation:
    """Return what ends a session at once; its tokens are good for nothing from then on."""
    return store.update("sessions", session_id, {"revoked_at": context.now()})


def end_others(context: Context, account_id: str, kept: str | None) -> Sequence[Operation]:
    """Return what ends all sessions of an account but one."""
    return [end(context, each["id"]) for each in all_live(context, account_id) if each["id"] != kept]


def end_at_once(context: Context, session_id: str, recorded: Operation) -> Sequence[Operation]:
    """End a session in a commit of its own, which holds although the request that led here is refused."""
    operations = [end(context, session_id), recorded]
    context.store.commit(operations)
    return operations


def live(context: Context, account_id: str, paging: Mapping[str, Any]) -> Page:
    """Return a page of an account's sessions that have not ended, the newest first."""
    filters = {"account_id": account_id, "ends_after": context.next_moment()}
    return context.store.find("sessions", filters, sort="-created_at", **paging)


def all_live(context: Context, account_id: str) -> Sequence[Record]:
    """Return all sessions of an account that have not ended, the newest first; `MOST_SESSIONS` bounds them."""
    return live(context, account_id, {"limit": LONGEST_LIST}).records


def own(context: Context, account_id: str, session_id: str) -> Record | None:
    """Return a session that has not ended, if it belongs to the account."""
    found = context.store.get("sessions", session_id)
    if found is None or found.record["account_id"] != account_id or _is_over(context, found.record):
        return None
    return found.record


def _rehashed(context: Context, account: Record, password: str) -> tuple[Record, Sequence[Operation]]:
    if not context.passwords.is_outdated(account["password_hash"]):
        return account, ()
    # Only over the hash that was verified: a password changed meanwhile must not come back
    renewed = {"password_hash": context.passwords.hash(password)}
    rehash = store.update("accounts", account["id"], renewed, if_version=account["version"])
    return {**account, **renewed, "version": account["version"] + 1}, [rehash]


def _session(context: Context, account: Record, device: Device, token: str) -> Record:
    now = context.now()
    return {
        "account_id": account["id"],
        "refresh_digest": digest(token),
        "user_agent": device.user_agent,
        "address": device.address,
        "created_at": now,
        "used_at": now,
        "expires_at": _end(context),
    }


def _tokens(context: Context) -> RefreshTokens:
    return RefreshTokens(context.keys.secret_for("refresh tokens"))


def _session_of(context: Context, token: str) -> Record:
    session_id = session_of(token)
    found = context.store.get("sessions", session_id) if session_id is not None else None
    if found is None or _is_over(context, found.record):
        raise SessionOver
    return found.record


def _is_over(context: Context, session: Record) -> bool:
    return session["revoked_at"] is not None or has_expired(session["expires_at"], context.clock)


def _is_repeated(context: Context, session: Record, token: str, successor: str) -> bool:
    if session["previous_digest"] != digest(token) or session["refresh_digest"] != digest(successor):
        return False
    return context.clock.now() - parse_rfc3339(session["rotated_at"]) <= GRACE


def _rotation(context: Context, session: Record, tokens: tuple[str, str], device: Device) -> Operation:
    now, (token, successor) = context.now(), tokens
    values = {
        "refresh_digest": digest(successor),
        "previous_digest": digest(token),
        "rotated_at": now,
        "user_agent": device.user_agent,
        "address": device.address,
        "used_at": now,
        "expires_at": _end(context),
    }
    return store.update("sessions", session["id"], values, if_version=session["version"])


def _end(context: Context) -> str:
    return rfc3339(context.clock.now() + SESSION_LIFE)


def _access_token(context: Context, account: Record, session_id: str) -> str:
    issued = int(context.clock.now().timestamp())
    return context.keys.sign(
        {
            "iss": context.settings.public_url,
            "aud": AUDIENCE,
            "sub": account["id"],
            "sid": session_id,
            "role": account["role"],
            "scope": " ".join(context.scopes_of(account["role"])),
            "iat": issued,
            "exp": issued + ACCESS_SECONDS,
            "jti": new_id(),
        }
    )
