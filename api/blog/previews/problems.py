"""What can go wrong with preview links in particular."""

from api.shared.problems import Kind

TOO_MANY_PREVIEWS = Kind(
    409, "too_many_previews", "Too many links", "A post has at most 50 preview links at a time: revoke one first."
)
KINDS = (TOO_MANY_PREVIEWS,)
