"""Searching: what is found, what is never found, what is shown of it, and that the index follows every write."""

from urllib.parse import quote

import pytest

from api.shared.store import update
from tests.database_service.test_query_plans import statements
from tests.support.records import new_author, new_post, new_tag

FULL_WIDTH = "".join(chr(ord(letter) + 0xFEE0) for letter in "borrow")


def found(ask, question: str, more: str = "") -> list[str]:
    """Return the slugs of the posts that are found, by title."""
    status, page = ask.get(f"/v1/blog/posts?search={quote(question)}&sort=title{more}")
    assert status == 200, page
    return [record["slug"] for record in page["records"]]


# ------------------------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("search=a&search=b", "search"),
        ("search=" + "x" * 201, "search"),
        ("search=a%00b", "search"),
        ("search=a&sort=relevance", "sort"),
        ("sort=-relevance", "sort"),
        ("excerpts=all", "excerpts"),
    ],
)
def test_a_search_that_is_not_declared_is_refused_by_name(ask, query, parameter):
    status, problem = ask.get(f"/v1/blog/posts?{query}")
    assert (status, problem["errors"][0]["parameter"]) == (422, parameter)


def test_a_collection_without_a_declared_search_cannot_be_searched(ask):
    status, problem = ask.get("/v1/blog/tags?search=a")
    assert (status, problem["errors"][0]["parameter"]) == (422, "search")


@pytest.mark.parametrize("question", ["", " ", "!!", '""', '"', "*", "- - -", "\u0301", "😀", '"…" *'])
def test_a_question_without_a_word_finds_nothing(blog, ask, question):
    blog.commit([new_post("a", title="* - ! 😀")])
    assert found(ask, question, "&count=exact&excerpts=marked") == []


HOSTILE = [
    '" OR 1', "title:rust", "NEAR(rust, 2)", "rust AND", "rust*", "^rust", "{title} : rust", "-rust", "rust)(",
    "'rust'", "rust\\", "rust' & 'x", "rust:*", "!rust", "rust <-> post", "');DROP TABLE posts;--", '"""',
    "a" * 200, '"' * 200, "\u202erust", "ru\u200bst", "rust\n\t", "% _ [a-z]", "\ud7ff\uffff",
]  # fmt: skip


@pytest.mark.parametrize("question", HOSTILE)
def test_the_syntax_of_query_languages_means_nothing(blog, ask, question):
    blog.commit([new_post("a", title="Rust OR Near")])
    assert found(ask, question, "&excerpts=marked") in ([], ["a"])
    assert found(ask, "rust") == ["a"]


def test_no_word_of_a_question_reaches_the_text_of_a_statement(database, blog, ask):
    blog.commit([new_post("a", title="canary one two three")])
    with statements(database) as sent:
        for question in ["canary", '"canary one" two', "canar", "canary 中文", *(f"canary{i} {i}" for i in range(10))]:
            found(ask, question)
    assert len({statement.sql for statement in sent}) == 1
    assert not [statement for statement in sent if "canary" in statement.sql]


# ------------------------------------------------------------------------------------------------- what is found


@pytest.mark.parametrize(
    "question",
    [
        "BORROW", "bórröw", FULL_WIDTH, "checker borrow", '"borrow checker"', "borr", "borrow che",
        '"borrow" explained',
        "strasse", "STRAẞE", "naive", "co-operate", "Co", "O'Neil", "o'neil", "office", "œuvre",
        "C", "x2", "Ünïcode", "emphasis", "& borrow", "cafe\u0301",
    ],
)  # fmt: skip
def test_case_diacritics_width_and_word_order_do_not_matter(blog, ask, question):
    html = "<p>Straße, naïve co-operate <em>em</em>phasis O\u2019Neil o\ufb03ce oeuvre C++ x² unicode café &amp;</p>"
    blog.commit([new_post("a", title="The Borrow Checker, explained", html=html)])
    assert found(ask, question) == ["a"]


