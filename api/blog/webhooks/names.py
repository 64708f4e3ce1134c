"""The names of the events that webhooks are told of; inside the first version of the API names are only added."""

EVENTS = (
    "post.published", "post.updated", "post.unpublished", "post.deleted",
    "comment.created", "comment.approved", "media.created", "media.deleted",
)  # fmt: skip
TEST = "webhook.test"
