"""The secret of a link that goes out by mail.

It is derived from the signing key and the link's id, so that the mail can be written when it is sent: no secret lies in
the outbox, in the change feed or in a backup. What was handed out is recognised by its digest, so that links stay good
when the signing key is changed.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from api.shared import store
from api.shared.auth import has_expired
from api.shared.clock import rfc3339
from api.shared.store import Operation, Record
from api.users.context import Context

LIFE = timedelta(minutes=30)
LONGEST_LIST = 200
_SHAPE = re.compile(r"([0-9a-f-]{36})\.[\w-]{43}", re.ASCII)


class LinkOver(Exception):
    """The link was used, has expired, or never was one."""


def token(context: Context, link_id: str) -> str:
    """Return what a link carries: its id, by which one read finds it, and its secret."""
    mac = hmac.digest(context.keys.secret_for("mail links"), link_id.encode(), hashlib.sha256)
    return f"{link_id}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def digest(text: str) -> str:
    """Return the form in which a link's token is stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def insert(context: Context, link_id: str, kind: str, account_id: str | None, details: Mapping[str, Any]) -> Operation:
    """Return what makes a link good for half an hour."""
    values = {
        "kind": kind,
        "account_id": account_id,
        "digest": digest(token(context, link_id)),
        "details": dict(details),
        "created_at": context.now(),
        "expires_at": rfc3339(context.clock.now() + LIFE),
    }
    return store.insert("mail_links", link_id, values)


def opened(context: Context, text: str, *kinds: str, collection: str = "mail_links") -> Record:
    """Return the link that a token belongs to. Raises LinkOver."""
    match = _SHAPE.fullmatch(text)
    found = context.store.get(collection, match[1]) if match is not None else None
    if found is None or not hmac.compare_digest(found.record["digest"], digest(text)):
        raise LinkOver
    if (kinds and found.record["kind"] not in kinds) or has_expired(found.record["expires_at"], context.clock):
        raise LinkOver
    return found.record


def of_account(context: Context, account_id: str) -> Sequence[Record]:
    """Return the links that were sent about an account; limits and `LIFE` bound them."""
    return context.store.find("mail_links", {"account_id": account_id}, limit=LONGEST_LIST).records


def use_up(link: Record) -> Operation:
    """Return what makes a link good for nothing; of two who use it at once, one finds it gone."""
    return store.delete("mail_links", link["id"], if_version=link["version"])
