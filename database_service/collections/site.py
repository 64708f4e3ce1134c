"""The site's settings: one record, made by the migration."""

from database_service.collections.posts import LISTED
from database_service.columns import integer, json, moment, reference, text
from database_service.declaration import Calendar, Collection, Include

SITE = Collection(
    name="site",
    database="blog",
    doc="The site's settings; the only record has the id `site`.",
    natural_ids=True,
    columns=(
        text("title", 200, "The site's name"),
        text("description", 2_000, "One sentence about it"),
        text("language", 35, "BCP 47 language tag"),
        text("time_zone", 64, "IANA time zone"),
        text("accent", 64, "The accent colour, in CSS"),
        json("navigation", "array", "Links in the header: objects with label and url"),
        moment("updated_at", "When it was last changed"),
        json("comments", "object", "Who may comment, what waits for approval, when it ends", nullable=True),
        json("comment_words", "array", "Words that make a comment look like spam", nullable=True),
        text("address_salt", 64, "What digests of guests' addresses are keyed with", nullable=True),
        reference("logo_id", "media", "The image beside the title", nullable=True),
        text("footer", 500, "What stands at the end of each page", nullable=True),
        json("social_links", "array", "Where else the site is found: objects with label and url", nullable=True),
        integer("posts_per_page", "How many posts a page lists", nullable=True),
    ),
    private=frozenset({"comment_words", "address_salt"}),
    includes=(Include("logo", "media", by="logo_id"),),
    asides=(Calendar("months", "posts", "published_at", LISTED, zone="time_zone"),),
    example={"id": "site", "title": "A blog", "language": "en", "time_zone": "UTC", "accent": "#0b5fff"},
)
