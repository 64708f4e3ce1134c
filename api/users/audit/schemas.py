"""Events as they travel."""

from marshmallow import Schema, fields, validate

from api.shared.fields import Choice, Id, Line, Moment
from api.shared.paging import PageQuery, absent
from api.users.accounts.schemas import ACCOUNT_ID, ACCOUNT_ROLES

EVENT_ID = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c21"
REQUEST_ID = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"
WHEN = "2026-11-25T09:00:00.000000Z"
EVENTS = (
    "account_changed", "account_created", "account_deleted", "email_change_requested", "email_changed",
    "invitation_created", "invitation_revoked", "password_changed", "password_reset", "recovery_codes_renewed",
    "refresh_reused", "reset_link_made", "second_factor_failed", "second_factor_off", "second_factor_on",
    "second_factor_reset", "session_revoked", "sessions_revoked", "sign_in_failed", "signed_in", "signed_out",
    "signing_key_changed", "token_created", "token_revoked",
)  # fmt: skip
STATES = ("active", "suspended", "deleted")


def _role(description: str) -> Choice:
    return Choice(*ACCOUNT_ROLES, metadata={"description": description, "example": "editor"})


def _count(description: str) -> fields.Integer:
    metadata = {"description": description, "example": 4, "format": "int32"}
    return fields.Integer(validate=validate.Range(1, 2**31 - 1), metadata=metadata)


class EventDetails(Schema):
    """What else is to be known of an event; only what belongs to its kind is there."""

    role = _role("The role from then on")
    previous_role = _role("The role until then")
    state = Choice(*STATES, metadata={"description": "The state from then on", "example": "suspended"})
    previous_state = Choice(*STATES, metadata={"description": "The state until then", "example": "active"})
    session_id = Id(metadata={"description": "The session that began or ended", "example": REQUEST_ID})
    token_id = Id(metadata={"description": "The personal access token", "example": REQUEST_ID})
    invitation_id = Id(metadata={"description": "The invitation", "example": REQUEST_ID})
    key_id = Line(
        most=200,
        metadata={"description": "The key that signs access tokens now", "example": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7"},
    )
    attempts = _count("How many attempts failed in half a minute")
    addresses = _count("From how many addresses they came")


class Event(Schema):
    """Something that happened to an account."""

    id = Id(required=True, metadata={"description": "Its id", "example": EVENT_ID})
    event = Choice(*EVENTS, required=True, metadata={"description": "What happened", "example": "password_changed"})
    account_id = Id(
        required=True, allow_none=True, metadata={"description": "Whom it happened to", "example": ACCOUNT_ID}
    )
    account = Line(
        most=64,
        required=True,
        allow_none=True,
        metadata={"description": "That account's username as it is now", "example": "ada"},
    )
    actor_id = Id(
        required=True,
        allow_none=True,
        metadata={"description": "Who did it; null when that is not known", "example": ACCOUNT_ID},
    )
    actor = Line(
        most=64,
        required=True,
        allow_none=True,
        metadata={"description": "That account's username as it is now", "example": "ada"},
    )
    address = Line(
        most=64,
        required=True,
        allow_none=True,
        metadata={
            "description": "The address it came from; where somebody else did it, for admins only",
            "example": "203.0.113.7",
        },
    )
    user_agent = Line(
        most=500,
        required=True,
        allow_none=True,
        metadata={"description": "The browser or program; as for `address`", "example": "Firefox/145"},
    )
    request_id = Line(
        most=128,
        required=True,
        allow_none=True,
        metadata={"description": "Finds the request in the logs", "example": REQUEST_ID},
    )
    details = fields.Nested(
        EventDetails, required=True, metadata={"description": "What else is to be known", "example": {}}
    )
    created_at = Moment(required=True, metadata={"description": "When it happened", "example": WHEN})


class EventQuery(PageQuery):
    """The query of the list of events."""

    account = Id(
        load_default=absent, metadata={"description": "Only what happened to this account", "example": ACCOUNT_ID}
    )
    actor = Id(load_default=absent, metadata={"description": "Only what this account did", "example": ACCOUNT_ID})
    event = Choice(*EVENTS, load_default=absent, metadata={"description": "Only events of this kind"})
    since = Moment(load_default=absent, metadata={"description": "Only what happened then or later", "example": WHEN})
    until = Moment(load_default=absent, metadata={"description": "Only what happened then or before", "example": WHEN})
    sort = Choice(
        "-created_at",
        "created_at",
        load_default="-created_at",
        metadata={"description": "The newest first, or the oldest", "example": "-created_at"},
    )
