"""Known devices: who signed in here before keeps a count of attempts of their own.

So nobody who tries passwords from elsewhere, or from the same network, can lock the owner out ("device cookies",
OWASP). The cookie opens nothing: it only says which bucket an attempt falls into. It holds an entry for each of the
last few accounts that signed in on the device, each sealed for its account alone.

Devices of one account share a few counts: who once knew the password may have kept any number of cookies.
"""

import base64
import hashlib
import hmac

from api.shared.http import new_id
from api.users.context import Context

MOST_ACCOUNTS = 5
SLOTS = 4
LONGEST = 500
_BETWEEN = "~"


def slot(nonce: str) -> int:
    """Return which of an account's counts a device has."""
    return int(nonce[-1], 16) % SLOTS


def known(context: Context, account_id: str, offered: str | None) -> str | None:
    """Return what the device is known by to an account, or None when the account never signed in here."""
    for entry in _entries(offered):
        nonce, _, seal = entry.partition(".")
        if any(hmac.compare_digest(seal.encode(), each.encode()) for each in _seals(context, account_id, nonce)):
            return nonce
    return None


def remembering(context: Context, account_id: str, offered: str | None) -> str:
    """Return what the device keeps, once the account has signed in on it."""
    nonce = known(context, account_id, offered) or new_id()
    others = [entry for entry in _entries(offered) if not entry.startswith(f"{nonce}.")]
    return _BETWEEN.join([f"{nonce}.{_seals(context, account_id, nonce)[0]}", *others][:MOST_ACCOUNTS])


def _entries(offered: str | None) -> list[str]:
    return offered.split(_BETWEEN)[:MOST_ACCOUNTS] if offered and len(offered) <= LONGEST else []


def _seals(context: Context, account_id: str, nonce: str) -> list[str]:
    text = f"{account_id} {nonce}".encode()
    macs = (hmac.digest(secret, text, hashlib.sha256) for secret in context.keys.secrets_for("known device"))
    return [base64.urlsafe_b64encode(mac).rstrip(b"=").decode() for mac in macs]
