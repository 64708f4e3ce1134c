"""What the blog database keeps of the users database: which columns of which record become what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Image = Mapping[str, Any]

WRITING_ROLES = frozenset({"author", "editor", "admin", "owner"})
# What an author's profile takes over from the account
PROFILE = ("username", "name", "bio", "website", "avatar_url")
# What a caller's comments appear under
_SIGNATURE = ("username", "name", "avatar_url")
_NO_CALLER = dict.fromkeys(("role", "state", "scopes", "expires_at", "revoked_at", *_SIGNATURE))


@dataclass(frozen=True, slots=True)
class Caller:
    """The row of `callers` that a record of the users database stands for."""

    id: str
    values: Mapping[str, Any]


def _of_account(account: Image) -> Caller:
    values = {"kind": "account", "account_id": account["id"]}
    values |= {name: account[name] for name in ("role", "state", *_SIGNATURE)}
    return Caller(f"account:{account['id']}", {**_NO_CALLER, **values})


def _of_session(session: Image) -> Caller:
    values = {name: session[name] for name in ("account_id", "expires_at", "revoked_at")}
    return Caller(f"session:{session['id']}", {**_NO_CALLER, "kind": "session", **values})


def _of_token(token: Image) -> Caller:
    values = {name: token[name] for name in ("account_id", "scopes", "expires_at", "revoked_at")}
    return Caller(f"token:{token['digest']}", {**_NO_CALLER, "kind": "token", **values})


CALLERS: Mapping[str, Callable[[Image], Caller]] = {
    "accounts": _of_account,
    "sessions": _of_session,
    "tokens": _of_token,
}


def profile_of(account: Image) -> dict[str, Any]:
    """Return the columns of the author that stands for an account."""
    return {"account_id": account["id"], **{name: account[name] for name in PROFILE}}


def is_writer(account: Image) -> bool:
    """Tell whether an account gets an author's profile by itself."""
    return account["role"] in WRITING_ROLES and account["state"] == "active"
