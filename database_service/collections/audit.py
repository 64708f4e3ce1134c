"""The audit: what happened to accounts, who did it, from where."""

from database_service.columns import json, moment, text
from database_service.declaration import Collection, Filter, Include, Sort, index

AUDIT = Collection(
    name="audit",
    database="users",
    doc="Something that happened to an account, written in the commit that did it. Only added to, until it is old.",
    columns=(
        text("event", 64, "What happened"),
        text("account_id", 36, "The account it happened to; none when it has no account", nullable=True),
        text("actor_id", 36, "The account that did it; none when that is not known", nullable=True),
        text("address", 64, "The address it came from", nullable=True),
        text("user_agent", 500, "The browser or program, as it named itself", nullable=True),
        text("request_id", 128, "The request that did it, as in the log", nullable=True),
        json("details", "object", "What else is to be known; never a secret"),
        moment("created_at", "When it happened"),
    ),
    personal={"address": None, "user_agent": None},
    filters=(
        Filter("account_id", "account_id"),
        Filter("actor_id", "actor_id"),
        Filter("event", "event"),
        Filter("since", "created_at", ">="),
        Filter("until", "created_at", "<="),
    ),
    sorts=(Sort("-created_at", "created_at"), Sort("created_at", "created_at")),
    includes=(Include("account", "accounts", by="account_id"), Include("actor", "accounts", by="actor_id")),
    constraints=(
        index("audit_created", "created_at", "id"),
        index("audit_account", "account_id", "created_at", "id"),
        index("audit_actor", "actor_id", "created_at", "id"),
        index("audit_event", "event", "created_at", "id"),
    ),
)
