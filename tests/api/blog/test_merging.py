"""Tags that are merged into others, and authors who turn out to have an account."""

import pytest


def act(person, path, body, version=1):
    return person.post(path, body, headers={"If-Match": f'"{version}"'})


@pytest.fixture
def team(eve):
    return eve.post("/authors", {"username": "team", "name": "The Team"}).json


def test_a_tag_is_merged_into_another_one_that_exists(ada, eve, read, head):
    ada.publish(tags=["Crab"])
    before = head()
    for into in ("crab", "nowhere"):
        response = act(eve, "/tags/crab/merge", {"into": into})
        assert (response.status_code, response.json["code"]) == (422, "unknown_reference")
    assert eve.post("/tags/crab/merge", {"into": "rust"}).status_code == 428
    assert act(eve, "/tags/crab/merge", {"into": "rust"}, version=2).status_code == 412
    assert head() == before


def test_posts_of_a_merged_tag_get_the_other_once_and_in_its_place(ada, eve, read):
    both = ada.publish("Both", tags=["Crab", "Rust", "News"])
    one, draft = ada.publish("One", tags=["News", "Crab"]), ada.write("Draft", tags=["Crab"])
    assert act(eve, "/tags/crab/merge", {"into": "rust"}).json["slug"] == "rust"
    for post, tags in ((both, ["rust", "news"]), (one, ["news", "rust"]), (draft, ["rust"])):
        assert [tag["slug"] for tag in ada.get(f"/posts/{post['id']}").json["tags"]] == tags
    assert read("/tags/crab").status_code == 404
    assert read("/tags/rust").json["post_count"] == 2
    assert read("/redirects?from_path=/tags/crab").json["items"][0]["to_path"] == "/tags/rust"


def test_a_retried_merge_has_one_effect(ada, eve):
    ada.publish(tags=["Crab"])
    ada.publish(tags=["Rust"])
    headers = {"If-Match": '"1"', "Idempotency-Key": "merge-1"}
    answers = [eve.post("/tags/crab/merge", {"into": "rust"}, headers=headers) for _ in range(2)]
    assert answers[0].data == answers[1].data
    assert answers[1].headers["Idempotency-Replayed"] == "true"


def test_an_author_with_an_account_is_claimed_by_nobody(ada, eve, bob, team, head):
    ada.publish()
    before = head()
    response = act(eve, "/authors/bob/claim", {"username": "ada"})
    assert (response.status_code, response.json["code"]) == (409, "author_follows_account")
    for username in ("team", "nobody"):
        assert act(eve, "/authors/team/claim", {"username": username}).status_code == 422
    assert head() == before


def test_a_claimed_authors_posts_go_to_the_account(eve, ada, team, read):
    alone, both = eve.publish("Alone", authors=["team"]), eve.publish("Both", authors=["ada", "team"])
    response = act(eve, "/authors/team/claim", {"username": "ada"})
    assert (response.status_code, response.json["username"]) == (200, "ada")
    for post in (alone, both):
        assert [author["username"] for author in read(f"/posts/{post['id']}").json["authors"]] == ["ada"]
    assert read("/authors/team").status_code == 404
    assert read("/redirects?from_path=/authors/team").json["items"][0]["to_path"] == "/authors/ada"
    assert ada.change(read(f"/posts/{alone['id']}").json, title="Mine").status_code == 200
