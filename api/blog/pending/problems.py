"""What can go wrong with pending edits in particular."""

from api.shared.problems import Kind

PENDING_EXISTS = Kind(
    409, "pending_edit_exists", "There is a pending edit", "The post has a pending edit already: read it and change it."
)
PENDING_NEEDLESS = Kind(
    409,
    "pending_edit_needless",
    "Not published",
    "Readers see nothing of this post: change the post itself.",
)
PENDING_OUTDATED = Kind(
    409,
    "pending_edit_outdated",
    "The post was changed since",
    "Somebody saved the post itself after this edit began. The problem carries `base_revision`, with which the edit "
    "began, and `current_revision`: merge, and save the edit with `base_revision` set to the current one.",
)
KINDS = (PENDING_EXISTS, PENDING_NEEDLESS, PENDING_OUTDATED)
