"""Importing small folders: refusals, images, links, redirects, and doing it again."""

import base64

import pytest

from flask_blog.client import Client, Refused
from flask_blog.importers import markdown
from flask_blog.importers.markdown import Wishes
from flask_blog.local import BLOG_API, reached
from tests.flask_blog.conftest import state, write

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="1"/>'


@pytest.fixture
def run(source, client):
    """Return a function that imports the folder and returns the report."""
    return lambda **wishes: markdown.run(source, client, Wishes(**wishes), lambda _done, _of: None)


@pytest.fixture
def posts(client):
    """Return a function that returns the blog's posts by slug."""
    return lambda: {post["slug"]: post for post in state(client)["posts"]}


def problems(report):
    return [(one.file, one.line, one.code, one.message) for one in report.serious()]


def post(title="A", date="2024-01-01", body="Text\n", **more):
    settings = "".join(f"{name}: {value}\n" for name, value in more.items())
    return f"---\ntitle: {title}\ndate: {date}\n{settings}---\n{body}"


def test_an_image_outside_the_folder_is_never_taken(source, tmp_path, run, posts):
    (tmp_path / "secret.png").write_bytes(PNG)
    (source / "link.png").symlink_to(tmp_path / "secret.png")
    body = "![a](../secret.png) ![b](/../secret.png) ![c](link.png) ![d](%2e%2e/secret.png) ![e](a%00.png)\n"
    write(source, "a.md", post(body=body))
    report = run()
    assert report.outcomes()["made"] == 1
    assert posts()["a"]["markdown"] == body
    assert [problem[:3] for problem in problems(report)] == [("a.md", 5, "image")] * 5


def test_a_file_that_only_seems_to_be_an_image_is_reported(source, run):
    (source / "fake.png").write_bytes(b"<script>alert(1)</script>")
    write(source, "text.txt", "text")
    write(source, "a.md", post(body="![a](fake.png)\n\n[b](text.txt)\n"))
    report = run()
    assert report.outcomes()["made"] == 1
    assert [problem[:3] for problem in problems(report)] == [("a.md", 5, "file"), ("a.md", 7, "file")]


def test_what_the_api_refuses_is_reported_with_the_line_of_the_setting(source, run):
    write(source, "a.md", post(title="x" * 400))
    write(source, "b.md", post())
    report = run()
    assert report.outcomes() == {"made": 1, "updated": 0, "unchanged": 0, "skipped": 1}
    assert [problem[:3] for problem in problems(report)] == [("a.md", 2, "refused")]


def test_a_folder_without_posts_is_no_error(run):
    assert run().outcomes() == {"made": 0, "updated": 0, "unchanged": 0, "skipped": 0}


def test_two_posts_with_the_same_old_address_are_told(source, run):
    write(source, "a.md", post(aliases="[/old, '/?p=12']"))
    write(source, "b.md", post(date="2024-02-02", aliases="[old/]"))
    report = run()
    assert [problem[:3] for problem in problems(report)] == [("a.md", 4, "redirect"), ("b.md", 4, "redirect")]
    assert report.made["redirects"] == 3


def test_images_beside_the_post_and_in_static_folders_come_along_once(source, run, client):
    write(source, "content/a/index.md", post(body="![a](one.svg)\n\n<img src='/img/two.svg'>\n\n[r]: ./one.svg\n"))
    write(source, "content/a/one.svg", SVG)
    write(source, "static/img/two.svg", SVG.replace('width="2"', 'width="3"'))
    report = run()
    found = state(client)
    assert problems(report) == []
    assert (report.made["images"], len(found["media"])) == (2, 2)
    text = found["posts"][0]["markdown"]
    assert text.count("/media/") == 3
    assert all(url in text for url in found["media"])


def test_links_between_posts_lead_to_their_new_addresses(source, run, posts):
    write(source, "content/a.md", post(title="A", path="2024/01/01/A", aliases="[first.html]"))
    body = (
        "[1](@/a.md#end) [2](/2024/01/01/A/) [3](a.md) [4](/first.html?x=1) [5](https://example.org/a.md) `[6](a.md)`\n"
    )
    write(source, "content/b.md", post(title="B", date="2024-02-02", path="2024/02/02/B", body=body))
    assert problems(run()) == []
    assert posts()["b"]["markdown"] == (
        "[1](/posts/a#end) [2](/posts/a) [3](/posts/a) [4](/posts/a?x=1) [5](https://example.org/a.md) `[6](a.md)`\n"
    )


