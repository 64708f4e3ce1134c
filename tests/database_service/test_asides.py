"""What travels with a single record: the posts next to it, those most like it, and the months of the calendar."""

from typing import Any

import pytest

from api.shared.store import Store, update
from tests.database_service.conftest import Caller
from tests.support.records import new_author, new_post, new_tag

AUTUMN = "2026-10-{:02}T09:00:00.000000Z"
LATER = "2026-12-24T09:00:00.000000Z"


def published(slug: str, moment: str, **values: Any):
    return new_post(slug, published_at=moment, **values)


def slugs(answer: dict[str, Any], *ids: str | None) -> list[str | None]:
    posts = answer["included"].get("posts", {})
    return [None if each is None else posts[each]["slug"] for each in ids]


def around(ask: Caller, post_id: str) -> list[str | None]:
    status, answer = ask.get(f"/v1/blog/posts/{post_id}?include=previous,next&view=brief")
    assert status == 200, answer
    return slugs(answer, answer["record"]["previous"], answer["record"]["next"])


def months(ask: Caller) -> list[tuple[str, int]]:
    status, answer = ask.get("/v1/blog/site/site?include=months")
    assert status == 200, answer
    return [(each["month"], each["count"]) for each in answer["record"]["months"]]


@pytest.fixture
def shelf(blog: Store):
    """Three posts that lists show, and between them everything that they do not show."""
    posts = [published(f"post-{day}", AUTUMN.format(day)) for day in (2, 10, 20)]
    hidden = [
        published("draft", AUTUMN.format(5), status="draft"),
        published("timeless", None, status="draft"),
        published("unlisted", AUTUMN.format(6), visibility="unlisted"),
        published("trashed", AUTUMN.format(15), status="trashed"),
        published("page", AUTUMN.format(16), kind="page"),
        published("scheduled", LATER),
    ]
    blog.commit([*posts, *hidden])
    return {each.values["slug"]: each.id for each in [*posts, *hidden]}


def test_lists_cannot_ask_for_what_costs_a_statement_a_record(ask):
    for path in ("posts?include=previous", "posts?include=related", "site?include=months", "slugs?include=post.next"):
        assert ask.get(f"/v1/blog/{path}")[0] == 422, path


def test_neighbours_are_those_that_lists_show(ask, shelf):
    assert around(ask, shelf["post-2"]) == [None, "post-10"]
    assert around(ask, shelf["post-10"]) == ["post-2", "post-20"]
    assert around(ask, shelf["post-20"]) == ["post-10", None]
    assert around(ask, shelf["unlisted"]) == ["post-2", "post-10"]
    assert around(ask, shelf["timeless"]) == around(ask, shelf["scheduled"]) == ["post-20", None]


def test_a_scheduled_neighbour_appears_at_its_minute(ask, shelf, database):
    database.clock.advance(days=60)
    assert around(ask, shelf["post-20"]) == ["post-10", "scheduled"]
    assert around(ask, shelf["timeless"]) == ["scheduled", None]


def test_posts_of_one_moment_are_walked_one_by_one(ask, blog):
    posts = [published(f"post-{number}", AUTUMN.format(1)) for number in range(5)]
    blog.commit(posts)
    place: str | None = max(post.id for post in posts)
    seen = []
    while place is not None:
        seen.append(place)
        place = ask.get(f"/v1/blog/posts/{place}?include=previous")[1]["record"]["previous"]
    assert sorted(seen, reverse=True) == seen
    assert len(seen) == 5


def test_kin_share_tags_and_rare_tags_count_for_more(ask, blog):
    common, rare, other = new_tag("Common"), new_tag("Rare"), new_tag("Other")
    blog.commit([common, rare, other])
    both, just_common, just_rare = [common.id, rare.id], [common.id], [rare.id]
    posts = [
        published("asked", AUTUMN.format(1), tag_ids=both),
        published("one-rare", AUTUMN.format(2), tag_ids=just_rare),
        published("both", AUTUMN.format(1), tag_ids=both),
        published("older", AUTUMN.format(3), tag_ids=just_common),
        published("newer", AUTUMN.format(4), tag_ids=just_common),
        published("else", AUTUMN.format(4), tag_ids=[other.id]),
        published("draft", AUTUMN.format(5), tag_ids=both, status="draft"),
        published("unlisted", AUTUMN.format(5), tag_ids=both, visibility="unlisted"),
        published("page", AUTUMN.format(5), tag_ids=both, kind="page"),
        published("scheduled", LATER, tag_ids=both),
    ]
    blog.commit(posts)
    answer = ask.get(f"/v1/blog/posts/{posts[0].id}?include=related")[1]
    assert slugs(answer, *answer["record"]["related"]) == ["both", "one-rare", "newer", "older"]
    lonely = ask.get(f"/v1/blog/posts/{posts[5].id}?include=related")[1]
    assert (lonely["record"]["related"], lonely["included"]) == ([], {})


def test_a_record_asked_for_whole_is_not_replaced_by_its_brief_form(ask, blog):
    ada = new_author("ada")
    blog.commit([ada, published("one", AUTUMN.format(1)), published("two", AUTUMN.format(2), author_ids=[ada.id])])
    two = ask.get("/v1/blog/posts?slug=two")[1]["records"][0]["id"]
    answer = ask.get(f"/v1/blog/posts/{two}?include=authors,previous")[1]
    assert slugs(answer, answer["record"]["previous"]) == ["one"]
    assert "html" in answer["record"]
    assert "html" not in next(iter(answer["included"]["posts"].values()))
    assert list(answer["included"]["authors"]) == [ada.id]


def test_the_calendar_counts_what_lists_show(ask, shelf, database):
    assert months(ask) == [("2026-10", 3)]
    database.clock.advance(days=60)
    assert months(ask) == [("2026-12", 1), ("2026-10", 3)]


def test_a_blog_without_posts_has_an_empty_calendar(ask):
    assert months(ask) == []


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", [("2026-02", 1), ("2026-01", 1), ("2025-12", 2)]),
        ("Asia/Tokyo", [("2026-02", 1), ("2026-01", 2), ("2025-12", 1)]),
        ("America/New_York", [("2026-01", 2), ("2025-12", 2)]),
    ],
)
def test_months_begin_when_they_begin_in_the_time_zone_of_the_site(ask, blog, zone, expected):
    moments = ["2026-02-01T04:59:59.999999Z", "2026-01-01T05:00:00Z", "2025-12-31T15:00:00Z", "2025-12-31T14:59:59Z"]
    blog.commit([published(f"post-{number}", moment) for number, moment in enumerate(moments)])
    blog.commit([update("site", "site", {"time_zone": zone})])
    assert months(ask) == expected


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_the_first_month_that_can_be_written_is_counted_too(ask, blog, zone):
    blog.commit([published("first", "0001-01-02T00:00:00Z"), update("site", "site", {"time_zone": zone})])
    assert months(ask) == [("0001-01", 1)]
