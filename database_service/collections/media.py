"""Uploaded files: what is known about a blob that is stored by its digest."""

from database_service.columns import account, choice, integer, moment, text
from database_service.declaration import Collection, Filter, Sort, index

MEDIA = Collection(
    name="media",
    database="blog",
    doc="An uploaded file.",
    columns=(
        text("digest", 64, "SHA-256 of the stored bytes, in hex", unique=True),
        text("filename", 255, "The name it was uploaded with"),
        text("content_type", 100, "Its media type"),
        integer("bytes", "Its size"),
        integer("width", "Pixels across", nullable=True),
        integer("height", "Pixels down", nullable=True),
        text("alt", 2_000, "What it shows, for those who do not see it", nullable=True),
        account("uploader_id", "The account that uploaded it"),
        moment("created_at", "When it was uploaded"),
        moment("updated_at", "When it was last changed"),
        choice("form", ("still", "moving", "drawn"), "One frame of pixels, several, or a drawing", nullable=True),
        text("blurhash", 100, "A blur of it in few letters (BlurHash)", nullable=True),
        text("colour", 7, "Its main colour, as #rrggbb", nullable=True),
    ),
    filters=(
        Filter("id", "id", many=True),
        Filter("digest", "digest", many=True),
        Filter("uploader_id", "uploader_id"),
        Filter("content_type", "content_type"),
    ),
    sorts=(Sort("-created_at", "created_at"),),
    constraints=(
        index("media_created", "created_at", "id"),
        index("media_uploader", "uploader_id", "created_at", "id"),
    ),
)
