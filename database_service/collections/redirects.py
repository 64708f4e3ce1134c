"""Old paths and where they lead now."""

from database_service.columns import moment, text
from database_service.declaration import Collection, Filter, Sort

REDIRECTS = Collection(
    name="redirects",
    database="blog",
    doc="An old path of the site and the path or address that took its place.",
    columns=(
        text("from_path", 500, "The old path, with its leading slash", unique=True),
        text("to_path", 2_000, "Where it leads"),
        moment("created_at", "When it was made"),
    ),
    filters=(Filter("from_path", "from_path", many=True),),
    sorts=(Sort("from_path", "from_path"),),
)
