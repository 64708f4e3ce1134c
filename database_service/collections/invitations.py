"""Invitations: who may make an account here, and what it may do."""

from database_service.columns import choice, moment, text
from database_service.declaration import Collection, Filter, Sort, index

INVITATIONS = Collection(
    name="invitations",
    database="users",
    doc="An invitation that was mailed; of its secret only the digest is kept. Accepting or revoking it removes it.",
    columns=(
        text("email", 320, "Who is invited, as typed"),
        text("email_key", 640, "The address case-folded and in IDNA form", unique=True),
        choice("role", ("author", "editor"), "The role of the account"),
        text("invited_by", 36, "The account that invited"),
        text("digest", 64, "SHA-256 of the secret in the link, in hex"),
        moment("created_at", "When it was made"),
        moment("expires_at", "When it ends by itself"),
    ),
    private=frozenset({"digest"}),
    filters=(
        Filter("email_key", "email_key"),
        Filter("invited_by", "invited_by"),
        Filter("ended_before", "expires_at", "<="),
        Filter("ends_after", "expires_at", ">="),
    ),
    sorts=(Sort("expires_at", "expires_at"),),
    constraints=(
        index("invitations_end", "expires_at", "id"),
        index("invitations_inviter", "invited_by", "expires_at", "id"),
    ),
)
