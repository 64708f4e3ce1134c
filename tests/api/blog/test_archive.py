"""The archive: what each month holds, and the lists of a year or month."""

import pytest

PATHS = ("/archive", "/posts?year=2026", "/posts?year=2026&month=10")


@pytest.fixture
def shelf(ada, eve):
    """Posts that lists show on either side of a new year in Berlin, and all that they do not show."""
    shown = ["2026-10-05T00:00:00Z", "2026-10-06T00:00:00Z", "2025-12-31T23:30:00Z", "2024-02-29T12:00:00Z"]
    posts = [ada.publish(f"Of {moment}", published_at=moment) for moment in shown]
    ada.write("Draft", published_at=shown[0])
    ada.publish("Unlisted", published_at=shown[0], visibility="unlisted")
    ada.publish("Page", published_at=shown[0], kind="page")
    ada.publish("Scheduled", published_at="2026-12-24T09:00:00Z")
    ada.delete(ada.publish("Trashed", published_at=shown[0]))
    ada.act(ada.publish("Unpublished", published_at=shown[0]), "unpublish")
    return posts


def months(response) -> dict[str, int]:
    assert response.status_code == 200, response.text
    return {
        f"{year['year']}-{month['month']}": month["count"]
        for year in response.json["years"]
        for month in year["months"]
    }


def test_a_month_without_a_year_is_refused(read):
    response = read("/posts?month=3")
    assert response.status_code == 422
    assert response.json["errors"][0] | {"detail": ""} == {"code": "year_missing", "detail": "", "parameter": "month"}


@pytest.mark.parametrize("query", ["year=0", "year=9999", "year=x", "year=2026&month=0", "year=2026&month=13"])
def test_years_and_months_that_do_not_exist_are_refused(read, query):
    assert read(f"/posts?{query}").status_code == 422


def test_an_empty_blog_has_an_empty_archive(read):
    assert read("/archive").json == {"years": [], "total": 0, "time_zone": "UTC"}


def test_what_lists_show_is_counted_and_nothing_else(shelf, read, ada):
    expected = {"2026-10": 2, "2025-12": 1, "2024-2": 1}
    for response in (read("/archive"), ada.get("/archive")):
        assert months(response) == expected
        assert response.json["total"] == 4
        assert [(year["year"], year["count"]) for year in response.json["years"]] == [(2026, 2), (2025, 1), (2024, 1)]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Pacific/Auckland"])
def test_each_month_holds_as_many_posts_as_the_archive_says(shelf, read, owner, zone):
    site = read("/site")
    owner.call("PATCH", "/site", json={"time_zone": zone}, headers={"If-Match": site.headers["ETag"]})
    archive = read("/archive").json
    assert archive["time_zone"] == zone
    for year in archive["years"]:
        assert read(f"/posts?year={year['year']}&count=exact").json["total"] == year["count"]
        for month in year["months"]:
            query = f"year={year['year']}&month={month['month']}&count=exact"
            assert read(f"/posts?{query}").json["total"] == month["count"]
    assert (2025 in [year["year"] for year in archive["years"]]) == (zone == "UTC")


def test_year_month_and_times_narrow_one_another(shelf, read):
    def titles(query: str) -> list[str]:
        return [post["title"] for post in read(f"/posts?{query}").json["items"]]

    assert titles("year=2026&published_before=2026-10-05T12:00:00Z") == ["Of 2026-10-05T00:00:00Z"]
    assert titles("year=2026&month=10&published_after=2026-10-05T12:00:00Z") == ["Of 2026-10-06T00:00:00Z"]
    assert titles("year=2026&published_after=2027-01-01T00:00:00Z") == []
    assert titles("year=2024&sort=published_at") == ["Of 2024-02-29T12:00:00Z"]
    assert titles("year=9998") == titles("year=1&month=1") == []


def test_the_year_in_the_studio_holds_drafts_too(shelf, ada):
    items = ada.get("/posts?status=draft&year=2026&month=10").json["items"]
    assert [post["title"] for post in items] == ["Draft"]


def test_a_remembered_archive_is_dropped_by_a_write_and_ends_when_a_scheduled_post_falls_due(shelf, read, ada, clock):
    before = [read(path).text for path in PATHS]
    assert [read(path).text for path in PATHS] == before
    ada.publish("New", published_at="2026-10-07T00:00:00Z")
    assert months(read("/archive"))["2026-10"] == 3
    assert len(read(PATHS[2]).json["items"]) == 3
    clock.advance(days=60)
    assert months(read("/archive"))["2026-12"] == 1
    assert read("/posts?year=2026&month=12").json["items"][0]["title"] == "Scheduled"
