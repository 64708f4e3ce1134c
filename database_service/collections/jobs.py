"""Jobs: work that outlives a request, leased by the worker."""

from database_service.columns import account, choice, integer, json, moment, text
from database_service.declaration import Collection, Filter, Sort, index

JOBS = Collection(
    name="jobs",
    database="blog",
    doc=(
        "Work that outlives a request. The worker leases what is `pending` and due by `if_version`; each report of "
        "progress prolongs the lease, and whoever finds another version has lost it."
    ),
    columns=(
        choice("kind", ("variants", "rerender", "export", "import"), "What is to be done"),
        choice("state", ("pending", "done", "failed", "cancelled"), "Whether it has ended, and how"),
        account("account_id", "Who started it", inherited=False),
        text("subject", 36, "The record it is about, if it is about one", nullable=True),
        json("wishes", "object", "How it is to be done"),
        integer("done", "How many steps are done"),
        integer("total", "How many steps there are, once that is known", nullable=True),
        text("file", 100, "The blob that was uploaded for it or came of it", nullable=True),
        text("problem", 500, "Why it failed, or had to be tried again", nullable=True),
        integer("attempts", "How often it was taken up"),
        moment("due_at", "When it may be taken up next, in the future while it is leased; once ended, when it may go"),
        moment("created_at", "When it was started"),
        moment("ended_at", "When it ended", nullable=True),
        json("report", "object", "What it did, and every problem it met", nullable=True),
    ),
    bulky=frozenset({"report"}),
    unlogged=frozenset({"report"}),
    filters=(
        Filter("kind", "kind", many=True),
        Filter("state", "state", many=True),
        Filter("subject", "subject", many=True),
        Filter("due_before", "due_at", "<="),
    ),
    sorts=(Sort("due_at", "due_at"), Sort("-created_at", "created_at")),
    constraints=(
        index("jobs_due", "state", "due_at", "id"),
        index("jobs_created", "created_at", "id", "kind", "state"),
        index("jobs_account", "account_id", "created_at", "id"),
        index("jobs_subject", "subject", "created_at", "id"),
    ),
)
