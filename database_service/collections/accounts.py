"""Accounts: who can sign in."""

from sqlalchemy import Index
from sqlalchemy import text as sql

from database_service.columns import choice, moment, text
from database_service.declaration import Collection, Filter, Sort, index

ACCOUNTS = Collection(
    name="accounts",
    database="users",
    doc="An account.",
    columns=(
        text("username", 64, "Name in URLs, as typed"),
        text("username_key", 128, "The username as it is compared", unique=True),
        text("username_skeleton", 400, "What the username looks like (UTS 39): no two look the same", nullable=True),
        text("email", 320, "E-mail address, as typed"),
        text("email_key", 640, "The address case-folded and in IDNA form", unique=True),
        moment("email_verified_at", "When somebody proved to read the address", nullable=True),
        text("name", 200, "Name as readers see it"),
        choice("role", ("reader", "author", "editor", "admin", "owner"), "What the account may do"),
        choice("state", ("active", "suspended", "deleted"), "Whether it may do it now"),
        text("password_hash", 500, "Argon2id hash of the password"),
        text("bio", 5_000, "A few words about the person", nullable=True),
        text("website", 2_000, "The person's own site", nullable=True),
        text("avatar_url", 2_000, "A picture", nullable=True),
        text("heir_id", 36, "The account that takes over what this one left when it was deleted", nullable=True),
        moment("created_at", "When it was made"),
        moment("updated_at", "When it was last changed"),
    ),
    private=frozenset({"password_hash", "username_skeleton"}),
    filters=(
        Filter("id", "id", many=True),
        Filter("username_key", "username_key"),
        Filter("username_skeleton", "username_skeleton"),
        Filter("email_key", "email_key"),
        Filter("role", "role", many=True),
    ),
    sorts=(Sort("username", "username_key"), Sort("-created_at", "created_at")),
    constraints=(
        index("accounts_created", "created_at", "id"),
        Index("uq_accounts_username_skeleton", "username_skeleton", unique=True),
        # There is exactly one owner: the engine refuses a second one
        Index(
            "uq_accounts_owner",
            "role",
            unique=True,
            sqlite_where=sql("role = 'owner'"),
            postgresql_where=sql("role = 'owner'"),
        ),
    ),
)
