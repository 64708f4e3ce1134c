"""What webhooks were told that readers see, and up to where in the change feed that was worked out."""

from database_service.columns import flag, integer, moment
from database_service.declaration import Collection, Filter

ANNOUNCEMENTS = Collection(
    name="announcements",
    database="blog",
    doc="Whether webhooks were last told that readers see a post or a comment, by its id.",
    natural_ids=True,
    columns=(flag("shown", "Whether readers saw it"),),
    filters=(Filter("id", "id", many=True),),
)

ANNOUNCING = Collection(
    name="announcing",
    database="blog",
    doc=(
        "Up to where in the change feed events for webhooks were worked out. The only record has the id `feed`, made "
        "with the first webhook; the worker that works out more raises it by `if_version` in the same commit."
    ),
    natural_ids=True,
    columns=(
        integer("position", "The number of the last change that was looked at"),
        moment("told_until", "What fell due before this time was looked at"),
        moment("begun_at", "When it was first looked at"),
    ),
)
