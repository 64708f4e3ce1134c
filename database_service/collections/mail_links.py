"""Links that went out by mail and prove, once, that somebody reads an address."""

from database_service.columns import choice, json, moment, reference, text
from database_service.declaration import Collection, Filter, Sort, index

MAIL_LINKS = Collection(
    name="mail_links",
    database="users",
    doc="A link sent by mail; of its secret only the digest is kept. Using it removes it.",
    columns=(
        choice("kind", ("password_reset", "registration", "email_change"), "What it is good for"),
        reference("account_id", "accounts", "Whose link it is", nullable=True, indexed=False),
        text("digest", 64, "SHA-256 of the secret in the link, in hex"),
        json("details", "object", "What happens when it is used"),
        moment("created_at", "When it was made"),
        moment("expires_at", "When it ends by itself"),
    ),
    private=frozenset({"digest", "details"}),
    filters=(
        Filter("account_id", "account_id"),
        Filter("kind", "kind"),
        Filter("ended_before", "expires_at", "<="),
    ),
    sorts=(Sort("expires_at", "expires_at"),),
    constraints=(
        index("mail_links_account", "account_id", "expires_at", "id"),
        index("mail_links_end", "expires_at", "id"),
    ),
)
