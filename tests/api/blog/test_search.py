"""Searching as readers do: what is found and how it is shown, and what nobody ever finds."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from api.blog.search.operators import read as read_operators
from api.shared.clock import rfc3339
from api.shared.problems import Problem
from tests.api.blog.conftest import wide
from tests.support.clock import START


def found(read, question: str, more: str = "") -> list[str]:
    response = read(f"/search?q={quote(question)}{more}")
    assert response.status_code == 200, response.text
    return [item["post"]["title"] for item in response.json["items"]]


def marked(segments) -> str:
    return "".join(f"[{part['text']}]" if part["match"] else part["text"] for part in segments)


# ------------------------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "q"),
        ("q=", "q"),
        ("q=" + "x" * 201, "q"),
        ("q=a%00b", "q"),
        ("q=before:yesterday", "q"),
        ("q=after:2026-13", "q"),
        ("q=after:2026-02-30", "q"),
        ("q=after:0000", "q"),
        ("q=tag:a+tag:b", "q"),
        ("q=tag:a&tag=b", "tag"),
        ("q=before:2026&published_before=2026-01-01T00:00:00Z", "published_before"),
        ("q=a&sort=title", "sort"),
        ("q=a&status=draft", "status"),
        ("q=a&limit=101", "limit"),
    ],
)
def test_a_search_that_is_not_understood_is_refused_by_name(read, query, parameter):
    response = read(f"/search?{query}")
    assert (response.status_code, response.json["errors"][0]["parameter"]) == (422, parameter)


def test_relevance_without_words_is_refused(read):
    response = read("/posts?sort=-relevance")
    assert (response.status_code, response.json["errors"][0]["parameter"]) == (422, "sort")


@pytest.mark.parametrize("question", ["!!!", '""', "…", "😀", "-"])
def test_a_question_without_a_word_finds_nothing(ada, read, question):
    ada.publish("A title")
    assert found(read, question, "&count=exact") == []


# -------------------------------------------------------------------------------------- what nobody ever finds


@pytest.fixture
def hidden(ada):
    """One post of each kind that is in no list, all with the same words."""
    text = {"markdown": "The word xyzzy.", "summary": "xyzzy", "tags": ["Xyzzy"]}
    ada.write("Draft xyzzy", **text)
    ada.publish("Scheduled xyzzy", published_at=rfc3339(START + timedelta(days=1)), **text)
    ada.act(ada.publish("Unpublished xyzzy", **text), "unpublish")
    ada.delete(ada.publish("Trashed xyzzy", **text))
    ada.delete(ada.publish("Gone xyzzy", **text), "?permanent=true")
    ada.publish("Unlisted xyzzy", visibility="unlisted", **text)
    ada.publish("For members", visibility="members", markdown="Only members read xyzzy.", summary="Open summary")


@pytest.mark.parametrize(
    "question",
    [
        "xyzzy",
        "xyz",
        '"word xyzzy"',
        "the word",
        "tag:xyzzy",
        "author:ada xyzzy",
        "after:2000 xyzzy",
        "xyzzy before:9000",
    ],
)
@pytest.mark.usefixtures("hidden")
def test_what_is_in_no_list_is_found_by_nobody(read, ada, owner, make_person, question):
    for get in (read, ada.get, owner.get, make_person("reader").get):
        answer = get(f"/search?q={quote(question)}&count=exact")
        assert (answer.json["items"], answer.json["total"]) == ([], 0)
    assert read(f"/posts?q={quote('xyzzy')}&count=exact").json["total"] == 0


def test_a_members_post_is_found_by_title_and_summary_and_shows_nothing_of_its_text(hidden, read, ada):
    for get in (read, ada.get):
        for question in ("members", "open summary"):
            items = get(f"/search?q={quote(question)}").json["items"]
            assert [item["post"]["title"] for item in items] == ["For members"]
            assert "xyzzy" not in str(items)


def test_authors_search_their_own_posts_of_every_kind_and_no_others(hidden, ada, bob):
    query = "/posts?status=any&sort=-relevance&q=xyzzy"
    assert {post["title"].split()[0] for post in ada.get(query).json["items"]} == {
        "Draft", "Scheduled", "Unpublished", "Unlisted"
    }  # fmt: skip
    assert bob.get(query).json["items"] == []


# ------------------------------------------------------------------------------------------------- what is found


def test_title_comes_before_summary_and_summary_before_text(ada, read):
    filler = "Lorem ipsum dolor. " * 30
    ada.publish("In the text", markdown=f"A word. {filler}")
    ada.publish("Word in the title", markdown=filler)
    ada.publish("In the summary", summary="A word", markdown=filler)
    assert found(read, "word") == ["Word in the title", "In the summary", "In the text"]
    assert found(read, "word", "&sort=-published_at")[0] == "In the summary"
    assert [post["title"] for post in read("/posts?q=word&sort=title").json["items"]] == [
        "In the summary", "In the text", "Word in the title"
    ]  # fmt: skip


def test_pages_are_found_beside_posts_and_each_kind_alone(ada, read):
    ada.publish("Word of a post")
    ada.publish("Word of a page", kind="page")
    assert set(found(read, "word")) == {"Word of a post", "Word of a page"}
    assert found(read, "word", "&kind=page") == ["Word of a page"]


def test_operators_and_parameters_narrow_a_search(ada, bob, read):
    ada.publish("Old word", tags=["Rust lang"], published_at="2020-02-29T23:59:59Z")
    bob.publish("New word", tags=["Rust lang", "Go"], published_at="2020-03-01T00:00:00Z")
    for question, titles in {
        "word tag:rust-lang": ["New word", "Old word"], "tag:go word": ["New word"],
        'word tag:"rust-lang" author:ada': ["Old word"], "before:2020-03 word": ["Old word"],
        "after:2020-03-01 word": ["New word"], "after:2020 before:2021 old": ["Old word"],
        "tag:rust-lang": ["New word", "Old word"], "author:bob": ["New word"], "TAG:GO": ["New word"],
        "tag:none word": [], "tag:": [], "xtag:go": [], '"tag:go"': [],
    }.items():  # fmt: skip
        assert sorted(found(read, question)) == titles, question
    assert found(read, "word", "&tag=go") == ["New word"]
    assert found(read, "word", "&author=ada") == ["Old word"]
    assert found(read, "word", "&published_after=2020-03-01T00:00:00Z") == ["New word"]
    assert found(read, "wor") == found(read, "word")


def test_operators_are_read_in_full_width_and_tags_by_the_names_that_their_slugs_are_made_of(ada, read):
    ada.publish("A word", tags=["Rust lang", "C++", "が"], published_at="2026-03-01T00:00:00Z")
    for question in (
        wide("tag:Rust-lang"), "tag:Rust-Lang", 'tag:"Rust lang"', wide('tag:"Rust lang"'), "tag:c++", wide("tag:C++"),
        "tag:か\u3099", wide("author:ada"), "author:Ada", wide("after:2026-03 word"),
    ):  # fmt: skip
        assert found(read, question) == ["A word"], question
    assert found(read, "tag:c") == found(read, "tag:rust") == []


def test_a_name_that_nothing_can_have_finds_nothing(ada, read):
    ada.publish(tags=["🦀"])
    for name in ("x" * 190, "\ufdfa" * 190, "\u0958" * 190, "🦀", "-"):
        assert found(read, f"tag:{name}") == found(read, f"author:{name}") == [], name


def test_what_matches_is_shown_as_text_in_its_sentence(ada, read):
    text = "Before. " * 60 + "Why the *bor*row checker says `<script>alert(1)</script>` no. " + "After. " * 60
    ada.publish("The <b>borrow</b> checker", markdown=text)
    [item] = read(f"/search?q={quote('borrow checker')}").json["items"]
    assert marked(item["title"]) == "The <b>[borrow]</b> [checker]"
    assert marked(item["snippet"]).startswith("…Why the [borrow] [checker] says <script>alert(1)</script> no. After.")
    assert "markdown" not in item["post"]


def test_a_word_inside_a_sentence_without_spaces_is_found(ada, read):
    ada.publish("部署", markdown="我在北京使用Hexo部署博客")
    ada.publish("日本語", markdown="これは日本語のテストです。")
    assert [found(read, question) for question in ("北京", "ﾃｽﾄ", "京")] == [["部署"], ["日本語"], ["部署"]]


def test_pages_of_results_go_on_by_cursors(ada, read):
    for number in range(5):
        ada.publish(f"Word {number}")
    seen, path = [], "/search?q=word&limit=2"
    page = read(path)
    while True:
        seen += [item["post"]["title"] for item in page.json["items"]]
        if page.json["next"] is None:
            break
        assert 'rel="next"' in page.headers["Link"]
        page = read(f"{path}&cursor={page.json['next']}")
    assert sorted(seen) == [f"Word {number}" for number in range(5)]


# ------------------------------------------------------------------------------------------------------ freshness


def test_an_edit_is_found_at_once_although_answers_are_remembered(ada, read):
    post = ada.publish("First word")
    assert (found(read, "first"), found(read, "second")) == (["First word"], [])
    ada.change(post, title="Second word")
    assert (found(read, "first"), found(read, "second")) == ([], ["Second word"])


def test_a_scheduled_post_is_found_at_its_minute_although_answers_are_remembered(ada, read, database):
    ada.publish("Scheduled word", published_at=rfc3339(START + timedelta(minutes=5)))
    assert found(read, "word") == []
    database.clock.advance(seconds=299)
    assert found(read, "word") == []
    database.clock.advance(seconds=1)
    assert found(read, "word") == ["Scheduled word"]


@pytest.mark.parametrize(
    ("text", "words", "filters"),
    [
        ("a tag:b c", "a  c", {"tag": "b"}),
        ('"tag:b" c', '"tag:b" c', {}),
        ('tag:"b" after:2026', "", {"tag": "b", "published_after": "2026-01-01T00:00:00.000000Z"}),
        ("before:2026-03", "", {"published_before": "2026-02-28T23:59:59.999999Z"}),
        ("http://tag:b", "http://tag:b", {}),
    ],
)
def test_operators_are_told_from_words(text, words, filters):
    asked = read_operators(text)
    assert (asked.words, dict(asked.filters)) == (words, filters)


@pytest.mark.parametrize("text", ["before:0001-01-01", "after:10000", "before:x", "after:\u0662\u0660\u0662\u0666"])
def test_a_date_out_of_bounds_is_refused(text):
    with pytest.raises(Problem):
        read_operators(text)