@pytest.mark.parametrize(
    "question",
    [
        "checkers",
        '"checker borrow"',
        '"borr"',
        '"borrow che"',
        "borr checker",
        "orrow",
        "strong",
        "href",
        "b",
        "amp",
        "ThebOrrow",
    ],
)
def test_what_is_not_there_is_not_found(blog, ask, question):
    html = '<p><strong>Lifetimes</strong> &amp; <a href="/x">more</a></p>'
    blog.commit([new_post("a", title="The Borrow Checker", html=html)])
    assert found(ask, question) == []


@pytest.mark.parametrize(
    "question",
    [
        "北京",
        "京",
        "部署博客",
        "使用Hexo",
        "hexo 北京",
        '"使用 Hexo 部署"',
        "日本語",
        "語",
        "テスト",
        "ﾃｽﾄ",
        "검색",
        "ภาษา",
    ],
)
def test_a_word_inside_a_sentence_without_spaces_is_found(blog, ask, question):
    html = "<p>我在北京使用Hexo部署博客</p><p>これは日本語のテストです。</p><p>전문검색은</p><p>ฉันพูดภาษาไทย</p>"
    blog.commit([new_post("a", html=html)])
    assert found(ask, question) == ["a"]
    for other in ("北部", "京部署", "語日", "스트"):
        assert found(ask, other) == []


def test_words_of_a_question_may_stand_in_different_columns_but_phrases_in_one(blog, ask):
    blog.commit([new_post("a", title="Alpha beta", summary="gamma delta", html="<p>epsilon</p><p>zeta</p>")])
    assert found(ask, "alpha delta zeta") == ["a"]
    assert found(ask, '"beta gamma"') == []
    assert found(ask, '"epsilon zeta"') == ["a"]


def test_what_a_members_post_says_is_in_no_index_but_title_and_summary_are(blog, ask):
    secret = new_post("m", title="For members", summary="A sum", html="<p>xyzzy</p>", visibility="members")
    blog.commit([secret])
    assert found(ask, "xyzzy") == []
    assert found(ask, "members sum") == ["m"]
    blog.commit([update("posts", secret.id, {"visibility": "public"})])
    assert found(ask, "xyzzy") == ["m"]
    blog.commit([update("posts", secret.id, {"visibility": "members"})])
    assert found(ask, "xyzzy") == []


def test_a_search_is_narrowed_by_the_filters_of_the_list(blog, ask):
    rust, ada = new_tag("rust"), new_author("ada")
    blog.commit(
        [
            rust, ada,
            new_post("a", title="Word", tag_ids=[rust.id], author_ids=[ada.id], published_at="2026-01-01T00:00:00Z"),
            new_post("b", title="Word", status="draft", published_at=None, featured=True, tag_ids=[rust.id]),
            new_post("c", title="Word", kind="page", visibility="unlisted", published_at="2026-02-01T00:00:00Z"),
        ]
    )  # fmt: skip
    for more, slugs in {
        "": ["a", "b", "c"], "&tag=rust": ["a", "b"], "&tag=rust&author=ada": ["a"], "&featured=true": ["b"],
        "&status=published": ["a", "c"], "&visibility=public&visibility=members": ["a", "b"], "&kind=page": ["c"],
        "&published_before=2026-01-15T00:00:00Z": ["a"], "&published_after=2026-01-15T00:00:00Z": ["b", "c"],
    }.items():  # fmt: skip
        assert sorted(found(ask, "word", more)) == slugs, more


# ------------------------------------------------------------------------------------------------ order and pages


def test_a_match_in_the_title_comes_before_one_in_the_summary_and_one_in_the_text(blog, ask):
    filler = "<p>" + "lorem ipsum " * 50 + "</p>"
    blog.commit(
        [
            new_post("text", title="Zulu", html=f"<p>word</p>{filler}"),
            new_post("title", title="Word", html=filler),
            new_post("summary", title="Zulu", summary="word", html=filler),
        ]
    )
    _, page = ask.get("/v1/blog/posts?search=word&sort=-relevance")
    assert [record["slug"] for record in page["records"]] == ["title", "summary", "text"]


