"""Sessions: who is signed in where, and the refresh token that keeps it so."""

from database_service.columns import moment, order_of, reference, text
from database_service.declaration import Collection, Filter, Sort, index

SESSIONS = Collection(
    name="sessions",
    database="users",
    doc="A session, from signing in to signing out.",
    columns=(
        reference("account_id", "accounts", "Whose session it is", indexed=False),
        text("refresh_digest", 64, "SHA-256 of the refresh token"),
        text("previous_digest", 64, "SHA-256 of the refresh token before it", nullable=True),
        moment("rotated_at", "When the refresh token was last replaced", nullable=True),
        text("user_agent", 500, "The browser, as it named itself", nullable=True),
        text("address", 64, "The address it came from", nullable=True),
        moment("created_at", "When it began"),
        moment("used_at", "When it was last refreshed"),
        moment("expires_at", "When it ends by itself"),
        moment("revoked_at", "When it was ended", nullable=True),
        order_of("ends_at", "revoked_at, expires_at"),
    ),
    private=frozenset({"refresh_digest", "previous_digest"}),
    filters=(
        Filter("id", "id", many=True),
        Filter("account_id", "account_id"),
        Filter("ends_after", "ends_at", ">="),
    ),
    sorts=(Sort("-created_at", "created_at"),),
    constraints=(
        index("sessions_account_created", "account_id", "created_at", "id"),
        index("sessions_created", "created_at", "id"),
    ),
)
