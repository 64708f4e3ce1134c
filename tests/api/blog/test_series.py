"""Series: posts that belong together, in an order of their own."""

import pytest

from api.shared.http import new_id

DAY = "2026-10-{:02}T00:00:00Z"


@pytest.fixture
def series(eve):
    return eve.post("/series", {"title": "Building the Engine"}).json


@pytest.fixture
def parts(ada, series):
    """Three posts of the series that lists show, and a draft, an unlisted and a scheduled one."""
    shown = [ada.publish(f"Part {day}", published_at=DAY.format(day), series=series["slug"]) for day in (1, 2, 3)]
    ada.write("Draft", published_at=DAY.format(2), series=series["slug"])
    ada.publish("Unlisted", visibility="unlisted", published_at=DAY.format(2), series=series["slug"])
    ada.publish("Scheduled", published_at="2030-01-01T00:00:00Z", series=series["slug"])
    return shown


def revise(person, series, **fields):
    """Change a series as it stands now."""
    headers = {"If-Match": person.get(f"/series/{series['slug']}").headers["ETag"]}
    return person.call("PATCH", f"/series/{series['slug']}", json=fields, headers=headers)


def titles(response) -> list[str]:
    assert response.status_code == 200, response.text
    return [post["title"] for post in response.json["posts"]]


def test_an_unknown_series_is_refused(ada, head):
    before = head()
    response = ada.post("/posts", {"title": "A", "series": "nowhere"})
    assert (response.status_code, response.json["code"]) == (422, "unknown_reference")
    assert response.json["errors"][0]["pointer"] == "/series"
    assert head() == before


def test_a_slug_that_is_taken_is_refused_and_one_made_from_the_title_is_counted_on(eve, series):
    response = eve.post("/series", {"title": "Other", "slug": "Building the Engine"})
    assert (response.status_code, response.json["code"]) == (409, "series_taken")
    other = eve.post("/series", {"title": "Building the Engine"}).json
    assert other["slug"] == "building-the-engine-2"
    assert revise(eve, other, slug=series["slug"]).json["code"] == "series_taken"


def test_the_order_of_a_post_that_is_not_in_it_is_refused(eve, ada, series, parts):
    for stranger in (new_id(), ada.publish("Alone")["id"]):
        response = revise(eve, series, order=[parts[0]["id"], stranger])
        assert (response.status_code, response.json["errors"][0]["pointer"]) == (422, "/order/1")


def test_changes_need_the_version_that_was_read(eve, series):
    assert eve.call("PATCH", "/series/building-the-engine", json={"title": "B"}).status_code == 428
    for title, status in (("B", 200), ("C", 412)):
        stale = {"If-Match": f'"{series["version"]}"'}
        assert (
            eve.call("PATCH", f"/series/{series['slug']}", json={"title": title}, headers=stale).status_code == status
        )


def test_readers_see_the_posts_that_lists_show_and_authors_their_own_too(parts, read, ada, bob, eve):
    assert titles(read("/series/building-the-engine")) == ["Part 1", "Part 2", "Part 3"]
    assert titles(bob.get("/series/building-the-engine")) == ["Part 1", "Part 2", "Part 3"]
    everything = ["Part 1", "Draft", "Part 2", "Unlisted", "Part 3", "Scheduled"]
    for person in (ada, eve):
        assert sorted(titles(person.get("/series/building-the-engine"))) == sorted(everything)
    assert read("/series/building-the-engine").json["post_count"] == 3


def test_a_series_of_drafts_alone_is_no_readers_business(series, ada, read):
    ada.write("Draft", series=series["slug"])
    assert read("/series/building-the-engine").status_code == 404
    assert read("/series").json["items"] == []
    assert [each["title"] for each in ada.get("/series").json["items"]] == ["Building the Engine"]


def test_posts_are_put_in_order_without_being_changed(series, parts, eve, read):
    first, _, third = parts
    assert revise(eve, series, order=[third["id"], first["id"]]).status_code == 200
    assert titles(read("/series/building-the-engine")) == ["Part 3", "Part 1", "Part 2"]
    assert read(f"/posts/{third['id']}").json["version"] == third["version"]


def test_a_post_says_its_series_and_its_place_among_what_lists_show(series, parts, read, ada):
    second = read(f"/posts/{parts[1]['id']}").json
    assert second["series"] == {"id": series["id"], "slug": series["slug"], "title": series["title"]}
    place = read(f"/posts/{second['id']}/adjacent").json["series"]
    assert (place["place"], place["count"]) == (2, 3)
    assert (place["previous"]["title"], place["next"]["title"]) == ("Part 1", "Part 3")
    draft = ada.get("/posts?status=draft").json["items"][0]
    assert ada.get(f"/posts/{draft['id']}/adjacent").json["series"] is None
    last = read(f"/posts/{parts[2]['id']}/adjacent").json["series"]
    assert (last["place"], last["next"]) == (3, None)


def test_the_list_of_posts_is_narrowed_to_a_series(series, parts, ada, read):
    ada.publish("Alone")
    listed = read("/posts?series=building-the-engine&count=exact").json
    assert ([post["title"] for post in listed["items"]], listed["total"]) == (["Part 3", "Part 2", "Part 1"], 3)
    assert read("/posts?series=nowhere").json["items"] == []


def test_a_post_leaves_its_series_for_another_or_for_none(series, parts, eve, ada, read):
    eve.post("/series", {"title": "Other"})
    assert ada.change(parts[0], series="other").json["series"]["slug"] == "other"
    assert ada.change(parts[1], series=None).json["series"] is None
    assert titles(read("/series/building-the-engine")) == ["Part 3"]


def test_a_renamed_series_leads_on_from_its_old_address(series, parts, eve, read):
    assert revise(eve, series, slug="Engine", title="Engine").json["slug"] == "engine"
    [redirect] = read("/redirects?from_path=/series/building-the-engine").json["items"]
    assert redirect["to_path"] == "/series/engine"
    assert read(f"/posts/{parts[0]['id']}").json["series"]["title"] == "Engine"


def test_a_deleted_series_leaves_its_posts(series, parts, eve, read):
    delete = ("DELETE", "/series/building-the-engine")
    assert eve.call(*delete, headers={"If-Match": '"1"'}).status_code == 412  # posts have joined it since
    assert eve.call(*delete, headers={"If-Match": "*"}).status_code == 204
    assert read("/series/building-the-engine").status_code == 404
    assert read(f"/posts/{parts[0]['id']}").json["series"] is None


def test_remembered_answers_are_dropped_by_writes_and_end_when_a_post_falls_due(parts, ada, read, clock):
    paths = ("/series/building-the-engine", f"/posts/{parts[2]['id']}/adjacent", "/series")
    before = [read(path).text for path in paths]
    assert [read(path).text for path in paths] == before
    ada.publish("New", series="building-the-engine")
    assert titles(read(paths[0])) == ["Part 1", "Part 2", "Part 3", "New"]
    assert read(paths[1]).json["series"]["next"]["title"] == "New"
    clock.advance(days=2000)
    assert titles(read(paths[0]))[-1] == "Scheduled"
    assert read(paths[1]).json["series"]["count"] == read(paths[2]).json["items"][0]["post_count"] == 5
