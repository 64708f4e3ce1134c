"""Proving that one reads an address: it makes the account that was asked for, or becomes the account's address."""

from collections.abc import Sequence

from api.shared.http import new_id
from api.shared.store import Operation, Record
from api.users.accounts import rules as accounts
from api.users.accounts.naming import email_key
from api.users.context import Context
from api.users.mail import links, outbox
from api.users.registrations.rules import KIND as REGISTRATION

EMAIL_CHANGE = "email_change"


def request_change(context: Context, account: Record, email: str) -> Sequence[Operation]:
    """Return what sends a link to a new address; whoever has an account with it is told instead.

    Raises EmailUnusable.
    """
    email_key(email)
    holder = accounts.named(context, email)
    if holder is not None and holder["id"] != account["id"]:
        return [outbox.notice(context, "already_registered", holder)]
    link_id = new_id()
    details = {"username": account["username"], "link_id": link_id}
    return [
        links.insert(context, link_id, EMAIL_CHANGE, account["id"], {"email": email}),
        outbox.promise(
            context, EMAIL_CHANGE, recipient=email, account_id=account["id"], details=details, life=links.LIFE
        ),
    ]


def complete(context: Context, token: str) -> tuple[Sequence[Operation], Record]:
    """Return what the proof of an address brings about, and the account. Raises LinkOver, UsernameTaken, EmailTaken."""
    link = links.opened(context, token, REGISTRATION, EMAIL_CHANGE)
    given = link["details"]
    if link["kind"] == REGISTRATION:
        account = _new_account(context, given)
        return [links.use_up(link), accounts.insertion(account)], account
    current = accounts.with_id(context, link["account_id"])
    if current is None or current["state"] != "active":
        raise links.LinkOver
    holder = accounts.named(context, given["email"])
    if holder is not None and holder["id"] != current["id"]:
        raise accounts.EmailTaken
    values = {
        "email": given["email"],
        "email_key": email_key(given["email"]),
        "email_verified_at": context.now(),
    }
    operation, changed = accounts.change(context, current, values, if_version=None)
    # A link that lies in the mailbox of the last address, or leads to yet another one, opens nothing any more
    voided = [links.use_up(each) for each in links.of_account(context, current["id"])]
    return [*voided, operation, outbox.notice(context, "email_changed", current)], changed


def _new_account(context: Context, given: Record) -> Record:
    accounts.demand_free(context, given["username"], given["email"])
    return accounts.fresh(given, role="reader", password_hash=given["password_hash"], now=context.now(), proven=True)
