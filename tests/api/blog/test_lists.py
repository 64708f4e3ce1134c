"""Lists: filters, orders, cursors that stay right while others write."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.shared.clock import rfc3339
from api.shared.http import new_id
from tests.support.clock import START


@pytest.fixture
def posts(ada, eve):
    """Five posts, the newest last: 0 to 4."""
    ada.write("Draft")
    made = [
        ada.publish(
            f"Post {number}",
            published_at=rfc3339(START - timedelta(days=9 - number)),
            tags=["Even" if number % 2 == 0 else "Odd", "All"],
            featured=number == 3,
            language="de" if number == 1 else None,
            authors=["ada"],
        )
        for number in range(5)
    ]
    eve.publish("By Eve", published_at=rfc3339(START - timedelta(days=20)))
    return made


def titles(response) -> list[str]:
    assert response.status_code == 200, response.text
    return [item["title"] for item in response.json["items"]]


def test_a_cursor_that_was_altered_or_belongs_to_another_list_is_refused(posts, read):
    cursor = read("/posts?limit=1").json["next"]
    for path in (
        f"/posts?cursor={cursor}x",
        f"/posts?sort=title&cursor={cursor}",
        f"/tags?cursor={cursor}",
        "/posts?cursor=x",
    ):
        response = read(path)
        assert (response.status_code, response.json["code"]) == (422, "invalid_cursor"), path


@pytest.mark.parametrize(
    "other",
    [
        "tag=odd", "tag=all&author=ada", "tag=all&year=2026", "tag=all&q=post", "tag=all&kind=page", "",
        "tag=all&published_after=2026-01-01T00:00:00Z", "tag=all&sort=published_at",
    ],
)  # fmt: skip
def test_a_cursor_is_good_for_the_filters_and_the_order_it_was_given_out_with(posts, read, other):
    cursor = read("/posts?limit=2&tag=all").json["next"]
    refused = read(f"/posts?{other}&cursor={cursor}")
    assert (refused.status_code, refused.json["code"]) == (422, "invalid_cursor")
    for same in ("tag=all", "limit=1&tag=all", "tag=all&sort=-published_at&fields=title&count=exact"):
        assert titles(read(f"/posts?{same}&cursor={cursor}"))[0] == "Post 2"


def test_a_cursor_of_one_posts_revisions_is_none_of_another_ones(ada):
    first, second = (ada.change(ada.write(title), title=f"{title}, again").json for title in ("One", "Two"))
    cursor = ada.get(f"/posts/{first['id']}/revisions?limit=1").json["next"]
    assert len(ada.get(f"/posts/{first['id']}/revisions?limit=1&cursor={cursor}").json["items"]) == 1
    refused = ada.get(f"/posts/{second['id']}/revisions?limit=1&cursor={cursor}")
    assert (refused.status_code, refused.json["code"]) == (422, "invalid_cursor")


def test_readers_get_the_newest_first(posts, read):
    assert titles(read("/posts")) == ["Post 4", "Post 3", "Post 2", "Post 1", "Post 0", "By Eve"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tag=even", ["Post 4", "Post 2", "Post 0"]),
        ("tag=nothing", []),
        ("author=eve", ["By Eve"]),
        ("author=nobody", []),
        ("tag=all&author=ada&featured=true", ["Post 3"]),
        ("featured=false&author=ada", ["Post 4", "Post 2", "Post 1", "Post 0"]),
        ("language=de", ["Post 1"]),
        ("published_after=2026-11-17T00:00:00Z", ["Post 4", "Post 3"]),
        ("published_before=2026-11-04T09:00:00Z", ["By Eve"]),
        ("published_before=2030-01-01T00:00:00Z&tag=odd", ["Post 3", "Post 1"]),
        ("sort=published_at&tag=odd", ["Post 1", "Post 3"]),
        ("sort=title&limit=2", ["By Eve", "Post 0"]),
        ("sort=-updated_at&limit=1", ["By Eve"]),
        ("kind=page", []),
    ],
)
def test_filters_and_orders(posts, read, query, expected):
    assert titles(read(f"/posts?{query}")) == expected


def test_pages_stand_apart_from_posts(ada, read):
    ada.publish("A page", kind="page")
    assert titles(read("/posts")) == []
    assert titles(read("/posts?kind=page")) == ["A page"]


def test_a_page_names_its_neighbours_in_the_body_and_in_the_link_header(posts, read):
    first = read("/posts?limit=2&tag=all")
    assert first.json["prev"] is None
    links = dict(re.findall(r'<([^>]+)>; rel="(\w+)"', first.headers["Link"]))
    [(following, relation)] = links.items()
    assert relation == "next"
    second = read(following)
    assert titles(second) == ["Post 2", "Post 1"]
    assert titles(read(f"/posts?limit=2&tag=all&cursor={second.json['prev']}")) == ["Post 4", "Post 3"]
    assert read(f"/posts?limit=2&tag=all&cursor={second.json['next']}").json["next"] is None


def test_the_total_is_counted_when_asked_for(posts, read):
    assert read("/posts?limit=1&count=exact&tag=all").json["total"] == 5
    assert "total" not in read("/posts").json


def test_a_list_shows_its_posts_with_authors_tags_and_cover(ada, read, png):
    media = ada.call("POST", "/media", data={"file": (png(), "a.png")}).json
    ada.publish(tags=["One"], cover_id=media["id"])
    [item] = read("/posts").json["items"]
    assert item["cover"] == media
    assert [tag["slug"] for tag in item["tags"]] == ["one"]
    assert [author["username"] for author in item["authors"]] == ["ada"]


@dataclass
class Shelf:
    """Posts of one tag and one series, on which somebody else works while they are listed."""

    person: Any
    clock: Any
    draw: Random
    tag: str
    series: str
    moved: set[str] = field(default_factory=set)

    def publish(self) -> dict[str, Any]:
        self.clock.advance(seconds=1)
        moment = rfc3339(self.clock.now() - timedelta(minutes=self.draw.randrange(5)))
        return self.person.publish(self.draw.choice("abc"), published_at=moment, tags=[self.tag], series=self.series)

    def disturb(self, standing: list[dict[str, Any]], what: str) -> None:
        """Write something; note whose place in the order may have changed."""
        if what == "publish":
            self.publish()
            return
        post = self.person.get(f"/posts/{self.draw.choice(standing)['id']}").json
        self.moved.add(post["id"])
        if what == "delete":
            self.person.delete(post)
        else:
            self.person.change(post, summary=str(self.draw.random()))


SORTS = ("-published_at", "published_at", "title", "-updated_at")
NARROWED = ("tag={tag}", "series={series}", "year=2026&month=11&tag={tag}", "author=ada&tag={tag}")


@pytest.fixture
def new_shelf(ada, eve, clock):
    """Return a shelf without a post, of a tag and a series that no other has."""

    def make(draw: Random) -> Shelf:
        name = f"walk {new_id()}"
        return Shelf(ada, clock, draw, name, eve.post("/series", {"title": name}).json["slug"])

    return make


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    draw=st.randoms(use_true_random=False),
    order=st.tuples(st.sampled_from(SORTS), st.sampled_from(NARROWED)),
    writes=st.lists(st.sampled_from(["publish", "delete", "edit"]), max_size=6),
)
def test_walking_while_others_write_neither_skips_nor_repeats_what_was_there_all_along(
    ada, new_shelf, draw, order, writes
):
    shelf = new_shelf(draw)
    standing = [shelf.publish() for _ in range(6)]
    sort, filters = order[0], order[1].format(tag=standing[0]["tags"][0]["slug"], series=shelf.series)
    seen, cursor, pending = [], None, list(writes)
    while True:
        query = f"/posts?limit=2&sort={sort}&{filters}" + (f"&cursor={cursor}" if cursor else "")
        page = ada.get(query).json
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
        if pending:
            shelf.disturb(standing, pending.pop())
    unmoved = [post_id for post_id in seen if post_id not in shelf.moved]
    assert len(unmoved) == len(set(unmoved))
    assert {post["id"] for post in standing} - shelf.moved <= set(seen)
