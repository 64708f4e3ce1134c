"""What can go wrong with webhooks in particular."""

from api.shared.problems import Kind

TOO_MANY_WEBHOOKS = Kind(
    409, "too_many_webhooks", "Too many webhooks", "There are at most 20 webhooks: delete one that is not needed."
)
KINDS = (TOO_MANY_WEBHOOKS,)
