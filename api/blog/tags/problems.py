"""What can go wrong with tags in particular."""

from api.shared.problems import Kind

TAG_TAKEN = Kind(409, "tag_taken", "Tag exists", "Another tag has this name (in whatever case) or this slug.")
TAG_IN_USE = Kind(
    409, "tag_in_use", "Too many posts have it", "More posts have this tag than one request can change; untag some."
)
KINDS = (TAG_TAKEN, TAG_IN_USE)
