"""What the files of different tools say about a post, and what the report says about the files."""

import os
from datetime import UTC, datetime

import pytest

from flask_blog.importers import plan
from flask_blog.importers.folder import SourceFolder
from flask_blog.importers.report import Report
from tests.flask_blog.conftest import write


@pytest.fixture
def report(source):
    return Report(str(source))


@pytest.fixture
def read(source, report):
    """Return a function that reads the folder and returns its posts."""
    return lambda permalinks=None: plan.read_posts(SourceFolder.at(source), permalinks, report)


def problems(report):
    return [(problem.file, problem.line, problem.code) for problem in report.serious()]


def test_a_link_to_a_file_is_not_followed(source, tmp_path, read, report):
    (source / "secret.md").symlink_to(write(tmp_path, "outside.md", "---\ntitle: Secret\n---\n"))
    assert read() == []
    assert problems(report) == [("secret.md", 1, "symlink")]


def test_a_link_to_a_folder_is_not_followed(source, tmp_path, read, report):
    write(tmp_path, "outside/secret.md", "---\ntitle: Secret\n---\n")
    (source / "outside").symlink_to(tmp_path / "outside")
    assert read() == []
    assert problems(report) == [("outside", 1, "symlink")]


def test_a_pipe_is_not_opened(source, read, report):
    os.mkfifo(source / "pipe.md")
    assert read() == []
    assert problems(report) == [("pipe.md", 1, "unreadable")]


def test_what_is_no_utf8_is_named_by_line(source, read, report):
    (source / "latin.md").write_bytes("---\ntitle: A\n---\nZürich\n".encode("latin-1"))
    assert read() == []
    assert problems(report) == [("latin.md", 4, "encoding")]


def test_a_huge_file_is_not_read(source, read, report):
    with (source / "huge.md").open("wb") as file:
        file.truncate(1 << 33)
    assert read() == []
    assert problems(report) == [("huge.md", 1, "too_large")]


def test_a_file_name_that_is_no_text_is_shown_and_taken(source, read, report):
    (source / os.fsdecode(b"caf\xe9\n.md")).write_text("---\ntitle: A\ndate: 2024-01-01\n---\n", "utf-8")
    [post] = read()
    assert (post.file, post.slug) == ("caf\ufffd\ufffd.md", "caf")
    assert post.external_id.isprintable()


def test_an_empty_file_is_no_post(source, read, report):
    write(source, "empty.md", "+++\ntemplate = 'x'\n+++\n")
    assert read() == []
    assert problems(report) == [("empty.md", 1, "empty")]


def test_a_post_without_a_date_becomes_a_draft(source, read, report):
    write(source, "note.md", "---\ntitle: A\n---\nText\n")
    [post] = read()
    assert post.draft
    assert problems(report) == [("note.md", 1, "date")]


def test_a_date_that_is_none_is_reported_and_the_files_name_asked(source, read, report):
    write(source, "2013-05-06-a.md", "---\ntitle: A\ndate: yesterday\n---\n")
    [post] = read()
    assert post.published_at == datetime(2013, 5, 6, tzinfo=UTC)
    assert problems(report) == [("2013-05-06-a.md", 3, "setting")]


def test_a_setting_without_a_place_is_in_the_report_with_its_line(source, read, report):
    write(source, "a.md", "+++\ntitle = 'A'\ndate = 2024-01-01\n[extra]\nteam = 'The Compiler Team'\n+++\n")
    read()
    [left] = report.problems
    assert (left.line, left.code, left.message) == (5, "left_out", "extra.team = The Compiler Team")
    assert report.left_out() == {"extra.team": 1}


def test_zola(source, read):
    write(
        source,
        "content/inside/post/index.md",
        '+++\npath = "2024/02/28/Some-Post"\ntitle = "A"\nauthors = ["Ada Lovelace", "Grace"]\n'
        'description = "S"\naliases = ["releases/1", "old.html"]\n[taxonomies]\ntags = ["x", "y"]\n+++\nText\n',
    )
    [post] = read()
    assert post.external_id == "markdown:inside/post/index.md"
    assert (post.slug, post.old_path, post.aliases) == (
        "some-post",
        "/2024/02/28/Some-Post",
        ["releases/1", "old.html"],
    )
    assert (post.published_at, post.draft) == (datetime(2024, 2, 28, tzinfo=UTC), False)
    assert (post.authors, post.tags, post.summary) == (["Ada Lovelace", "Grace"], ["x", "y"], "S")


