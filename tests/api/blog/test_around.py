"""What stands around a post: the posts before and after it, and those about the same."""

from datetime import timedelta
from itertools import pairwise

import pytest

from api.shared.clock import rfc3339
from api.shared.http import new_id

DAY = "2026-10-{:02}T00:00:00Z"


def around(person, post):
    response = person(f"/posts/{post['id']}/adjacent")
    assert response.status_code == 200, response.text
    return [None if each is None else each["title"] for each in (response.json["previous"], response.json["next"])]


def related(person, post, query=""):
    response = person(f"/posts/{post['id']}/related{query}")
    assert response.status_code == 200, response.text
    return [each["title"] for each in response.json["items"]]


def test_of_a_post_that_is_not_there_nothing_is_told(read, ada, bob):
    draft = ada.write()
    for post_id in (draft["id"], new_id()):
        for aside in ("adjacent", "related"):
            assert read(f"/posts/{post_id}/{aside}").status_code == 404
            assert bob.get(f"/posts/{post_id}/{aside}").status_code == 404


@pytest.mark.parametrize("query", ["limit=0", "limit=13", "limit=x", "cursor=x"])
def test_other_numbers_of_related_posts_are_refused(ada, read, query):
    assert read(f"/posts/{ada.publish()['id']}/related?{query}").status_code == 422


def test_neighbours_by_date_are_those_that_lists_show(ada, read):
    first, second, third = (ada.publish(f"Day {day}", published_at=DAY.format(day)) for day in (1, 10, 20))
    draft = ada.write("Draft", published_at=DAY.format(5))
    ada.publish("Unlisted", published_at=DAY.format(6), visibility="unlisted")
    page = ada.publish("Page", published_at=DAY.format(7), kind="page")
    ada.delete(ada.publish("Trashed", published_at=DAY.format(8)))
    assert around(read, first) == [None, "Day 10"]
    assert around(read, second) == ["Day 1", "Day 20"]
    assert around(read, third) == ["Day 10", None]
    assert around(ada.get, draft) == ["Day 1", "Day 10"]
    assert around(read, page) == [None, None]


def test_posts_of_one_moment_have_one_order_in_lists_and_among_neighbours(ada, read):
    posts = {post["id"]: post for post in (ada.publish(f"Post {n}", published_at=DAY.format(1)) for n in range(5))}
    walked = [post["id"] for post in read("/posts").json["items"]]
    for newer, older in pairwise(walked):
        assert read(f"/posts/{newer}/adjacent").json["previous"]["id"] == older
        assert read(f"/posts/{older}/adjacent").json["next"]["id"] == newer
    assert set(walked) == set(posts)


def test_related_posts_share_tags_and_rare_ones_count_for_more(ada, read):
    asked = ada.publish("Asked", tags=["Common", "Rare"])
    for title, tags in (("A", ["Common"]), ("B", ["Common"]), ("Rare", ["Rare"]), ("Else", ["Other"])):
        ada.publish(title, tags=tags, published_at=DAY.format(1))
    ada.write("Draft", tags=["Rare"])
    ada.publish("Unlisted", tags=["Rare"], visibility="unlisted")
    ada.publish("Later", tags=["Rare"], published_at="2030-01-01T00:00:00Z")
    assert related(read, asked) == ["Rare", "B", "A"]
    assert related(read, asked, "?limit=1") == ["Rare"]
    assert related(read, ada.publish("Alone")) == []


def test_of_a_members_post_a_link_tells_strangers_no_text(ada, read):
    ada.publish("Members", tags=["One"], visibility="members", markdown="Inside", published_at=DAY.format(1))
    asked = ada.publish("Asked", tags=["One"])
    for link in (
        read(f"/posts/{asked['id']}/adjacent").json["previous"],
        *read(f"/posts/{asked['id']}/related").json["items"],
    ):
        assert (link["title"], link["excerpt"]) == ("Members", "")
    assert ada.get(f"/posts/{asked['id']}/adjacent").json["previous"]["excerpt"] == "Inside"


def test_a_remembered_answer_is_dropped_by_a_write_and_ends_when_a_scheduled_post_falls_due(ada, read, clock):
    asked = ada.publish("Asked", tags=["One"])
    ada.publish("Later", tags=["One"], published_at="2030-01-01T00:00:00Z")
    assert (around(read, asked), related(read, asked)) == ([None, None], [])
    other = ada.publish("Other", tags=["One"], published_at=DAY.format(1))
    assert (around(read, asked), related(read, asked)) == (["Other", None], ["Other"])
    ada.act(other, "unpublish")
    assert (around(read, asked), related(read, asked)) == ([None, None], [])
    clock.advance(days=2000)
    assert (around(read, asked), related(read, asked)) == ([None, "Later"], ["Later"])


@pytest.mark.parametrize(
    "query", ["include=", "include=comments", "include=related,related,related", "fields=adjacent"]
)
def test_nothing_else_travels_with_a_post(ada, read, query):
    post = ada.publish()
    for path in (f"/posts/{post['id']}", f"/posts/slug/{post['slug']}"):
        assert read(f"{path}?{query}").status_code == 422
    assert read("/posts?include=related").status_code == 422


def test_what_stands_around_a_post_travels_with_it_when_it_is_asked_for(ada, eve, read):
    eve.post("/series", {"title": "Building"})
    posts = [ada.publish(f"Day {n}", published_at=DAY.format(n), tags=["One"], series="building") for n in (1, 2, 3)]
    whole = f"/posts/{posts[1]['id']}"
    apart = {name: read(f"{whole}/{name}").json for name in ("adjacent", "related")}
    assert apart["adjacent"]["series"]["place"] == 2
    for path in (whole, f"/posts/slug/{posts[1]['slug']}"):
        bare, asked = read(path), read(f"{path}?include=adjacent,related")
        assert {**bare.json, "adjacent": apart["adjacent"], "related": apart["related"]["items"]} == asked.json
        assert bare.headers["ETag"] != asked.headers["ETag"]
        sparse = read(f"{path}?include=related&fields=title,id")
        assert sparse.json == {"title": "Day 2", "id": posts[1]["id"], "related": apart["related"]["items"]}
        # what it shows of others changes with them
        ada.change(ada.get(f"/posts/{posts[2]['id']}").json, title=f"Day 3, as {path} tells")
        assert read(f"{path}?include=adjacent").json["adjacent"]["next"]["title"] == f"Day 3, as {path} tells"
        apart = {name: read(f"{whole}/{name}").json for name in ("adjacent", "related")}


def test_what_falls_due_after_a_post_is_its_next_one_at_its_minute_also_where_it_travels_along(ada, read, clock):
    first = ada.publish("First")
    later = clock.now() + timedelta(minutes=1)
    ada.publish("Second", published_at=rfc3339(later))
    path = f"/posts/{first['id']}?include=adjacent"
    assert read(path).json["adjacent"]["next"] is None
    clock.advance(minutes=1)
    assert read(path).json["adjacent"]["next"]["title"] == "Second"
