"""Webhooks as the API takes and shows them."""

from marshmallow import Schema, ValidationError, fields, validate

from api.blog.described import A_MOMENT, AN_ID, Body, Flag, Name, says
from api.blog.webhooks.names import EVENTS, TEST
from api.shared.fields import Choice, Moment, Url
from api.shared.paging import PageQuery, absent, list_of

STATES = ("pending", "delivered", "dead")
A_URL = "https://example.org/hooks/blog"
A_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="  # noqa: S105 - an example
A_PAYLOAD = {
    "type": "post.published",
    "timestamp": A_MOMENT,
    "data": {"id": AN_ID, "slug": "notes", "title": "Notes on the Engine", "url": "https://example.org/posts/notes"},
}
URL_SAYS = "Where events are sent, as POST; redirects are not followed, and the address has to be public"
EVENTS_SAYS = "Which events are sent"
ACTIVE_SAYS = "Whether events are sent now; while it is false they wait. An answer 410 makes it false"


def _events(**options: object) -> fields.List:  # type: ignore[type-arg]  # takes no argument at run time
    return fields.List(
        Choice(*EVENTS),
        validate=[validate.Length(1, len(EVENTS)), _each_once],
        metadata={"description": EVENTS_SAYS, "example": ["post.published", "post.updated"], "uniqueItems": True},
        **options,  # type: ignore[arg-type]  # marshmallow's own
    )


def _each_once(names: list[str]) -> None:
    if len(set(names)) < len(names):
        raise ValidationError("Name each event once.")


class Webhook(Schema):
    """An address that is told of events."""

    id = fields.String(**says("Identifies the webhook", AN_ID))
    url = fields.String(**says(URL_SAYS, A_URL))
    description = fields.String(allow_none=True, **says("What it is for", "Rebuilds the static copy"))
    events = fields.List(Choice(*EVENTS), **says(EVENTS_SAYS, ["post.published"]))
    active = fields.Boolean(**says(ACTIVE_SAYS, True))
    old_secret_ends_at = Moment(
        allow_none=True, **says("Until when the secret before this one signs along; null without one", None)
    )
    created_at = Moment(**says("When it was made", A_MOMENT))
    updated_at = Moment(**says("When it was last changed", A_MOMENT))
    version = fields.Integer(**says("Grows with every change; the ETag is made of it", 1))


class WebhookWithSecret(Webhook):
    """A webhook, with what signs what it is sent: told this once."""

    secret = fields.String(**says("The key of the signatures (Standard Webhooks); told only in this answer", A_SECRET))


class WebhookIn(Body):
    """A new webhook."""

    url = Url(required=True, **says(URL_SAYS, A_URL))
    description = Name(most=200, allow_none=True, **says("What it is for", "Rebuilds the static copy"))
    events = _events(required=True)
    active = Flag(**says(ACTIVE_SAYS, True))


class WebhookPatch(Body):
    """What of a webhook may change."""

    url = Url(**says(URL_SAYS, A_URL))
    description = Name(most=200, allow_none=True, **says("What it is for", "Rebuilds the static copy"))
    events = _events()
    active = Flag(**says(ACTIVE_SAYS, True))


class WebhooksQuery(PageQuery):
    """The query of the list of webhooks."""


class Try(Schema):
    """One attempt to deliver."""

    at = Moment(**says("When it was sent", A_MOMENT))
    url = fields.String(**says("Where it was sent", A_URL))
    status = fields.Integer(allow_none=True, **says("The status of the answer; null when there was none", 500))
    problem = fields.String(allow_none=True, **says("Why there was no answer", None))
    answer = fields.String(allow_none=True, **says("The first 1,000 bytes of the answer", "Internal Server Error"))


class Delivery(Schema):
    """An event that a webhook is told of."""

    id = fields.String(**says("Identifies the message: the `webhook-id` of every attempt", AN_ID))
    webhook_id = fields.String(**says("The webhook that is told", AN_ID))
    event = Choice(*EVENTS, TEST, **says("What happened", "post.published"))
    subject = fields.String(**says("What it happened to; such events arrive in their order", f"posts/{AN_ID}"))
    state = Choice(
        *STATES,
        **says("`pending` while it is tried, `delivered` once the answer was 2xx, `dead` once it was given up", "dead"),
    )
    attempts = fields.Integer(**says("How often it was sent since it fell due", 3))
    created_at = Moment(**says("When the event was seen", A_MOMENT))
    ended_at = Moment(allow_none=True, **says("When it was taken, or given up", None))
    next_attempt_at = Moment(allow_none=True, **says("When it is sent next; null once it has ended", A_MOMENT))
    payload = fields.Dict(keys=fields.String(), **says("What is sent", A_PAYLOAD))


class DeliveryWithTries(Delivery):
    """A delivery with what came of its last attempts."""

    tries = fields.List(fields.Nested(Try), metadata={"description": "The last ten attempts, the newest last"})


class DeliveriesQuery(PageQuery):
    """Filters of the log of deliveries, the newest first."""

    state = Choice(*STATES, load_default=absent, **says("Only those that stand there", "dead"))


class ReplayIn(Body):
    """A stretch of time of which everything that ended is sent again."""

    since = Moment(required=True, **says("From this time on, by `created_at`", A_MOMENT))
    until = Moment(**says("… up to this time; now, if it is not given", "2026-11-23T10:00:00.000000Z"))


class Replayed(Schema):
    """What is sent again."""

    replayed = fields.Integer(**says("How many deliveries fell due again", 12))
    continue_since = Moment(
        allow_none=True,
        **says("There are more than 100 in that time: ask again with this as `since`; null when that was all", None),
    )


WebhookList = list_of(Webhook)
DeliveryList = list_of(Delivery)
