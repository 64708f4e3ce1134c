"""What can go wrong with authors in particular."""

from api.shared.problems import Kind

USERNAME_TAKEN = Kind(409, "username_taken", "Username taken", "Another author has this username.")
FOLLOWS_ACCOUNT = Kind(
    409, "author_follows_account", "Follows an account", "This profile follows an account: change it there."
)
CLAIMED_TOO_MUCH = Kind(
    409,
    "author_in_use",
    "Too many posts",
    "More posts name this author than one request can change; change some first.",
)
KINDS = (USERNAME_TAKEN, FOLLOWS_ACCOUNT, CLAIMED_TOO_MUCH)