def test_a_link_that_leads_nowhere_stays_and_is_reported(source, run, posts):
    write(source, "a.md", post(body="\n[a](gone.md)\n"))
    report = run()
    assert posts()["a"]["markdown"] == "[a](gone.md)\n"
    assert [problem[:3] for problem in problems(report)] == [("a.md", 6, "link")]


def test_old_addresses_lead_to_the_new_ones(source, run, client):
    write(source, "news/a.md", post(aliases="[/very/old.html]"))
    assert run().made["redirects"] == 2
    assert state(client)["redirects"] == [("/news/a", "/posts/a"), ("/very/old.html", "/posts/a")]


def test_authors_are_made_once_and_found_by_name(source, run, posts):
    write(source, "a.md", post(title="A", authors="[Grace Hopper, 'Ada Lovelace']"))
    write(source, "b.md", post(title="B", author="grace hopper"))
    report = run()
    assert report.made["authors"] == 1
    found = posts()
    assert (found["a"]["authors"], found["b"]["authors"]) == (["grace-hopper", "ada"], ["grace-hopper"])


def test_drafts_and_pages_stay_what_they_are(source, run, posts):
    write(source, "a.md", post(title="A", draft="true"))
    write(source, "about.md", post(title="About", type="page"))
    run()
    assert (posts()["a"]["status"], posts()["about"]["status"]) == ("draft", "published")


def test_a_second_run_changes_nothing(source, run, client):
    write(source, "a/index.md", post(tags="[x, Y]", author="Grace", summary="S", body="![a](one.svg)\n\n\n"))
    write(source, "a/one.svg", SVG)
    write(source, "b.md", post(draft="true", image="a/one.svg", language="de"))
    run()
    before = state(client)
    again = run(update=True)
    assert again.outcomes() == {"made": 0, "updated": 0, "unchanged": 2, "skipped": 0}
    assert not +again.made
    assert state(client) == before


def test_a_changed_file_is_taken_over_only_when_asked(source, run, posts):
    write(source, "a.md", post(body="One\n"))
    run()
    write(source, "a.md", post(body="Two\n"))
    report = run()
    assert report.outcomes()["skipped"] == 1
    assert [problem[:3] for problem in problems(report)] == [("a.md", 1, "differs")]
    assert posts()["a"]["markdown"] == "One\n"
    assert run(update=True).outcomes()["updated"] == 1
    assert posts()["a"]["markdown"] == "Two\n"


def test_another_post_of_the_same_file_name_is_never_overwritten(source, run, posts):
    write(source, "a.md", post())
    run()
    write(source, "a.md", post(title="Other", date="2020-02-02", body="Other\n"))
    report = run(update=True)
    assert [problem[2] for problem in problems(report)] == ["differs"]
    assert run(source="other").outcomes()["made"] == 1
    assert {found["title"] for found in posts().values()} == {"A", "Other"}


def test_a_post_whose_slug_was_changed_in_the_blog_is_known_and_linked(source, run, client, posts):
    write(source, "a.md", post(title="A"))
    run()
    found = client.find("/posts/slug/a")
    client.merge(f"/posts/{found['id']}", {"slug": "renamed"}, version=found["version"])
    write(source, "b.md", post(title="B", body="[a](a.md)\n"))
    report = run()
    assert report.outcomes() == {"made": 1, "updated": 0, "unchanged": 1, "skipped": 0}
    assert problems(report) == []
    assert posts()["b"]["markdown"] == "[a](/posts/renamed)\n"


def test_a_dry_run_sends_nothing_and_says_the_same(source, run, client):
    write(source, "a/index.md", post(author="Grace", body="![a](one.svg) ![b](two.svg)\n"))
    write(source, "a/one.svg", SVG)
    before = state(client)
    pretended = run(pretend=True)
    assert state(client) == before
    real = run()
    assert (pretended.outcomes(), +pretended.made, problems(pretended)) == (real.outcomes(), +real.made, problems(real))
    assert run(pretend=True).outcomes()["unchanged"] == 1


def test_without_a_token_the_import_stops_at_once(source, data_dir):
    write(source, "a.md", post())
    with reached(data_dir) as blog, pytest.raises(Refused) as refusal:
        markdown.run(source, Client(blog.blog, BLOG_API), Wishes(), lambda _done, _of: None)
    assert refusal.value.status == 401
