"""The page of a preview link: real HTML, kept by nobody, found by nobody else."""

import pytest


@pytest.fixture
def draft(blog):
    fields = {"markdown": "*Soon.*", "summary": "In short", "tags": ["Engines"]}
    return blog.writer.call("POST", "/posts", {"title": "Not public yet", **fields})


def link_to(blog, post, **body):
    return blog.writer.call("POST", f"/posts/{post['id']}/previews", body)


def path_of(link):
    return "/preview/" + link["token"]


def test_a_link_that_never_was_or_is_over_says_so(frontend, blog, draft):
    link = link_to(blog, draft)
    blog.writer.call("DELETE", f"/posts/{draft['id']}/previews/{link['id']}")
    for path in (path_of(link), "/preview/nothing", "/preview/" + "x" * 3000):
        page = frontend.get(path)
        assert page.status_code == 404
        assert "This preview has ended" in page.text
        assert "Not public yet" not in page.text


def test_a_preview_is_real_html_that_nobody_keeps_or_passes_on(frontend, blog, draft):
    link = link_to(blog, draft)
    page = frontend.get(path_of(link))
    assert page.status_code == 200
    for text in ("<h1>Not public yet</h1>", "<em>Soon.</em>", "In short", "only those who have this link"):
        assert text in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex">' in page.text
    assert link["token"] not in page.text
    for leak in ('rel="canonical"', "application/ld+json", "page-data", 'type="module"'):
        assert leak not in page.text


def test_a_preview_follows_the_text_at_once_and_is_on_no_other_page(frontend, blog, draft):
    link = link_to(blog, draft)
    assert "Not public yet" in frontend.get(path_of(link)).text
    changed = blog.writer.change(draft, title="Other words")
    assert "Other words" in frontend.get(path_of(link)).text
    for path in ("/", "/tags/engines", f"/posts/{draft['slug']}", "/archive", "/search?q=other", "/sitemap.xml"):
        assert "Other words" not in frontend.get(path).text, path
    blog.writer.call("DELETE", f"/posts/{draft['id']}", **{"If-Match": f'"{changed["version"]}"'})
    assert frontend.get(path_of(link)).status_code == 404


def test_a_preview_shows_a_pending_edit_and_the_page_of_the_post_does_not(frontend, blog):
    post = blog.writer.publish("Published words")
    blog.writer.call("POST", f"/posts/{post['id']}/pending", {"changes": {"title": "Pending words"}})
    assert "Pending words" in frontend.get(path_of(link_to(blog, post))).text
    page = frontend.get(f"/posts/{post['slug']}").text
    assert "Published words" in page
    assert "Pending words" not in page
