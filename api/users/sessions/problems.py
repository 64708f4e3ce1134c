"""What can be wrong with a sign-in."""

from api.shared.problems import Kind

WRONG_CREDENTIALS = Kind(
    401, "wrong_credentials", "Not signed in", "No account has this name or address together with this password."
)
ACCOUNT_SUSPENDED = Kind(
    403, "account_suspended", "Account suspended", "The password is right, but an admin has suspended this account."
)
SECOND_FACTOR_NEEDED = Kind(
    401,
    "second_factor_needed",
    "Code needed",
    "The password is right; the account wants a code of its app too. Send it with the `challenge` of this problem to "
    "`POST /api/users/v1/sessions/second-factor` within five minutes.",
)
WRONG_SECOND_FACTOR = Kind(
    401,
    "wrong_second_factor",
    "Not the code",
    "The code is not the app's present one, or it was used before, and it is no recovery code that is left.",
)
CHALLENGE_OVER = Kind(
    401, "challenge_over", "Begin again", "The challenge has expired or is not ours; sign in with the password again."
)
