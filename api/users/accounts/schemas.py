"""Accounts as they travel."""

from typing import Any

from marshmallow import Schema, validate
from marshmallow import fields as ma

from api.shared.auth import ROLES
from api.shared.fields import Choice, Id, Line, Moment, Prose, Url
from api.shared.paging import PageQuery, fields_parameter

ACCOUNT_ROLES = ROLES[1:]
# Spelt out, because engines differ about \s: control characters, spaces of all widths, and marks that cannot be seen
UNSEEN = r"\x00-\x20\x7f-\xa0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
# Which letters of other scripts there may be, no pattern can say; of ASCII it says all
USERNAME_PATTERN = rf"^[^{UNSEEN}!-/:-@\[-`{{-~][^{UNSEEN}!-,/:-@\[-^`{{-~]{{0,38}}$"
# Mild on purpose: whether an address is somebody's, only a mail can tell
EMAIL_PATTERN = rf'^[^{UNSEEN}@"(),:;<>\[\\\]]{{1,64}}@[^{UNSEEN}@"(),:;<>\[\\\]]{{1,200}}$'
NAME_PATTERN = rf"^[^{UNSEEN}][^\x00-\x1f\x7f]*$"
ACCOUNT_ID = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"


def username(**options: Any) -> Line:
    """Return the field of a username that somebody chooses."""
    says = (
        "Name in addresses and for signing in: letters and digits of any script, `.`, `_`, `-`; capitals become small "
        "(UsernameCaseMapped of RFC 8265). None that looks like another account's"
    )
    return Line(least=1, most=39, pattern=USERNAME_PATTERN, metadata={"description": says, "example": "ada"}, **options)


def heir_parameter() -> Line:
    """Return the field that names who takes over."""
    says = "Username of the author who takes over posts and images; without one they stay, nameless"
    return Line(
        least=1,
        most=39,
        pattern=USERNAME_PATTERN,
        load_default=None,
        allow_none=True,
        metadata={"description": says, "example": "grace"},
    )


def email(**options: Any) -> Line:
    """Return the field of an e-mail address that somebody gives."""
    metadata = {"description": "E-mail address; also good for signing in", "example": "ada@example.org"}
    return Line(least=3, most=254, pattern=EMAIL_PATTERN, metadata=metadata, **options)


def name(**options: Any) -> Line:
    """Return the field of a name as readers see it."""
    metadata = {"description": "Name as readers see it", "example": "Ada Lovelace"}
    return Line(least=1, most=200, pattern=NAME_PATTERN, metadata=metadata, **options)


def password(**options: Any) -> Prose:
    """Return the field of a password that somebody chooses."""
    metadata = {
        "description": "At least 8 characters, and not one of the passwords that everybody uses",
        "example": "three green kites over delft",
        "format": "password",
    }
    return Prose(least=8, most=256, load_only=True, metadata=metadata, **options)


def current_password(**options: Any) -> Prose:
    """Return the field of the password that somebody has."""
    metadata = {"description": "The password", "example": "three green kites over delft", "format": "password"}
    return Prose(least=1, most=256, load_only=True, metadata=metadata, **options)


class Set(ma.Boolean):
    """Whether a value is there at all."""

    def _serialize(self, value: object, attr: str | None, obj: object, **kwargs: object) -> bool:  # noqa: ARG002 - its signature
        return value is not None


