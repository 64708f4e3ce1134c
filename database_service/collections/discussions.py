"""Discussions: a mark at each post that was commented on, moved whenever what readers see of its comments changes."""

from database_service.columns import moment
from database_service.declaration import Collection, Filter

DISCUSSIONS = Collection(
    name="discussions",
    database="blog",
    doc=(
        "The comments of one post as a whole; the id is the post's. Whoever remembers an answer that shows comments "
        "follows this mark, which comments waiting for approval do not move."
    ),
    natural_ids=True,
    columns=(moment("updated_at", "When readers last saw something else here"),),
    filters=(Filter("id", "id", many=True),),
)
