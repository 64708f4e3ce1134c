"""Second factors: what somebody shows besides the password."""

from database_service.columns import choice, integer, json, moment, reference, text
from database_service.declaration import Collection, Filter

SECOND_FACTORS = Collection(
    name="second_factors",
    database="users",
    doc="The second factor of an account, by the account's id.",
    columns=(
        reference("account_id", "accounts", "Whose it is"),
        choice("state", ("pending", "on"), "Whether it was confirmed by a first code"),
        text("secret", 64, "The secret that app and service share (RFC 6238), in base32"),
        integer("used_step", "The time step of the last code that was accepted", nullable=True),
        json("recovery_digests", "array", "SHA-256 of each recovery code that is left, in hex"),
        moment("created_at", "When it was begun"),
        moment("confirmed_at", "When it was confirmed", nullable=True),
    ),
    private=frozenset({"secret", "used_step", "recovery_digests"}),
    filters=(Filter("account_id", "account_id"),),
)
