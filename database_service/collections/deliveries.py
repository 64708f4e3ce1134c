"""Deliveries: what each webhook was told, and is still to be told."""

from database_service.columns import choice, integer, json, moment, text
from database_service.declaration import Collection, Filter, Sort, index

DELIVERIES = Collection(
    name="deliveries",
    database="blog",
    doc=(
        "An event that one webhook is told of. The worker leases those that are `pending` and due by `if_version`; "
        "what is about the same subject is sent in the order of `position`. Its id is the id of the message."
    ),
    columns=(
        text("webhook_id", 36, "Which webhook is told"),
        text("event", 64, "What happened"),
        text("subject", 80, "What it happened to: a collection and an id"),
        integer("position", "Its place among the events of its subject"),
        choice("state", ("pending", "delivered", "dead"), "Whether it is still tried"),
        integer("attempts", "How often it was taken up"),
        moment("due_at", "When it may be taken up next, in the future while it is leased; once ended, when it may go"),
        moment("created_at", "When it was worked out"),
        moment("ended_at", "When it was taken, or given up", nullable=True),
        json("payload", "object", "What is sent"),
        json("tries", "array", "What came of the last attempts"),
    ),
    bulky=frozenset({"tries"}),
    unlogged=frozenset({"payload", "tries"}),
    filters=(
        Filter("webhook_id", "webhook_id"),
        Filter("subject", "subject"),
        Filter("state", "state", many=True),
        Filter("due_before", "due_at", "<="),
        Filter("created_before", "created_at", "<="),
        Filter("created_after", "created_at", ">="),
    ),
    sorts=(
        Sort("due_at", "due_at"),
        Sort("position", "position"),
        Sort("created_at", "created_at"),
        Sort("-created_at", "created_at"),
    ),
    constraints=(
        index("deliveries_due", "state", "due_at", "id"),
        index("deliveries_log", "webhook_id", "created_at", "id", "state"),
        index("deliveries_queue", "webhook_id", "state", "due_at", "id"),
        index("deliveries_order", "webhook_id", "subject", "state", "position", "id"),
    ),
)
