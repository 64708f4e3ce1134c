"""Webhooks: addresses that are told of what happens."""

from database_service.columns import flag, integer, json, moment, text
from database_service.declaration import Collection, Sort, index

WEBHOOKS = Collection(
    name="webhooks",
    database="blog",
    doc="An address that is told of events. Its secret signs what is sent; the one before signs along for a while.",
    columns=(
        text("url", 2000, "Where events are sent"),
        text("description", 200, "What it is for", nullable=True),
        json("events", "array", "Which events are sent"),
        flag("active", "Whether events are sent now; what happens meanwhile waits"),
        integer("since", "The change of the feed after which it is told"),
        text("secret", 100, "What signs"),
        text("old_secret", 100, "What signed before", nullable=True),
        moment("old_secret_ends_at", "Until when that signs along", nullable=True),
        moment("created_at", "When it was made"),
        moment("updated_at", "When it was last changed"),
    ),
    private=frozenset({"secret", "old_secret"}),
    sorts=(Sort("created_at", "created_at"),),
    constraints=(index("webhooks_created", "created_at", "id"),),
)
