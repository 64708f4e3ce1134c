"""Choosing a new password by mail."""

from collections.abc import Sequence

from api.shared import store
from api.shared.http import new_id
from api.shared.store import Operation, Record
from api.users.accounts import rules as accounts
from api.users.context import Context
from api.users.mail import links, outbox
from api.users.sessions import rules as sessions

KIND = "password_reset"


def request(context: Context, email: str) -> Sequence[Operation]:
    """Return what sends a link to the holder of the address, if there is one: one read and one commit either way."""
    account = accounts.named(context, email)
    if account is None or account["state"] != "active":
        return [outbox.promise_nothing(context)]
    link_id = new_id()
    details = {"username": account["username"], "link_id": link_id}
    return [
        links.insert(context, link_id, KIND, account["id"], {}),
        outbox.promise(
            context, KIND, recipient=account["email"], account_id=account["id"], details=details, life=links.LIFE
        ),
    ]


def complete(context: Context, token: str, password: str) -> tuple[Sequence[Operation], str]:
    """Return what sets the new password, uses the link up and signs out everywhere, and the id of the account.

    Raises LinkOver, PasswordTooCommon, HashingBusy.
    """
    link = links.opened(context, token, KIND)
    account = accounts.with_id(context, link["account_id"])
    if account is None or account["state"] != "active":
        raise links.LinkOver
    accounts.demand_uncommon(password, account["username"], account["email"])
    return changed_password(context, account, password, link=link), account["id"]


def changed_password(
    context: Context, account: Record, password: str, *, link: Record | None = None, staying: str | None = None
) -> Sequence[Operation]:
    """Return what changes a password, ends all sessions but one, voids every link under way and tells the holder.

    `link` is the one that led here: it must not have been used by another request.

    Raises HashingBusy.
    """
    values = {"password_hash": context.passwords.hash(password), "updated_at": context.now()}
    if link is not None and account["email_verified_at"] is None:
        # whoever has the link reads the address
        values["email_verified_at"] = context.now()
    ending = [each["id"] for each in sessions.all_live(context, account["id"]) if each["id"] != staying]
    others = [each for each in links.of_account(context, account["id"]) if link is None or each["id"] != link["id"]]
    return [
        *(links.use_up(each) for each in ([link] if link else []) + others),
        store.update("accounts", account["id"], values, if_version=account["version"]),
        *(sessions.end(context, session_id) for session_id in ending),
        outbox.notice(context, "password_changed", account),
    ]
