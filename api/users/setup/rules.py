"""The first account: its owner holds the one-time code that was shown to whoever started the blog."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from api.shared import store
from api.shared.store import AlreadyExists, Record, VersionMismatch
from api.users.accounts import rules as accounts
from api.users.context import Context
from api.users.sessions.rules import Device, Grant, begin

OWNER = "owner"
CODE_BYTES = 24


class SetupClosed(Exception):
    """The owner's account was made already."""


class CodeWrong(Exception):
    """This is not the code that was shown."""


def prepare(context: Context) -> str | None:
    """Return the code that makes the owner's account, or None once there is one.

    Every start and every replica returns the same code: it is derived from the signing key and the moment of the first
    start, and only its digest is stored.
    """
    record = _record(context) or _first_record(context)
    if record is None:
        return None
    code = _code(context, record["created_at"])
    if record["code_digest"] != _digest(code):
        # Another signing key since then: what was shown before is no longer good
        renewed = store.update("setup", OWNER, {"code_digest": _digest(code)}, if_version=record["version"])
        # Another replica may do the same in this moment
        with suppress(VersionMismatch):
            context.store.commit([renewed])
    return code


def is_open(context: Context) -> bool:
    """Tell whether the owner's account is still to be made."""
    return _record(context) is not None


def create_owner(context: Context, given: Mapping[str, Any], device: Device) -> Grant:
    """Make the owner's account, sign in, and close the set-up, all in one commit.

    Raises SetupClosed, CodeWrong, PasswordTooCommon, UsernameTaken, EmailTaken, UsernameUnusable,
    EmailUnusable, HashingBusy.
    """
    record = _record(context)
    if record is None:
        raise SetupClosed
    if not hmac.compare_digest(record["code_digest"], _digest(given["code"])):
        raise CodeWrong
    accounts.demand_uncommon(given["password"], given["username"], given["email"])
    accounts.demand_free(context, given["username"], given["email"])
    password_hash = context.passwords.hash(given["password"])
    account = accounts.fresh(given, role="owner", password_hash=password_hash, now=context.now(), proven=False)
    grant = begin(context, account, device)
    operations = [
        # Whoever deletes it first has set up the blog; a second one finds nothing to delete
        store.delete("setup", OWNER, if_version=record["version"]),
        accounts.insertion(account),
        *grant.operations,
    ]
    return Grant(account, grant.session_id, grant.access_token, grant.refresh_token, operations)


def _record(context: Context) -> Record | None:
    found = context.store.get("setup", OWNER)
    return found.record if found is not None else None


def _first_record(context: Context) -> Record | None:
    if context.store.find("accounts", {"role": OWNER}, limit=1).records:
        return None
    now = context.now()
    values = {"code_digest": _digest(_code(context, now)), "created_at": now}
    # When another replica starts in the same moment, the record is the one that was first
    with suppress(AlreadyExists):
        context.store.commit([store.insert("setup", OWNER, values)])
    return _record(context)


def _code(context: Context, created_at: str) -> str:
    mac = hmac.digest(context.keys.secret_for("set-up code"), created_at.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac[:CODE_BYTES]).decode()


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
