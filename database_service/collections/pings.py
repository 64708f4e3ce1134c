"""Up to where others were told of changed posts."""

from database_service.columns import integer, moment
from database_service.declaration import Collection

PINGS = Collection(
    name="pings",
    database="blog",
    doc=(
        "Up to where in the change feed a hub and search engines were told of posts. The only record has the id "
        "`posts`, made by the first worker that tells; it is leased by `if_version` while they are told."
    ),
    natural_ids=True,
    columns=(
        integer("position", "The number of the last change that they were told of"),
        moment("told_until", "They were told of posts that fell due before this time"),
        integer("attempts", "How often in a row it was taken up in vain"),
        moment("due_at", "When it may be taken up next; in the future while it is leased"),
    ),
)
