"""Invitations: sent by mail, good for a week, accepted once."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from api.shared import store
from api.shared.auth import has_expired
from api.shared.clock import rfc3339
from api.shared.http import new_id
from api.shared.store import Operation, Page, Record
from api.users.accounts import rules as accounts
from api.users.accounts.naming import email_key
from api.users.context import Context
from api.users.mail import links, outbox

LIFE = timedelta(days=7)
COLLECTION = "invitations"


class InvitationsClosed(Exception):
    """Nobody may make an account here."""


def invite(context: Context, inviter_id: str, given: Mapping[str, Any]) -> tuple[Sequence[Operation], Record]:
    """Return what invites somebody, and the invitation; it replaces an earlier one.

    Raises InvitationsClosed, EmailTaken, EmailUnusable.
    """
    _demand_open(context)
    key = email_key(given["email"])
    if accounts.named(context, given["email"]) is not None:
        raise accounts.EmailTaken
    earlier = context.store.find(COLLECTION, {"email_key": key}, limit=1).records
    invitation_id = new_id()
    values = {
        "email": given["email"],
        "email_key": key,
        "role": given["role"],
        "invited_by": inviter_id,
        "digest": links.digest(links.token(context, invitation_id)),
        "created_at": context.now(),
        "expires_at": rfc3339(context.clock.now() + LIFE),
    }
    details = {"role": given["role"], "link_id": invitation_id}
    operations = [
        *(revoke(each) for each in earlier),
        store.insert(COLLECTION, invitation_id, values),
        outbox.promise(context, "invitation", recipient=given["email"], details=details, life=LIFE),
    ]
    return operations, {"id": invitation_id, **values}


def revoke(invitation: Record) -> Operation:
    """Return what makes an invitation good for nothing."""
    return store.delete(COLLECTION, invitation["id"], if_version=invitation["version"])


def live(context: Context, paging: Mapping[str, Any]) -> Page:
    """Return a page of the invitations that can still be accepted, the oldest first."""
    return context.store.find(COLLECTION, {"ends_after": context.next_moment()}, sort="expires_at", **paging)


def with_id(context: Context, invitation_id: str) -> Record | None:
    """Return an invitation that can still be accepted."""
    found = context.store.get(COLLECTION, invitation_id)
    if found is None or has_expired(found.record["expires_at"], context.clock):
        return None
    return found.record


def accept(context: Context, given: Mapping[str, Any]) -> tuple[Sequence[Operation], Record]:
    """Return what makes the account of somebody who was invited, and the account.

    Raises InvitationsClosed, LinkOver, UsernameTaken, UsernameUnusable, EmailTaken, PasswordTooCommon, HashingBusy.
    """
    _demand_open(context)
    invitation = links.opened(context, given["token"], collection=COLLECTION)
    accounts.demand_uncommon(given["password"], given["username"], invitation["email"])
    accounts.demand_free(context, given["username"], invitation["email"])
    wanted = {"username": given["username"], "name": given["name"], "email": invitation["email"]}
    password_hash = context.passwords.hash(given["password"])
    account = accounts.fresh(
        wanted, role=invitation["role"], password_hash=password_hash, now=context.now(), proven=True
    )
    return [revoke(invitation), accounts.insertion(account)], account


def _demand_open(context: Context) -> None:
    if context.settings.registration == "closed":
        raise InvitationsClosed
