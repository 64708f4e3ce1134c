"""Input that is absurd: too long, too many, too deep, too early, invisible. A clear problem, and nothing is lost."""

import json
import tracemalloc

import pytest

MEGABYTE = 1 << 20
INVISIBLE = ["\u200b", "\u200b\u200d\ufeff", "\u202e", "\u2066\u2069", "\u00ad", " \t "]


def refused(response, status=422):
    assert response.status_code == status, response.text[:300]
    assert response.mimetype == "application/problem+json"
    return response.json


@pytest.mark.parametrize("field", ["title", "markdown"])
def test_ten_megabytes_are_refused_before_they_are_read(ada, head, field):
    before = head()
    refused(ada.post("/posts", {"title": "A", field: "x" * 10 * MEGABYTE}), 413)
    assert head() == before


def test_five_thousand_tags_are_refused_by_name(ada, head):
    before = head()
    problem = refused(ada.post("/posts", {"title": "A", "tags": [f"tag {number}" for number in range(5_000)]}))
    assert {fault["pointer"] for fault in problem["errors"]} == {"/tags"}
    assert head() == before


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, '{"title":' + "[" * 100_000])
def test_json_that_is_nested_without_end_is_refused_in_little_memory(ada, head, text):
    before = head()
    tracemalloc.start()
    response = ada.call("POST", "/posts", data=text, content_type="application/json")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    refused(response, 400)
    assert peak < 50 * MEGABYTE
    assert head() == before


@pytest.mark.parametrize(
    "body", [dict.fromkeys(map(str, range(200_000))), {"x" * 5 * MEGABYTE: 1}, {"seo": {"~/" * MEGABYTE: 1}}]
)
def test_what_is_wrong_with_a_huge_body_is_said_in_few_words(ada, body):
    response = ada.post("/posts", body)
    assert 1 <= len(refused(response)["errors"]) <= 100
    assert len(response.data) < 100_000


@pytest.mark.parametrize("depth", [100, 900])
def test_json_that_is_deep_and_well_formed_is_refused_where_it_stands(ada, depth):
    text = '{"title": "A", "seo": ' + '{"title": ' * depth + "1" + "}" * depth + "}"
    problem = refused(ada.call("POST", "/posts", data=text, content_type="application/json"))
    assert problem["errors"]


@pytest.mark.parametrize("pattern", ["> ", "- ", "*a ", "<div>", "[", "![", "`", "<b>"])
def test_markdown_that_is_nested_without_end_is_kept_as_it_was_written(ada, pattern):
    markdown = pattern * 5_000 + "word"
    post = ada.publish(markdown=markdown)
    assert post["markdown"] == markdown
    assert len(post["html"]) < 40 * len(markdown)


@pytest.mark.parametrize("text", INVISIBLE)
def test_what_nobody_can_see_is_no_title_no_name_and_no_tag(ada, eve, owner, text):
    refused(ada.post("/posts", {"title": text}))
    refused(ada.post("/posts", {"title": "A", "tags": [text]}))
    refused(ada.post("/tags", {"name": text}))
    refused(eve.post("/authors", {"username": "nobody", "name": text}))
    refused(owner.call("PATCH", "/site", json={"title": text}, headers={"If-Match": "*"}))


def test_a_name_is_as_long_as_it_was_given_not_as_it_is_kept(ada):
    refused(ada.post("/posts", {"title": "a" * 299 + "\n\t"}))
    assert ada.write("a" * 298 + "\n\t")["title"] == "a" * 298


def test_bidi_controls_in_a_text_stay_where_they_are_and_are_in_no_slug(ada):
    title = "abc\u202edef\u200b\u2066ghi"
    post = ada.publish(title)
    assert post["title"] == title
    assert post["slug"].isascii()


@pytest.mark.parametrize(
    "moment", ["0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "-1"]
)
def test_a_time_at_the_ends_of_the_calendar_is_refused(ada, moment):
    problem = refused(ada.post("/posts", {"title": "A", "published_at": moment}))
    assert [fault["pointer"] for fault in problem["errors"]] == ["/published_at"]
    refused(ada.get(f"/posts?published_after={moment}"))


@pytest.mark.parametrize("moment", ["0001-01-02T00:00:00Z", "9998-12-30T00:00:00Z"])
def test_a_time_near_the_ends_of_the_calendar_is_kept(ada, moment):
    post = ada.publish(published_at=moment)
    assert post["published_at"].startswith(moment[:10])
    assert ada.get("/posts?status=any&limit=5").status_code == 200


def test_a_cursor_of_another_list_or_another_order_is_refused(ada, read):
    for number in range(3):
        ada.publish(f"Post {number}", tags=[f"Tag {number}"])
    cursor = read("/posts?limit=1").json["next"]
    assert read(f"/posts?limit=1&cursor={cursor}").status_code == 200
    for path in ("/tags?limit=1", "/authors?limit=1", "/posts?limit=1&sort=title"):
        problem = refused(read(f"{path}&cursor={cursor}"))
        assert problem["code"] == "invalid_cursor", path
    for altered in (cursor[:-2], cursor[::-1], "x" * 2000, json.dumps({"offset": 1})):
        assert refused(read(f"/posts?limit=1&cursor={altered}"))["code"] == "invalid_cursor"


def test_a_draft_of_twenty_thousand_words_is_rendered(ada):
    words = "The engine *weaves* algebraic patterns just as the **Jacquard loom** weaves [flowers](/posts/loom).\n\n"
    response = ada.post("/render", {"markdown": words * 1_540})
    assert response.status_code == 200
    assert response.json["html"].count("<em>weaves</em>") == 1_540
