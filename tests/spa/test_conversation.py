"""The conversation under a post without a script: read, answered, and never lost."""

from html import unescape

import pytest

from tests.spa.conftest import PUBLIC_URL

HERE = {"Sec-Fetch-Site": "same-origin"}
TEXT = 'Will it <b>compute</b> & "weave"?'
GUEST = {"markdown": TEXT, "name": "Charles", "email": "", "website": "", "subject": ""}


@pytest.fixture
def publish(publish):
    """Publishes long ago, so that what other tests of this blog look for stays on its first page."""
    return lambda title, **fields: publish(title, published_at="2001-01-01T00:00:00Z", **fields)


@pytest.fixture
def send(frontend):
    """Sends the form under a post as a browser does."""

    def call(post, *, headers=HERE, address="192.0.2.1", **fields):
        path = f"/posts/{post['slug']}/comments"
        origin = {"REMOTE_ADDR": address}
        return frontend.app.test_client().post(
            path, data={**GUEST, **fields}, headers=headers, environ_overrides=origin
        )

    return call


@pytest.fixture
def say(blog):
    def call(post, markdown="Quite so.", **fields):
        # nobody says more than ten things in five minutes
        blog.clock.advance(seconds=31)
        return blog.writer.call("POST", f"/posts/{post['id']}/comments", {"markdown": markdown, **fields})

    return call


@pytest.fixture
def policy(blog):
    yield blog.writer.change_site
    blog.writer.change_site(comments={"who": "guests", "hold": "first_timers", "close_after_days": None})


def held(blog, post):
    return blog.writer.call("GET", f"/comments?status=any&post={post['id']}")["items"]


def gives_back(page, text=TEXT):
    return f">\n{text}</textarea>" in unescape(page.text)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": PUBLIC_URL},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_a_form_of_another_site_says_nothing_here_and_what_was_written_is_given_back(publish, send, blog, headers):
    post = publish(f"Forged {sorted(headers.items())}")
    page = send(post, headers=headers)
    assert (page.status_code, page.headers["Cache-Control"]) == (403, "no-store")
    assert gives_back(page)
    assert held(blog, post) == []


@pytest.mark.parametrize("headers", [HERE, {"Origin": PUBLIC_URL}, {"Origin": "http://localhost"}])
def test_browsers_old_and_new_show_that_a_page_of_this_site_sent_it(publish, send, headers):
    assert send(publish(f"Sent {headers}"), headers=headers).status_code == 200


def test_what_the_blog_refuses_is_given_back_with_the_reason_beside_the_field(publish, send, frontend, blog):
    post = publish("Refusals")
    page = send(post, website="no address", email="nobody")
    assert page.status_code == 422
    assert gives_back(page)
    assert page.text.count('aria-invalid="true"') == 2
    assert 'value="no address"' in page.text
    assert send(post, name="").status_code == 422
    closed = blog.writer.change(post, comments_open=False)
    page = send(closed)
    assert (page.status_code, gives_back(page)) == (409, True)
    frontend.line.cut = True
    page = send(closed)
    assert (page.status_code, gives_back(page)) == (503, True)
    assert "cannot be reached" in page.text
    assert held(blog, post) == []


def test_too_much_is_not_read_and_an_unknown_length_neither(publish, send, frontend):
    post = publish("Bounds")
    assert send(post, markdown="x" * 200_001).status_code == 413
    body = frontend.app.test_client().post(
        f"/posts/{post['slug']}/comments", input_stream=None, headers={**HERE, "Transfer-Encoding": "chunked"}
    )
    assert body.status_code == 411