def test_hugo(source, read):
    write(
        source,
        "content/posts/b/index.md",
        "---\ntitle: B\ndate: 2024-03-04T05:06:07+02:00\ndraft: true\nslug: bee\ncategories: [C]\ntags: [c, d]\n"
        "author: {name: Ada}\ncover: {image: b.png}\n---\nIntro *text*.\n\n<!--more-->\n\nRest\n",
    )
    [post] = read()
    assert (post.slug, post.draft, post.cover, post.authors) == ("bee", True, "b.png", ["Ada"])
    assert post.published_at == datetime(2024, 3, 4, 3, 6, 7, tzinfo=UTC)
    assert (post.tags, post.summary) == (["c", "d"], "Intro text.")


def test_jekyll(source, read):
    write(
        source,
        "docs/_posts/2013-05-06-jekyll-1-0-0-released.markdown",
        '---\ntitle: "1.0.0"\ndate: "2013-05-06 02:12:52 +0200"\nauthor: parkr\ncategory: release\ntags: one two\n'
        "redirect_from: /news/old/\npublished: false\n---\n",
    )
    [post] = read()
    assert post.external_id == "markdown:docs/2013-05-06-jekyll-1-0-0-released.markdown"
    assert (post.slug, post.tags) == ("jekyll-1-0-0-released", ["one", "two", "release"])
    assert (post.old_path, post.aliases) == ("/release/2013/05/06/jekyll-1-0-0-released.html", ["/news/old/"])
    assert post.published_at == datetime(2013, 5, 6, 0, 12, 52, tzinfo=UTC)
    assert post.draft


def test_hexo(source, read):
    write(source, "_posts/中文測試.md", "title: 中文測試\ndate: 2018-7-24 23:31:06\ntags:\n---\n善我王上魚\n")
    [post] = read()
    assert (post.title, post.slug) == ("中文測試", "zhong-wen-ce-shi")
    assert post.old_path == "/2018/07/24/中文測試"
    assert post.markdown == "善我王上魚\n"


def test_a_plain_file_takes_its_title_from_its_heading(source, read):
    write(source, "2024/05/06/plain.md", "# The *plain* title\n\nText\n")
    [post] = read()
    assert (post.title, post.markdown.strip()) == ("The *plain* title", "Text")
    assert (post.published_at, post.draft) == (datetime(2024, 5, 6, tzinfo=UTC), False)


def test_old_addresses_can_be_told(source, read):
    write(source, "_posts/2013-05-06-a-b.md", "---\ntitle: A\ncategories: [News Desk]\n---\n")
    [post] = read("/blog/:categories/:year/:title/")
    assert post.old_path == "/blog/news desk/2013/a-b"


def test_the_oldest_keeps_the_slug_that_several_want(source, read):
    for year in (2023, 2021, 2022):
        write(source, f"{year}/survey.md", f"---\ntitle: Survey\ndate: {year}-06-01\n---\n")
    posts = read()
    plan.settle_slugs(posts, {}, ["elsewhere"])
    assert [post.slug for post in posts] == ["survey", "survey-2022-06-01", "survey-2023-06-01"]


def test_a_slug_that_the_blog_has_already_is_left_to_it(source, read):
    write(source, "a.md", "---\ntitle: A\ndate: 2024-01-01\n---\n")
    write(source, "b.md", "---\ntitle: B\ndate: 2024-01-02\n---\n")
    posts = read()
    plan.settle_slugs(posts, {"markdown:b.md": "renamed"}, ["a", "renamed"])
    assert [post.slug for post in posts] == ["a-2024-01-01", "renamed"]


def test_the_site_and_its_content_folder_are_the_same_blog(source, read, report):
    write(source, "content/a/b.md", "---\ntitle: A\ndate: 2024-01-01\n---\n")
    [post] = read()
    [same] = plan.read_posts(SourceFolder.at(source / "content"), None, report)
    assert post.external_id == same.external_id == "markdown:a/b.md"
