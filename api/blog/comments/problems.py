"""What can go wrong with comments in particular."""

from api.shared.problems import Kind

COMMENTS_CLOSED = Kind(
    409, "comments_closed", "Comments are closed", "Nobody can comment here: not on this site, this post, or any more."
)
DUPLICATE = Kind(409, "duplicate_comment", "Said already", "You have just said exactly this here.")
EDITING_OVER = Kind(
    409, "editing_over", "Too late to change", "A comment can be changed and taken back by its writer for 15 minutes."
)
BANNED = Kind(
    403, "banned", "Banned from commenting", "The moderators of this blog take no comments from you any more."
)
KINDS = (COMMENTS_CLOSED, DUPLICATE, EDITING_OVER, BANNED)
