"""Who may comment on a post, by the site's policy, the post's own switch and its age."""

from datetime import timedelta

from api.blog.posts.rules import status_of
from api.shared.clock import parse_rfc3339, rfc3339
from api.shared.store import Record

EVERYBODY, MEMBERS, NOBODY = "everybody", "members", "nobody"
_WHO = {"guests": EVERYBODY, "members": MEMBERS, "off": NOBODY}


def accepts(site: Record, post: Record, now: str) -> str:
    """Return from whom a post takes comments now: `everybody`, `members` or `nobody`."""
    closing = closes_at(site, post)
    if not post["comments_open"] or status_of(post, now) != "published" or (closing is not None and closing <= now):
        return NOBODY
    return _WHO[site["comments"]["who"]]


def closes_at(site: Record, post: Record) -> str | None:
    """Return when a post stops taking comments because of its age."""
    days, published = site["comments"]["close_after_days"], post["published_at"]
    if days is None or published is None:
        return None
    return rfc3339(parse_rfc3339(published) + timedelta(days=days))
