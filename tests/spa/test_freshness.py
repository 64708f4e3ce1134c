"""What is kept, for how long, and what readers get while the Blog Service is away."""

import pytest

from tests.spa.conftest import ROOT
from tests.support.waiting import wait_until

SITE = f"{ROOT}/site"


def test_without_the_blog_and_with_nothing_kept_the_page_says_so(frontend):
    frontend.line.cut = True
    answer = frontend.get("/")
    assert answer.status_code == 503
    assert "The blog cannot be reached" in answer.text


def test_a_reader_over_the_limit_is_told_so_and_the_others_are_not_kept_waiting(frontend, publish):
    post = publish("For everybody")
    frontend.get("/")
    frontend.line.broken = 429
    answer = frontend.get(f"/posts/{post['slug']}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "Too much at once" in answer.text
    frontend.line.broken = None
    assert frontend.get(f"/posts/{post['slug']}").status_code == 200


@pytest.mark.parametrize("fault", [{"cut": True}, {"broken": 502}, {"broken": 500}, {"broken": 429}])
def test_while_the_blog_is_away_the_last_page_is_served_and_marked(frontend, publish, fault):
    post = publish("Still here")
    path = f"/posts/{post['slug']}"
    before = frontend.get(path)
    for name, value in fault.items():
        setattr(frontend.line, name, value)
    frontend.wait(seconds=2)
    after = frontend.get(path)
    assert (after.status_code, after.text) == (200, before.text)
    assert "ttl=-" in after.headers["Cache-Status"]
    assert "Cache-Status" not in before.headers


def test_an_absent_blog_is_asked_once_in_two_seconds(frontend):
    frontend.get("/")
    frontend.line.cut = True
    frontend.wait(seconds=2)
    frontend.line.sent.clear()
    for _ in range(5):
        assert frontend.get("/").status_code == 200
    assert len(frontend.line.sent) == 1


def test_the_blog_is_found_again_when_it_is_back(frontend):
    frontend.line.cut = True
    assert frontend.get("/").status_code == 503
    frontend.line.cut = False
    frontend.wait(seconds=2)
    assert frontend.get("/").status_code == 200


def test_within_a_second_nothing_is_asked(frontend):
    frontend.get("/")
    frontend.line.sent.clear()
    frontend.wait(milliseconds=900)
    assert frontend.get("/").status_code == 200
    assert frontend.line.sent == []


def test_after_a_second_each_answer_is_revalidated_by_its_etag(frontend):
    before = frontend.get("/")
    frontend.line.sent.clear()
    frontend.wait(seconds=1)
    after = frontend.get("/")
    assert after.data == before.data
    assert sorted(path.partition("?")[0] for path, _ in frontend.line.sent) == [f"{ROOT}/posts", SITE]
    assert all(headers["If-None-Match"] for _, headers in frontend.line.sent)


def test_two_pages_share_what_is_known_of_the_site(frontend, publish):
    post = publish("One more")
    frontend.get("/")
    frontend.line.sent.clear()
    frontend.get(f"/posts/{post['slug']}")
    assert [path for path, _ in frontend.line.sent if path == SITE] == []


def test_a_change_is_seen_after_a_second(frontend, blog):
    post = blog.writer.publish("First words")
    path = f"/posts/{post['slug']}"
    assert "First words" in frontend.get(path).text
    blog.writer.change(post, title="Second words")

    def seen():
        frontend.wait(seconds=1)
        return "Second words" in frontend.get(path).text

    wait_until(seen, seconds=10)


def test_a_withdrawn_post_is_gone_from_its_page(frontend, blog):
    post = blog.writer.publish("Withdrawn soon")
    path = f"/posts/{post['slug']}"
    assert frontend.get(path).status_code == 200
    blog.writer.call("POST", f"/posts/{post['id']}/unpublish", **{"If-Match": f'"{post["version"]}"'})

    def gone():
        frontend.wait(seconds=1)
        return frontend.get(path).status_code == 404

    wait_until(gone, seconds=10)


def test_a_post_deleted_for_good_leaves_a_page_that_says_so(frontend, blog):
    post = blog.writer.publish("Seen, then deleted")
    path = f"/posts/{post['slug']}"
    assert frontend.get(path).status_code == 200
    blog.writer.call("DELETE", f"/posts/{post['id']}?permanent=true", **{"If-Match": f'"{post["version"]}"'})

    def gone():
        frontend.wait(seconds=1)
        return frontend.get(path).status_code == 410

    wait_until(gone, seconds=10)
    page = frontend.get(path)
    assert "This was removed" in page.text
    assert '<meta name="robots" content="noindex">' in page.text


def test_a_relative_date_moves_on_at_midnight(frontend, blog, publish):
    published = blog.clock.now()
    post = publish("Dated", published_at=published.isoformat())
    path = f"/posts/{post['slug']}"
    assert "today" in frontend.get(path).text
    frontend.wait(days=1)
    assert "yesterday" in frontend.get(path).text


def test_a_reader_who_has_the_page_gets_304(frontend):
    first = frontend.get("/")
    for etag in (first.headers["ETag"], f'"other", {first.headers["ETag"]}'):
        again = frontend.get("/", **{"If-None-Match": etag})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    assert frontend.get("/", **{"If-None-Match": '"another"'}).status_code == 200


def test_pages_are_packed_as_the_reader_accepts(frontend):
    plain = frontend.get("/")
    assert "Content-Encoding" not in plain.headers
    for accepted, coding in (("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("zstd", None)):
        answer = frontend.get("/", **{"Accept-Encoding": accepted})
        assert answer.headers.get("Content-Encoding") == coding
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["ETag"] == plain.headers["ETag"]


def test_head_is_get_without_a_body(frontend):
    whole = frontend.get("/")
    for _ in range(2):
        head = frontend.app.test_client().head("/")
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["Content-Length"] == whole.headers["Content-Length"]


def test_readers_are_named_to_the_blog_for_its_limits(frontend):
    frontend.app.test_client().get("/", headers={"X-Request-ID": "abc"}, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    _, headers = frontend.line.sent[0]
    assert headers["X-Forwarded-For"] == "203.0.113.9"
    assert headers["X-Request-ID"] == "abc"
