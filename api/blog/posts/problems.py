"""What can go wrong with posts in particular."""

from api.shared.problems import Kind

SLUG_TAKEN = Kind(
    409, "slug_taken", "Slug taken", "Something else stands under this slug. Choose another, or leave it out."
)
EXTERNAL_ID_TAKEN = Kind(
    409, "external_id_taken", "Imported before", "A post with this `external_id` exists: read it and update it."
)
TRASHED = Kind(409, "post_trashed", "In the trash", "The post is in the trash: restore it first.")
NOT_TRASHED = Kind(409, "post_not_trashed", "Not in the trash", "Only a post in the trash can be restored.")
NOT_PUBLISHED = Kind(
    409, "post_not_published", "Not published", "Only a published or scheduled post can be taken back."
)
NOT_SCHEDULED = Kind(
    409, "post_not_scheduled", "Not scheduled", "Only a post whose time is still to come can be called off."
)
SEEN_BY_READERS = Kind(
    409,
    "post_seen_by_readers",
    "Readers see it",
    "The post is public, and scheduling it would take it from readers: unpublish it first. Changes of a public post "
    "are scheduled as its pending edit.",
)
PROFILE_MISSING = Kind(
    503,
    "profile_missing",
    "Your author profile is on its way",
    "Your account is new and its public profile has not reached the Blog Service yet. Try again in a moment.",
)
TOO_MANY_COMMENTS = Kind(
    409, "too_many_comments", "Too many comments", "A post with more than 400 comments goes with the trash, in time."
)
KINDS = (
    TOO_MANY_COMMENTS,
    SLUG_TAKEN,
    EXTERNAL_ID_TAKEN,
    TRASHED,
    NOT_TRASHED,
    NOT_PUBLISHED,
    NOT_SCHEDULED,
    SEEN_BY_READERS,
    PROFILE_MISSING,
)
