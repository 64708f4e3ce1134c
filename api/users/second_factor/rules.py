"""The second factor: time-based codes (RFC 6238) and, for the day the phone is gone, recovery codes."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyotp

from api.shared import store
from api.shared.store import Operation, Record
from api.users.context import Context

STEP_SECONDS = 30
DIGITS = 6
# RFC 6238, section 5.2: one step either way, for slow typing and clocks that differ
TOLERATED_STEPS = 1
RECOVERY_CODES = 10
# 80 bits: too many to guess from a digest
RECOVERY_BYTES = 10
CHALLENGE_SECONDS = 300


class FactorOn(Exception):
    """The account has a second factor already."""


class FactorOff(Exception):
    """The account has no second factor, or none that waits to be confirmed."""


class CodeWrong(Exception):
    """The code is not the app's present one, or was used before, and is no recovery code that is left."""


class ChallengeOver(Exception):
    """The challenge is not ours, has expired, or the password was changed since."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A second factor that was begun: what the app has to know, this once."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    operation: Operation


@dataclass(frozen=True, slots=True)
class Recovery:
    """New recovery codes, this once, and what makes them good."""

    codes: Sequence[str] = field(repr=False)
    operation: Operation


def of(context: Context, account_id: str) -> Record | None:
    """Return the second factor of an account, on or still pending, or None."""
    found = context.store.get("second_factors", account_id)
    return found.record if found is not None else None


def is_on(factor: Record | None) -> bool:
    """Tell whether signing in needs the factor."""
    return factor is not None and factor["state"] == "on"


def shown(factor: Record | None) -> Record:
    """Return of a factor, or of none, what its holder may see again."""
    if factor is None:
        return {"state": "off", "confirmed_at": None, "recovery_codes_left": 0}
    left = len(factor["recovery_digests"])
    return {"state": factor["state"], "confirmed_at": factor["confirmed_at"], "recovery_codes_left": left}


def unchanged(factor: Record | None, account_id: str) -> Operation:
    """Return the precondition that the account's factor is still what was read."""
    if factor is None:
        return store.require("second_factors", account_id, if_absent=True)
    return store.require("second_factors", account_id, if_version=factor["version"])


def enrol(context: Context, account: Record) -> Enrolment:
    """Begin a second factor, in the place of one that was never confirmed. Raises FactorOn."""
    factor = of(context, account["id"])
    if is_on(factor):
        raise FactorOn
    secret = pyotp.random_base32()
    values = {"secret": secret, "created_at": context.now()}
    if factor is not None:
        operation = store.update("second_factors", account["id"], values, if_version=factor["version"])
    else:
        values |= {"account_id": account["id"], "state": "pending"}
        operation = store.insert("second_factors", account["id"], {**values, "recovery_digests": []})
    uri = pyotp.TOTP(secret).provisioning_uri(name=account["username"], issuer_name=context.settings.public_url)
    return Enrolment(secret, uri, operation)


def confirm(context: Context, account_id: str, code: str) -> Recovery:
    """Turn the factor on by the app's first code. Raises FactorOff, FactorOn, CodeWrong."""
    factor = of(context, account_id)
    if factor is None:
        raise FactorOff
    if is_on(factor):
        raise FactorOn
    values = {"state": "on", "confirmed_at": context.now(), "used_step": _step_of(context, factor, _typed(code))}
    return _with_codes(factor, values)


def renew_codes(context: Context, factor: Record, code: str) -> Recovery:
    """Exchange all recovery codes for new ones. Raises CodeWrong."""
    return _with_codes(factor, dict(_spent(context, factor, code)))


def spend(context: Context, factor: Record, code: str) -> Operation:
    """Return what makes a right code good this once only. Raises CodeWrong."""
    return store.update("second_factors", factor["id"], _spent(context, factor, code), if_version=factor["version"])


def switch_off(context: Context, factor: Record, code: str) -> Operation:
    """Return what takes the factor away. Raises CodeWrong."""
    _spent(context, factor, code)
    return store.delete("second_factors", factor["id"], if_version=factor["version"])


def challenge(context: Context, account: Record) -> str:
    """Return what proves, for five minutes, that the password was right.

    It is good for `answering` alone: no token, in no other place. It dies with the password that it stands for.
    """
    expires = int(context.clock.now().timestamp()) + CHALLENGE_SECONDS
    return f"{account['id']}.{expires}.{_seals(context, account, expires)[0]}"


def challenged(text: str) -> str:
    """Return the id of the account that a challenge names. Raises ChallengeOver."""
    account_id, expires, seal = [*text.split("."), "", ""][:3]
    if text.count(".") != 2 or not (account_id and seal and expires.isascii() and expires.isdigit()):  # noqa: PLR2004 - three parts
        raise ChallengeOver
    return account_id


def demand_challenge(context: Context, account: Record | None, text: str) -> Record:
    """Return the account whose password the challenge stands for. Raises ChallengeOver."""
    _, expires, seal = text.split(".")
    if account is None or account["state"] != "active" or int(expires) <= context.clock.now().timestamp():
        raise ChallengeOver
    if not any(hmac.compare_digest(seal.encode(), each.encode()) for each in _seals(context, account, int(expires))):
        raise ChallengeOver
    return account


def _seals(context: Context, account: Record, expires: int) -> list[str]:
    text = f"{account['id']}.{expires}.{account['password_hash']}".encode()
    macs = (hmac.digest(secret, text, hashlib.sha256) for secret in context.keys.secrets_for("second factor"))
    return [base64.urlsafe_b64encode(mac).rstrip(b"=").decode() for mac in macs]


def _with_codes(factor: Record, values: dict[str, object]) -> Recovery:
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    values["recovery_digests"] = [_digest(_typed(code)) for code in codes]
    return Recovery(codes, store.update("second_factors", factor["id"], values, if_version=factor["version"]))


def _spent(context: Context, factor: Record, code: str) -> dict[str, object]:
    typed = _typed(code)
    if len(typed) == DIGITS and typed.isdigit():
        return {"used_step": _step_of(context, factor, typed)}
    left = [each for each in factor["recovery_digests"] if not hmac.compare_digest(each, _digest(typed))]
    if len(left) == len(factor["recovery_digests"]):
        raise CodeWrong
    return {"recovery_digests": left}


def _step_of(context: Context, factor: Record, typed: str) -> int:
    now = int(context.clock.now().timestamp()) // STEP_SECONDS
    app = pyotp.HOTP(factor["secret"], digits=DIGITS)
    for step in range(now - TOLERATED_STEPS, now + TOLERATED_STEPS + 1):
        # RFC 6238, section 5.2: a code is good once, and none that is older than the last
        unused = factor["used_step"] is None or step > factor["used_step"]
        if unused and hmac.compare_digest(app.at(step).encode(), typed.encode()):
            return step
    raise CodeWrong


def _recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _typed(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _digest(typed: str) -> str:
    return hashlib.sha256(typed.encode()).hexdigest()