def test_a_comment_waits_and_stands_under_the_post_once_it_is_approved(publish, send, frontend, blog):
    post = publish("Approval")
    mary = {"address": "198.51.100.7"}
    page = send(post, markdown="First *words*.\r\nAnd more.", **mary)
    assert page.status_code == 200
    assert "waits for approval" in page.text
    assert "First <em>words</em>." in page.text
    assert "First" not in frontend.get("/posts/approval").text
    [comment] = held(blog, post)
    assert comment["markdown"] == "First *words*.\nAnd more."
    item = {"id": comment["id"], "version": comment["version"]}
    blog.writer.call("POST", "/comments/moderate", {"items": [item], "status": "approved"})
    frontend.wait(seconds=2)
    assert "First <em>words</em>." in frontend.get("/posts/approval").text
    # whoever was approved is known by the address they come from, not by the Frontend's
    assert "is there" in send(post, markdown="Again.", **mary).text
    assert "waits" in send(post, markdown="Another.", address="198.51.100.8").text


def test_what_fills_in_every_field_is_spam(publish, send, blog):
    post = publish("Trapped")
    assert "waits for approval" in send(post, subject="Buy!").text
    assert [comment["status"] for comment in held(blog, post)] == ["spam"]


def test_a_thread_is_read_in_its_order_and_answered_by_links(publish, say, send, frontend, blog):
    post = publish("Threads")
    first = say(post, "One.")
    second = say(post, "Two.", parent_id=first["id"])
    third = say(post, "Three.", parent_id=second["id"])
    say(post, "Four.", parent_id=third["id"])
    say(post, "Five.")
    blog.writer.call("DELETE", f"/comments/{second['id']}", **{"If-Match": "*"})
    text = frontend.get("/posts/threads").text
    places = [text.index(words) for words in ("One.", "This comment was taken away.", "Three.", "Four.", "Five.")]
    assert places == sorted(places)
    assert "to Ada Lovelace" in text
    answer = frontend.get(f"/posts/threads/comments?to={first['id']}")
    assert 'name="parent_id"' in answer.text
    assert "noindex" in answer.text
    for unknown in (second["id"], say(publish("Elsewhere"))["id"], "00000000-0000-7000-8000-000000000000"):
        assert frontend.get(f"/posts/threads/comments?to={unknown}").status_code == 404
    page = send(post, parent_id=first["id"], name="")
    assert f'value="{first["id"]}"' in page.text
    send(post, parent_id=first["id"])
    assert held(blog, post)[0]["parent_id"] == first["id"]


def test_a_long_conversation_is_walked_by_links(publish, say, frontend):
    post = publish("Long talk")
    for number in range(51):
        say(post, f"Remark {number}.")
    first = frontend.get("/posts/long-talk").text
    assert "Remark 49." in first
    assert "Remark 50." not in first
    rest = first.partition("/posts/long-talk/comments?cursor=")[2].partition('"')[0]
    assert "Remark 50." in frontend.get(f"/posts/long-talk/comments?cursor={rest}").text
    assert frontend.get("/posts/long-talk/comments?cursor=x").status_code == 404


def test_who_may_not_comment_is_told_so(publish, say, frontend, policy):
    publish("Quiet")
    say(publish("Old talk"))
    policy(comments={"who": "members"})
    frontend.wait(seconds=2)
    page = frontend.get("/posts/quiet").text
    assert "/sign-in?next=/posts/quiet" in page
    assert "<textarea" not in page
    policy(comments={"who": "off"})
    frontend.wait(seconds=2)
    assert "Comments are closed" in frontend.get("/posts/old-talk").text
    assert "Comments" not in frontend.get("/posts/quiet").text


def test_pages_have_no_conversation_and_unlisted_posts_have_theirs(publish, frontend):
    publish("Imprint", kind="page")
    publish("Between us", visibility="unlisted")
    assert "<textarea" not in frontend.get("/pages/imprint").text
    assert frontend.get("/posts/imprint/comments").status_code == 404
    assert "<textarea" in frontend.get("/posts/between-us").text


def test_an_old_address_leads_to_the_new_one_with_what_was_written(publish, send, frontend, blog):
    post = publish("Once")
    moved = blog.writer.change(post, slug="at-present")
    page = send(post)
    assert (page.status_code, page.headers["Location"]) == (308, "/posts/at-present/comments")
    assert frontend.get("/posts/once/comments").headers["Location"] == "/posts/at-present"
    assert send(moved).status_code == 200
