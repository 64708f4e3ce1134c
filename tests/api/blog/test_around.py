"""What stands around a post: the posts before and after it, and those about the same."""

from itertools import pairwise

import pytest

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