def test_pages_by_relevance_show_each_of_the_best_two_hundred_once(blog, ask):
    for start in range(0, 250, 50):
        blog.commit([new_post(f"p{i}", title=f"Word {i}") for i in range(start, start + 50)])
    path = "/v1/blog/posts?search=word&sort=-relevance&limit=30&count=exact"
    seen, cursor, pages = [], "", 0
    while True:
        _, page = ask.get(path + cursor)
        assert page["total"] == 250
        assert (page["prev"] is None) == (pages == 0)
        seen += [record["slug"] for record in page["records"]]
        pages += 1
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert (len(seen), len(set(seen)), pages) == (200, 200, 7)
    _, before = ask.get(f"{path}&cursor={page['prev']}")
    assert [record["slug"] for record in before["records"]] == seen[150:180]


def test_a_cursor_by_relevance_opens_no_other_list(blog, ask):
    blog.commit([new_post(f"p{i}", title="Word") for i in range(3)])
    _, page = ask.get("/v1/blog/posts?search=word&sort=-relevance&limit=1")
    status, problem = ask.get(f"/v1/blog/posts?sort=title&cursor={page['next']}")
    assert (status, problem["code"]) == (422, "invalid_cursor")


def test_pages_of_a_search_in_another_order_go_on_by_their_key(blog, ask):
    blog.commit([new_post(f"p{i}", title=f"Word {i}", published_at=f"2026-01-0{i}T00:00:00Z") for i in range(1, 8)])
    first = "/v1/blog/posts?search=word&limit=3&sort=-published_at"
    _, page = ask.get(first)
    _, following = ask.get(f"{first}&cursor={page['next']}")
    assert [r["slug"] for r in (*page["records"], *following["records"])] == [f"p{i}" for i in range(7, 1, -1)]


# -------------------------------------------------------------------------------------------------- what is shown


def excerpts(ask, question: str) -> dict[str, str]:
    """Return what is shown of the one post that is found, with its matches in brackets."""
    _, page = ask.get(f"/v1/blog/posts?search={quote(question)}&excerpts=marked&view=brief")
    shown = page["excerpts"][page["records"][0]["id"]]
    return {
        name: "".join(f"[{part['text']}]" if part["match"] else part["text"] for part in parts)
        for name, parts in shown.items()
    }


def test_matches_are_marked_in_their_sentence(blog, ask):
    html = "<p>" + "Before it. " * 60 + "Why the <em>bor</em>row checker, the Borrów checker says no. " + "After. " * 90
    blog.commit([new_post("a", title="The borrow checker &", summary="Nothing here", html=html)])
    shown = excerpts(ask, '"borrow checker"')
    assert shown.keys() == {"title", "html"}
    assert shown["title"] == "The [borrow checker] &"
    expected = "…Why the [borrow checker], the [Borrów checker] says no. After."
    assert shown["html"].startswith(expected)
    assert shown["html"].endswith("After.…")


def test_of_a_pair_only_the_character_asked_for_is_marked(blog, ask):
    blog.commit([new_post("a", title="我在北京部署博客")])
    assert excerpts(ask, "京") == {"title": "我在北[京]部署博客"}
    assert excerpts(ask, "部署 北京") == {"title": "我在[北京][部署]博客"}


def test_a_match_far_inside_a_long_text_is_shown(blog, ask):
    html = "<p>" + "lorem " * 40_000 + "needle " + "ipsum " * 10_000
    blog.commit([new_post("a", html=html)])
    assert "[needle]" in excerpts(ask, "needle")["html"]


def test_markup_in_a_text_stays_text(blog, ask):
    blog.commit([new_post("a", title="<b>word</b>", html="<p>&lt;script&gt;word&lt;/script&gt;</p>")])
    assert excerpts(ask, "word") == {"title": "<b>[word]</b>", "html": "<script>[word]</script>"}


def test_nothing_is_shown_of_what_is_withheld(blog, ask):
    blog.commit([new_post("a", title="word", html="<p>word and xyzzy</p>", visibility="members")])
    assert excerpts(ask, "word") == {"title": "[word]"}
