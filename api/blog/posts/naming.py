"""Gives posts their slugs: unique under concurrency, kept for ever in `slugs`.

The first plan takes a slug without asking. If it is taken the commit refuses it, the edge plans again, and only then
is looked which ones are free. So the common case costs no read, and two writers never get the same slug.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from api.blog.context import Context
from api.blog.posts.problems import SLUG_TAKEN
from api.blog.slugs import candidates, slugify
from api.shared.problems import Fault, Problem
from api.shared.store import Operation, Record, insert, update


@dataclass(frozen=True, slots=True)
class Claim:
    """A post's wish for a slug: the one `given`, or one made from its title; `attempt` counts refused plans."""

    post_id: str
    given: str | None
    title: str
    kind: str
    attempt: int


def name(context: Context, claim: Claim) -> tuple[str, list[Operation]]:
    """Return the slug a post gets, and what has to be written for it. Raises 409 when the one given is taken."""
    chosen = slugify(claim.given or "")
    wanted = chosen or slugify(claim.title) or claim.kind
    values = {"post_id": claim.post_id, "created_at": context.now(), "gone_id": None}
    if claim.attempt == 0:
        return wanted, [insert("slugs", wanted, values)]
    asked = candidates(wanted, crowded=claim.attempt > 1)
    page = context.store.find("slugs", {"id": asked}, sort="id", limit=len(asked), include=("post",), brief=True)
    known = {found["id"]: found for found in page.records}
    if chosen and chosen in known:
        return chosen, _take_over(known[chosen], page.included.get("posts", {}), values)
    own = {slug for slug, found in known.items() if found["post_id"] == claim.post_id}
    slug = next(each for each in asked if each in own or each not in known)
    return slug, [] if slug in own else [insert("slugs", slug, values)]


def _take_over(known: Record, posts: Mapping[str, Record], values: Mapping[str, object]) -> list[Operation]:
    if known["post_id"] == values["post_id"]:
        return []
    owner = posts.get(known["post_id"])
    if owner is not None and owner["slug"] == known["id"]:
        raise Problem(SLUG_TAKEN, faults=[Fault("taken", "Another post stands under this slug.", pointer="/slug")])
    return [update("slugs", known["id"], values, if_version=known["version"])]
