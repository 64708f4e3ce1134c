"""The reader's pages as they come over the wire: whole, addressed rightly, and true."""

import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO

import pytest

from tests.spa.conftest import PUBLIC_URL, ROOT

MARK = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><path d="M0 0h40v20z"/></svg>'


class Page(HTMLParser):
    """What a crawler sees: the words, the head, the embedded data."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.meta: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.data: dict[str, str] = {}
        self._inside: list[str] = []
        self._script = ""
        self.feed(html)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "meta":
            self.meta[given.get("name") or given.get("property") or "charset"] = given.get("content") or ""
        elif tag == "link":
            self.links.setdefault(f"{given['rel']} {given.get('type', '')}".strip(), given["href"])
        else:
            self._inside.append(tag)
            if tag == "script":
                self._script = given.get("id") or given.get("type") or ""

    def handle_endtag(self, tag):
        if tag in self._inside:
            self._inside.remove(tag)

    def handle_data(self, data):
        if "script" in self._inside:
            self.data[self._script] = self.data.get(self._script, "") + data
        elif "style" not in self._inside:
            self.words.append(data)


@pytest.fixture
def read(frontend):
    def read(path: str, status: int = 200) -> Page:
        response = frontend.get(path)
        assert response.status_code == status
        return Page(response.text)

    return read


@pytest.mark.parametrize(
    "path", ["/nothing", "/posts/nothing", "/tags/nothing", "/authors/nobody", "/series/none", "/docs/errors/x"]
)
def test_an_address_without_a_page_answers_404_and_leads_home(read, path):
    page = read(path, 404)
    assert "There is nothing at this address" in page.text
    assert page.meta["robots"] == "noindex"
    assert "page-data" not in page.data


def test_a_draft_is_nowhere(read, publish):
    draft = publish("Kept to myself", status="draft")
    read(f"/posts/{draft['slug']}", 404)
    assert "Kept to myself" not in read("/").text


def test_a_post_is_readable_and_says_what_it_is(read, publish, blog):
    published = (blog.clock.now() - timedelta(days=3)).isoformat()
    post = publish(
        "Notes on the Engine", summary="It weaves.", tags=["Looms"], published_at=published,
        markdown="First *words*.\n\n## One\n\n## Two\n\n## Three\n\n```python\nprint(1)\n```\n",
    )  # fmt: skip
    page = read(f"/posts/{post['slug']}")
    for words in ("Notes on the Engine", "It weaves.", "By Ada Lovelace", "3 days ago", "1 min read", "First words ."):
        assert words in page.text
    assert page.text.count("Contents") == 2
    assert page.links["canonical"] == f"{PUBLIC_URL}/posts/notes-on-the-engine" == page.meta["og:url"]
    assert page.meta["description"] == page.meta["og:description"] == "It weaves."
    assert page.meta["og:type"] == "article"
    assert page.links["alternate application/rss+xml"] == "/feed.xml"
    data = json.loads(page.data["application/ld+json"])
    assert data["headline"] == "Notes on the Engine"
    assert data["author"] == [{"@type": "Person", "name": "Ada Lovelace", "url": f"{PUBLIC_URL}/authors/ada"}]


def test_the_home_page_lists_posts_under_their_years(read, publish, blog):
    publish("An old one", published_at="2019-02-03T00:00:00Z", tags=["History"])
    publish("A new one", published_at=blog.clock.now().isoformat())
    text = read("/").text
    assert re.search(r"2026 .*today 1 min read A new one", text)
    assert re.search(r"2019 3 February 1 min read An old one", text)


def test_a_tag_and_an_author_have_pages_with_their_posts_and_feeds(read, publish):
    publish("Of cards and threads", tags=["Weaving"])
    tag, author = read("/tags/weaving"), read("/authors/ada")
    assert "Weaving 1 post" in tag.text
    assert "Of cards and threads" in tag.text
    assert tag.links["alternate application/atom+xml"] == "/tags/weaving/atom.xml"
    assert "Ada Lovelace" in author.text
    assert "Of cards and threads" in author.text
    assert author.links["alternate application/feed+json"] == "/authors/ada/feed.json"


def test_the_embedded_answers_are_those_of_the_api(read, publish, blog):
    post = publish("Closing </script> tags & <!-- comments", markdown="</script><b>bold</b>", tags=["A & B"])
    for path in ("/", f"/posts/{post['slug']}", "/tags/a-b", "/authors/ada"):
        data = json.loads(read(path).data["page-data"])
        assert data["url"] == path
        assert f"{ROOT}/site" in data["responses"]
        for request, answer in data["responses"].items():
            assert answer == {"status": 200, "body": blog.app.test_client().get(request).json}


def test_what_an_author_writes_stays_text(read, publish):
    post = publish("<script>alert(1)</script>", summary='"><img src=x onerror=alert(1)>', tags=["<b>"])
    page = read(f"/posts/{post['slug']}")
    assert "<script>alert(1)</script>" in page.text
    assert set(page.data) <= {"page-data", "application/ld+json", ""}
    assert "alert" not in page.data.get("", "")


def test_a_long_list_is_walked_by_links_and_back(frontend, read, publish):
    for number in range(25):
        publish(f"Number {number}", tags=["Many"], published_at=f"2018-03-{number + 1:02}T00:00:00Z")
    first = frontend.get("/tags/many")
    assert "Number 24" in first.text
    assert "Number 4<" not in first.text
    older = re.search(r'rel="next" href="(\?cursor=[^"]+)"', first.text)[1]
    second = frontend.get(f"/tags/many{older}")
    assert "Number 4<" in second.text
    assert read(f"/tags/many{older}").meta["robots"] == "noindex"
    newer = re.search(r'rel="prev" href="(\?cursor=[^"]+)"', second.text)[1]
    assert "Number 24" in frontend.get(f"/tags/many{newer}").text


def test_a_post_leads_on_to_its_neighbours_and_to_what_is_like_it(read, publish):
    for number in (1, 2, 3):
        publish(f"Knot {number}", tags=["Knots"], published_at=f"2011-03-0{number}T00:00:00Z")
    page = read("/posts/knot-2")
    assert "Previous Knot 1 Next Knot 3" in page.text
    assert re.search("Related .*Knot [13] .*Knot [13]", page.text)


def test_a_series_lists_its_parts_in_their_order(read, publish, blog):
    blog.writer.call("POST", "/series", {"title": "The Wheel", "description": "In parts."})
    for day in (2, 1):
        publish(f"Spoke {day}", series="the-wheel", published_at=f"2010-01-0{day}T00:00:00Z")
    assert "Series The Wheel In parts. 2 posts Feed Spoke 1 1 January 2010 Spoke 2" in read("/series/the-wheel").text
    assert "Part of the series The Wheel" in read("/posts/spoke-1").text


def test_a_post_is_read_though_nothing_leads_on_from_it(frontend, publish):
    publish("Alone")
    frontend.line.refused = "/adjacent"
    page = frontend.get("/posts/alone")
    assert page.status_code == 200
    assert "Previous" not in page.text
    frontend.line.refused = ""
    frontend.wait(seconds=5)
    assert "Previous" in frontend.get("/posts/alone").text


def test_the_archive_counts_and_each_period_lists_its_posts(read, publish):
    publish("In the spring", published_at="2009-04-05T00:00:00Z")
    assert re.search("2009 April 1 post", read("/archive").text)
    for path, title in (("/archive/2009", "2009"), ("/archive/2009/04", "April 2009")):
        page = read(path)
        assert f"Archive {title} In the spring 5 April 2009" in page.text
        assert page.links["canonical"] == f"{PUBLIC_URL}{path}"


def test_pages_wear_what_the_site_says(frontend, blog, publish):
    medium = blog.writer.client.post(
        f"{ROOT}/media",
        data={"file": (BytesIO(MARK), "mark.svg")},
        headers={"Authorization": f"Bearer {blog.writer.token}"},
    ).json
    elsewhere = [{"label": "Mastodon", "url": "https://social.example.org/@ada"}]
    blog.writer.change_site(logo_id=medium["id"], footer="Set by hand.", social_links=elsewhere, posts_per_page=1)
    publish("One")
    publish("Two")
    frontend.wait(seconds=2)
    html = frontend.get("/").text
    assert f'<img src="{medium["url"]}" alt="" width="40" height="20">' in html
    assert f'<meta property="og:image" content="{PUBLIC_URL}{medium["url"]}">' in html
    assert "<p>Set by hand.</p>" in html
    assert '<a href="https://social.example.org/@ada" rel="me">Mastodon</a>' in html
    assert html.count("<article") == 1
    assert next(path for path, _ in frontend.line.sent if "/posts?" in path).endswith("limit=1")
    blog.writer.change_site(logo_id=None, footer=None, social_links=[], posts_per_page=20)
    frontend.wait(seconds=2)
    assert "Set by hand." not in frontend.get("/").text


@pytest.mark.parametrize("path", ["/archive/1999", "/archive/1999/12"])
def test_a_period_without_posts_is_no_page_until_it_has_one(read, frontend, publish, path):
    assert read(path, 404).meta["robots"] == "noindex"
    post = publish("At the turn", published_at="1999-12-31T12:00:00Z")
    frontend.wait(seconds=2)
    assert "At the turn" in read(path).text
    frontend.blog.writer.call("DELETE", f"/posts/{post['id']}", **{"If-Match": "*"})
    frontend.wait(seconds=2)
    read(path, 404)


@pytest.mark.parametrize(
    "path", ["/archive/99", "/archive/2009/13", "/archive/2009/4", "/archive/abcd", "/archive/0000"]
)
def test_what_is_no_period_is_nowhere(read, path):
    read(path, 404)


def test_a_cursor_that_is_none_leads_to_the_first_page(frontend):
    answer = frontend.get("/?cursor=forged")
    assert (answer.status_code, answer.location) == (302, "/")


def test_an_old_slug_leads_to_the_new_one(frontend, blog):
    post = blog.writer.publish("Before")
    blog.writer.change(post, slug="after")
    answer = frontend.get("/posts/before")
    assert (answer.status_code, answer.location) == (301, "/posts/after")


def test_the_old_address_of_a_tag_and_of_a_series_leads_to_the_new_one(frontend, blog, publish):
    blog.writer.call("POST", "/series", {"title": "Early"})
    publish("Labelled", tags=["Looms"], series="early")
    blog.writer.call("PATCH", "/tags/looms", {"slug": "handlooms"}, **{"If-Match": "*"})
    blog.writer.call("PATCH", "/series/early", {"slug": "beginnings"}, **{"If-Match": "*"})
    for old, new in (("/tags/looms", "/tags/handlooms"), ("/series/early", "/series/beginnings")):
        answer = frontend.get(old)
        assert (answer.status_code, answer.location) == (301, new)
    assert frontend.get("/tags/never").status_code == 404


def test_a_page_asked_for_as_a_post_leads_to_its_own_address(frontend, publish):
    about = publish("About us", kind="page")
    answer = frontend.get(f"/posts/{about['slug']}")
    assert (answer.status_code, answer.location) == (301, "/pages/about-us")
    assert "min read" not in frontend.get("/pages/about-us").text


def test_an_imported_address_leads_to_its_post_with_and_without_a_slash(frontend, blog):
    blog.writer.call("POST", "/redirects", {"from_path": "/2014/09/15/hello.html", "to_path": "/posts/hello"})
    for path in ("/2014/09/15/hello.html", "/2014/09/15/hello.html/"):
        answer = frontend.get(path)
        assert (answer.status_code, answer.location) == (301, "/posts/hello")


def test_a_slash_too_many_is_taken_away(frontend):
    assert frontend.get("/tags/weaving/").location == "/tags/weaving"


def test_an_unlisted_post_is_read_by_its_address_and_kept_from_search_engines(read, publish):
    post = publish("By address only", visibility="unlisted")
    assert read(f"/posts/{post['slug']}").meta["robots"] == "noindex"
    assert "By address only" not in read("/").text


def test_a_members_post_shows_its_head_and_where_to_sign_in(read, publish):
    post = publish("For members", visibility="members", summary="The gist.", markdown="The secret rest.")
    page = read(f"/posts/{post['slug']}")
    assert "The gist." in page.text
    assert "The rest of this post is for members." in page.text
    assert "secret" not in page.text
    assert "secret" not in json.dumps(page.data)


@pytest.mark.parametrize(
    "path",
    [
        "/setup",
        "/sign-in",
        "/register",
        "/invitation",
        "/verify-email",
        "/forgot-password",
        "/reset-password",
        "/account",
        "/studio",
        "/studio/posts/new",
    ],
)
def test_what_needs_script_is_a_shell_that_says_so_and_is_not_indexed(read, path):
    page = read(path)
    assert page.meta["robots"] == "noindex"
    assert "This part needs JavaScript" in page.text
