"""Webhooks: the routes."""

from api.blog.incoming import context, demand_version, version_for
from api.blog.webhooks import log, rules, schemas
from api.blog.webhooks.presentation import ROOT, address_of, present, present_delivery
from api.blog.webhooks.problems import TOO_MANY_WEBHOOKS
from api.shared.operations import Call, Resource
from api.shared.paging import envelope, link_header
from api.shared.problems import INVALID_CURSOR
from api.shared.responses import Answer
from api.shared.unit_of_work import Write

ONE = "/webhooks/<uuid:webhook_id>"
DELIVERIES = f"{ONE}/deliveries"

webhooks = Resource("webhooks", __name__, description="Addresses that are told of what happens")


@webhooks.operation(
    "GET", "/webhooks", "listWebhooks",
    query=schemas.WebhooksQuery, returns=schemas.WebhookList, problems=(INVALID_CURSOR,),
)  # fmt: skip
def list_webhooks(call: Call) -> Answer:
    """List the webhooks, the oldest first."""
    page = rules.listed(context(), call.query)
    return Answer(envelope(page, [present(each) for each in page.records]), headers=link_header(page))


@webhooks.operation(
    "POST", "/webhooks", "createWebhook",
    body=schemas.WebhookIn, returns=schemas.WebhookWithSecret, status=201, problems=(TOO_MANY_WEBHOOKS,),
)  # fmt: skip
def create_webhook(call: Call) -> Write:
    """Make a webhook; it is told of what happens from now on.

    Each event is sent as a POST of JSON with the headers of Standard Webhooks: `webhook-id` (the same in every
    attempt), `webhook-timestamp` and `webhook-signature`. Answer 2xx within 15 seconds; what is not taken is sent again
    after 5 seconds, then later and later, for two days. An event arrives at least once, and events of the
    same post in their order. The answer holds the `secret`, this once; no `Idempotency-Key`, because no secret is kept
    in an answer.
    """
    made, operations = rules.make(context(), call.body)
    body = {**present(made), "secret": made["secret"]}
    return Write(operations, Answer(body, version=1, location=address_of(made)))


@webhooks.operation("GET", ONE, "getWebhook", returns=schemas.Webhook)
def get_webhook(_call: Call, webhook_id: str) -> Answer:
    """Read a webhook, without its secret."""
    found = rules.one(context(), webhook_id)
    return Answer(present(found), version=found["version"])


@webhooks.operation("PATCH", ONE, "updateWebhook", body=schemas.WebhookPatch, returns=schemas.Webhook, versioned=True)
def update_webhook(call: Call, webhook_id: str) -> Write:
    """Change a webhook: what is still to be sent goes to the new address."""
    found = rules.one(context(), webhook_id)
    demand_version(call, found)
    after, operations = rules.revise(context(), found, call.body, version_for(call, found))
    return Write(operations, Answer(present(after), version=after["version"]))


@webhooks.operation("DELETE", ONE, "deleteWebhook", versioned=True, status=204)
def delete_webhook(call: Call, webhook_id: str) -> Write:
    """Delete a webhook; what was still to be sent is dropped, and its log with it."""
    found = rules.one(context(), webhook_id)
    demand_version(call, found)
    return Write(rules.remove(found, version_for(call, found)), Answer())


@webhooks.operation("POST", f"{ONE}/secret", "renewWebhookSecret", returns=schemas.WebhookWithSecret, versioned=True)
def renew_webhook_secret(call: Call, webhook_id: str) -> Write:
    """Make a new secret.

    For 24 hours messages carry two signatures, by the new secret and by the one before, so that a receiver can change
    over without losing a message.
    """
    found = rules.one(context(), webhook_id)
    demand_version(call, found)
    after, operations = rules.renew(context(), found, version_for(call, found))
    return Write(operations, Answer({**present(after), "secret": after["secret"]}, version=after["version"]))


@webhooks.operation(
    "POST", f"{ONE}/test", "testWebhook", returns=schemas.DeliveryWithTries, status=201, idempotent=True
)
def send_test(_call: Call, webhook_id: str) -> Write:
    """Send a `webhook.test`; read the delivery to see what came of it."""
    made, operations = rules.probe(context(), rules.one(context(), webhook_id))
    location = f"{ROOT}/{webhook_id}/deliveries/{made['id']}"
    return Write(operations, Answer(present_delivery(made, whole=True), location=location))


@webhooks.operation(
    "GET", DELIVERIES, "listDeliveries",
    query=schemas.DeliveriesQuery, returns=schemas.DeliveryList, problems=(INVALID_CURSOR,),
)  # fmt: skip
def list_deliveries(call: Call, webhook_id: str) -> Answer:
    """List what a webhook was told and is still to be told, the newest first. What ended is kept for 30 days."""
    page = log.listed(context(), webhook_id, call.query)
    return Answer(envelope(page, [present_delivery(each) for each in page.records]), headers=link_header(page))


@webhooks.operation("GET", f"{DELIVERIES}/<uuid:delivery_id>", "getDelivery", returns=schemas.DeliveryWithTries)
def get_delivery(_call: Call, webhook_id: str, delivery_id: str) -> Answer:
    """Read a delivery: what is sent, and what came of each of the last ten attempts."""
    return Answer(present_delivery(log.one(context(), webhook_id, delivery_id), whole=True))


@webhooks.operation(
    "POST", f"{DELIVERIES}/<uuid:delivery_id>/replay", "replayDelivery",
    returns=schemas.DeliveryWithTries, idempotent=True,
)  # fmt: skip
def replay_delivery(_call: Call, webhook_id: str, delivery_id: str) -> Write:
    """Send again what was taken or given up; its `webhook-id` stays."""
    after, operations = log.replay_one(context(), webhook_id, delivery_id)
    return Write(operations, Answer(present_delivery(after, whole=True)))


@webhooks.operation(
    "POST", f"{ONE}/replay", "replayDeliveries", body=schemas.ReplayIn, returns=schemas.Replayed, idempotent=True
)
def replay_deliveries(call: Call, webhook_id: str) -> Write:
    """Send again all that was taken or given up in a stretch of time.

    Receivers know each by its `webhook-id`, which stays.
    """
    answer, operations = log.replay(context(), webhook_id, call.body)
    return Write(operations, Answer(answer))
