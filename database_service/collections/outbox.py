"""The outbox: mails that were promised in a commit and are not sent yet."""

from database_service.columns import choice, integer, json, moment, text
from database_service.declaration import Collection, Filter, Sort, index

OUTBOX = Collection(
    name="outbox",
    database="users",
    doc=(
        "A mail that was promised together with what it is about. The worker leases those that are due by `if_version` "
        "and removes them once they are sent; those that could not be sent stay as `dead`. Holds no secret: the links "
        "of a mail are made when it is sent."
    ),
    columns=(
        text("kind", 64, "Which letter it is"),
        text("account_id", 36, "The account it is about", nullable=True),
        text("recipient", 320, "Where it goes; without one nothing is sent", nullable=True),
        json("details", "object", "What the letter says"),
        choice("state", ("pending", "dead"), "Whether it is still tried"),
        integer("attempts", "How often it was taken up"),
        moment("due_at", "When it may be taken up next; in the future while it is leased"),
        moment("expires_at", "When it is of no use any more", nullable=True),
        text("problem", 500, "Why it could not be sent the last time", nullable=True),
        moment("created_at", "When it was promised"),
    ),
    private=frozenset({"recipient", "details", "problem"}),
    filters=(
        Filter("state", "state"),
        Filter("due_before", "due_at", "<="),
        Filter("account_id", "account_id"),
    ),
    sorts=(Sort("due_at", "due_at"),),
    constraints=(index("outbox_due", "state", "due_at", "id"), index("outbox_account", "account_id", "due_at", "id")),
)