class Account(Schema):
    """An account. With `fields=` only what was asked for is there."""

    id = Id(metadata={"description": "Its id", "example": ACCOUNT_ID})
    username = Line(most=64, metadata={"description": "Name in addresses", "example": "ada"})
    name = Line(most=200, metadata={"description": "Name as readers see it", "example": "Ada Lovelace"})
    email = Line(most=320, metadata={"description": "E-mail address, as typed", "example": "ada@example.org"})
    email_verified = Set(
        attribute="email_verified_at",
        metadata={"description": "Whether somebody opened a link that was mailed to it", "example": True},
    )
    role = Choice(
        *ACCOUNT_ROLES,
        metadata={"description": "What it may do; each includes the one before", "example": "author"},
    )
    state = Choice(
        "active",
        "suspended",
        "deleted",
        metadata={"description": "Whether it may do it now", "example": "active"},
    )
    bio = Prose(
        most=5000,
        allow_none=True,
        metadata={"description": "A few words about the person", "example": "Writes about engines."},
    )
    website = Url(allow_none=True, metadata={"description": "Their own site", "example": "https://ada.example.org"})
    avatar_url = Url(
        allow_none=True,
        metadata={"description": "A picture of them", "example": "https://ada.example.org/me.png"},
    )
    created_at = Moment(metadata={"description": "When it was made", "example": "2026-11-23T09:00:00.000000Z"})
    updated_at = Moment(metadata={"description": "When it was last changed", "example": "2026-11-23T09:00:00.000000Z"})
    version = ma.Integer(
        validate=validate.Range(1, 2**31 - 1),
        metadata={"description": "Grows by one with each change", "example": 1, "format": "int32"},
    )


class AccountQuery(PageQuery):
    """The query of the list of accounts."""

    role = Choice(*ACCOUNT_ROLES, load_default=None, metadata={"description": "Only accounts with this role"})
    sort = Choice(
        "username",
        "-created_at",
        load_default="username",
        metadata={"description": "By name, or the newest first", "example": "username"},
    )
    fields = fields_parameter(Account)


class AccountFields(Schema):
    """The query of one account."""

    fields = fields_parameter(Account)


class AccountChange(Schema):
    """What admins change about an account."""

    role = Choice(*ACCOUNT_ROLES[:-1], metadata={"description": "What it may do, from now on", "example": "editor"})
    state = Choice(
        "active", "suspended", metadata={"description": "Whether it may do it, from now on", "example": "suspended"}
    )


class AccountImport(Schema):
    """An account of another program."""

    username = username(required=True)
    name = name(required=True)
    email = email(required=True)
    role = Choice(
        *ACCOUNT_ROLES[:-1],
        load_default="reader",
        metadata={"description": "What it may do, from the start; below your own role", "example": "author"},
    )
    password_hash = Line(
        most=500,
        load_default=None,
        allow_none=True,
        load_only=True,
        metadata={
            "description": "The hash of the password as the other program stored it: Argon2, bcrypt, Werkzeug's scrypt "
            "and PBKDF2, phpass, WordPress's. Replaced by ours when its holder first signs in. With another kind, or "
            "none, a new password has to be chosen by mail",
            "example": "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0",
        },
    )
    bio = Prose(
        most=5000,
        load_default=None,
        allow_none=True,
        metadata={"description": "A few words about the person", "example": "Writes about engines."},
    )
    website = Url(
        load_default=None,
        allow_none=True,
        metadata={"description": "Their own site", "example": "https://ada.example.org"},
    )
    avatar_url = Url(
        load_default=None,
        allow_none=True,
        metadata={"description": "A picture of them", "example": "https://ada.example.org/me.png"},
    )


class ImportedAccount(Account):
    """An account that was just imported."""

    password_kept = ma.Boolean(
        required=True,
        metadata={"description": "Whether the old password is good; else a new one is chosen by mail", "example": True},
    )


class AccountDeletion(Schema):
    """The query of a deletion."""

    heir = heir_parameter()


class Profile(Schema):
    """What people change about themselves."""

    name = name()
    bio = Prose(
        most=5000,
        allow_none=True,
        metadata={
            "description": "A few words about the person; null takes them away",
            "example": "Writes about engines.",
        },
    )
    website = Url(
        allow_none=True, metadata={"description": "Their own site, or null", "example": "https://ada.example.org"}
    )
    avatar_url = Url(
        allow_none=True,
        metadata={"description": "A picture of them, or null", "example": "https://ada.example.org/me.png"},
    )
