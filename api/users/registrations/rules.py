"""Making an account for oneself: it exists once its address is proven."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.shared.http import new_id
from api.shared.store import Operation
from api.users.accounts import rules as accounts
from api.users.accounts.naming import email_key, username_key
from api.users.context import Context
from api.users.mail import links, outbox

KIND = "registration"


class RegistrationClosed(Exception):
    """Accounts are made by invitation, or not at all."""


def register(context: Context, given: Mapping[str, Any]) -> Sequence[Operation]:
    """Return what sends a link that makes the account; whoever has one with this address is told instead.

    One hash and the same reads either way. Raises RegistrationClosed, UsernameTaken, UsernameUnusable, EmailUnusable,
    PasswordTooCommon, HashingBusy.
    """
    if context.settings.registration != "open":
        raise RegistrationClosed
    accounts.demand_uncommon(given["password"], given["username"], given["email"])
    email_key(given["email"])
    accounts.demand_free_name(context, given["username"])
    holder = accounts.named(context, given["email"])
    password_hash = context.passwords.hash(given["password"])
    if holder is not None:
        return [outbox.notice(context, "already_registered", holder)]
    link_id = new_id()
    wanted = {name: given[name] for name in ("username", "name", "email")}
    details = {"username": username_key(given["username"]), "link_id": link_id}
    return [
        links.insert(context, link_id, KIND, None, {**wanted, "password_hash": password_hash}),
        outbox.promise(context, KIND, recipient=given["email"], details=details, life=links.LIFE),
    ]
