"""Who may do what; denied also means that nothing was changed."""

import pytest

from api.blog.incoming import EXTENSION
from api.blog.jobs.rules import start
from api.shared.auth import ROLES, load_access
from api.shared.clock import rfc3339
from api.shared.store import update

AN_ID = "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"
STALE = {"If-Match": '"1"'}
WRITES = {
    "createPost": ("POST", "/posts", {"title": "A"}),
    "replacePost": ("PUT", "/posts/{post}", {"title": "A"}),
    "updatePost": ("PATCH", "/posts/{post}", {"title": "A"}),
    "deletePost": ("DELETE", "/posts/{post}", None),
    "publishPost": ("POST", "/posts/{post}/publish", {}),
    "schedulePost": ("POST", "/posts/{post}/schedule", {"published_at": "2036-01-01T00:00:00Z"}),
    "unschedulePost": ("DELETE", "/posts/{post}/schedule", None),
    "unpublishPost": ("POST", "/posts/{post}/unpublish", None),
    "restorePost": ("POST", "/posts/{post}/restore", None),
    "listRevisions": ("GET", "/posts/{post}/revisions", None),
    "getRevision": ("GET", "/posts/{post}/revisions/1", None),
    "compareRevisions": ("GET", "/posts/{post}/revisions/1...1", None),
    "restoreRevision": ("POST", "/posts/{post}/revisions/1/restore", None),
    "renderMarkdown": ("POST", "/render", {"markdown": "A"}),
    "linkTranslation": ("POST", "/posts/{german}/translations", {"post_id": "{english}"}),
    "unlinkTranslation": ("DELETE", "/posts/{german}/translations/{english}", None),
    "createSeries": ("POST", "/series", {"title": "New"}),
    "updateSeries": ("PATCH", "/series/known", {"title": "New"}),
    "deleteSeries": ("DELETE", "/series/known", None),
    "mergeTag": ("POST", "/tags/known/merge", {"into": "other"}),
    "claimAuthor": ("POST", "/authors/team/claim", {"username": "ada"}),
    "createTag": ("POST", "/tags", {"name": "New"}),
    "updateTag": ("PATCH", "/tags/known", {"name": "New"}),
    "deleteTag": ("DELETE", "/tags/known", None),
    "createAuthor": ("POST", "/authors", {"username": "new", "name": "New"}),
    "updateAuthor": ("PATCH", "/authors/team", {"name": "New"}),
    "createRedirect": ("POST", "/redirects", {"from_path": "/new", "to_path": "/b"}),
    "deleteRedirect": ("DELETE", "/redirects/{redirect}", None),
    "listMedia": ("GET", "/media", None),
    "getMedia": ("GET", "/media/{media}", None),
    "uploadMedia": ("POST", "/media", None),
    "updateMedia": ("PATCH", "/media/{media}", {"alt": "A"}),
    "deleteMedia": ("DELETE", "/media/{media}", None),
    "listJobs": ("GET", "/jobs", None),
    "startJob": ("POST", "/jobs", {"kind": "export"}),
    "getJob": ("GET", "/jobs/{job}", None),
    "getJobReport": ("GET", "/jobs/{job}/report", None),
    "getJobFile": ("GET", "/jobs/{job}/file", None),
    "cancelJob": ("POST", "/jobs/{job}/cancel", None),
    "updateSite": ("PATCH", "/site", {"title": "A"}),
}
ACCESS = load_access()
RESOURCES = {"posts", "series", "tags", "authors", "media", "redirects", "site", "jobs"}


@pytest.fixture
def things(ada, eve, png, app, store):
    """Things of Ada's, and things that editors keep."""
    eve.post("/series", {"title": "Known"})
    post = ada.publish(tags=["Known"], series="known")
    german, english = ada.publish(tags=["Other"], language="de"), ada.publish(language="en")
    eve.post("/authors", {"username": "team", "name": "Team"})
    redirect = eve.post("/redirects", {"from_path": "/a", "to_path": "/b"}).json
    media = ada.call("POST", "/media", data={"file": (png(), "a.png")}).json
    job, starting = start(app.extensions[EXTENSION], ada.account_id, "export")
    store.commit(starting)
    return {
        "post": post["id"],
        "german": german["id"],
        "english": english["id"],
        "redirect": redirect["id"],
        "media": media["id"],
        "job": job["id"],
    }


@pytest.fixture
def attempt(things):
    def call(person, operation):
        method, path, body = WRITES[operation]
        headers = STALE if method in {"PATCH", "DELETE"} or "{" in path or "/known" in path or "/team" in path else {}
        return person.call(method, path.format(**things), json=_filled(body, things), headers=headers)

    return call


def _filled(body, things):
    return body and {name: value.format(**things) if isinstance(value, str) else value for name, value in body.items()}


def test_every_operation_that_is_not_for_everybody_is_tried_here():
    own = {name for name, row in ACCESS.items() if row.scope and row.scope.split(":")[0] in RESOURCES}
    assert {name for name in own if ACCESS[name].role != "anonymous"} == set(WRITES)


def test_anonymous_callers_are_refused(client, head):
    before = head()
    for operation, (method, path, body) in WRITES.items():
        where = path.format(post=AN_ID, german=AN_ID, english=AN_ID, redirect=AN_ID, media=AN_ID, job=AN_ID)
        response = client.open(f"/api/blog/v1{where}", method=method, json=body)
        assert response.status_code == 401, operation
        assert response.headers["WWW-Authenticate"] == "Bearer"
    assert head() == before


@pytest.mark.parametrize("role", ["reader", "author", "editor", "admin"])
def test_a_role_is_refused_what_needs_a_higher_one(role, attempt, make_person, head):
    person = make_person(role)
    before = head()
    for operation in WRITES:
        if ROLES.index(ACCESS[operation].role) > ROLES.index(role):
            response = attempt(person, operation)
            assert (response.status_code, response.json["code"]) == (403, "forbidden"), operation
    assert head() == before


def test_a_suspended_account_a_revoked_session_and_an_expired_token_are_refused(
    attempt, accounts, make_person, head, clock
):
    now = rfc3339(clock.now())
    suspended, signed_out, late = make_person("editor"), make_person("editor"), make_person("editor")
    accounts.commit([update("accounts", suspended.account_id, {"state": "suspended"})])
    accounts.commit([update("sessions", signed_out.session_id, {"revoked_at": now})])
    expired = late.fresh_token(exp=int(clock.now().timestamp()))
    before = head()
    for person in (suspended, signed_out, late.with_token(expired)):
        for operation in WRITES:
            assert attempt(person, operation).status_code == 401, operation
    assert head() == before


def test_a_token_without_the_scope_is_refused_and_one_with_it_is_not(attempt, owner, make_token, head):
    scopes = {ACCESS[operation].scope for operation in WRITES}
    without = {scope: owner.with_token(make_token(owner, *(scopes - {scope}))) for scope in scopes}
    having = {scope: owner.with_token(make_token(owner, scope)) for scope in scopes}
    before = head()
    for operation in WRITES:
        assert attempt(without[ACCESS[operation].scope], operation).status_code == 403, operation
    assert head() == before
    for operation in WRITES:
        assert attempt(having[ACCESS[operation].scope], operation).status_code not in {401, 403}, operation


def test_a_personal_access_token_that_is_revoked_expired_unknown_or_mistyped_is_refused(ada, make_token, clock):
    now = rfc3339(clock.now())
    good = make_token(ada, "posts:write")
    bad = [
        make_token(ada, "posts:write", revoked_at=now),
        make_token(ada, "posts:write", expires_at=now),
        f"{good[:-1]}{'0' if good[-1] != '0' else '1'}",
        f"{good[:3]}{'x' * 38}",
    ]
    for token in bad:
        assert ada.with_token(token).post("/posts", {"title": "A"}).status_code == 401
    assert ada.with_token(good).post("/posts", {"title": "A"}).status_code == 201


FOREIGN = [operation for operation in WRITES if ACCESS[operation].foreign and "{" in WRITES[operation][1]]


def test_other_peoples_things_are_closed_to_authors_and_open_to_editors(attempt, bob, eve, head):
    before = head()
    for operation in FOREIGN:
        assert attempt(bob, operation).status_code == 403, operation
    assert head() == before
    for operation in FOREIGN:
        assert attempt(eve, operation).status_code not in {401, 403, 404}, operation


def test_other_peoples_drafts_are_not_even_there(attempt, ada, bob, things, head):
    ada.change(ada.get(f"/posts/{things['post']}").json, status="draft")
    before = head()
    for operation in FOREIGN:
        if "{post}" in WRITES[operation][1]:
            assert attempt(bob, operation).status_code == 404, operation
    assert head() == before


def test_authors_name_themselves_and_editors_name_anybody(ada, bob, eve, head):
    before = head()
    assert ada.post("/posts", {"title": "A", "authors": ["bob"]}).status_code == 403
    assert ada.post("/posts", {"title": "A", "authors": ["ada", "bob"]}).status_code == 403
    assert head() == before
    post = eve.write(authors=["bob", "ada"])
    assert [author["username"] for author in post["authors"]] == ["bob", "ada"]
    assert ada.change(post, authors=["ada", "bob"]).status_code == 200


def test_each_of_several_authors_may_change_the_post(eve, ada, bob):
    post = eve.write(authors=["ada", "bob"])
    post = ada.change(post, title="By Ada").json
    assert bob.change(post, title="By Bob").status_code == 200


def test_the_lists_of_what_may_be_edited_hold_ones_own_alone(ada, bob, eve):
    mine, theirs = ada.write("Mine"), bob.write("Theirs")
    assert [each["id"] for each in ada.get("/posts?status=any").json["items"]] == [mine["id"]]
    assert {each["id"] for each in eve.get("/posts?status=any").json["items"]} == {mine["id"], theirs["id"]}


def test_only_who_may_edit_asks_for_other_statuses(make_person, read, ada, make_token):
    reader = make_person("reader")
    for status in ("draft", "scheduled", "unpublished", "trashed", "any"):
        assert read(f"/posts?status={status}").status_code == 401
        assert reader.get(f"/posts?status={status}").status_code == 403
        assert ada.with_token(make_token(ada, "tags:write")).get(f"/posts?status={status}").status_code == 403
    assert read("/posts?status=published").status_code == 200
    assert reader.get("/posts?status=published").status_code == 200


def test_a_token_that_may_not_read_posts_sees_what_readers_see(ada, make_token):
    post = ada.write()
    path = f"/posts/{post['id']}"
    assert ada.with_token(make_token(ada, "media:read")).get(path).status_code == 404
    assert ada.with_token(make_token(ada, "posts:read")).get(path).status_code == 200


def test_unlisted_posts_are_read_by_their_address_alone(ada, read):
    post = ada.publish(visibility="unlisted")
    assert read(f"/posts/{post['id']}").json["html"] == ""
    assert read(f"/posts/slug/{post['slug']}").status_code == 200
    assert read("/posts").json["items"] == []
    assert [each["id"] for each in ada.get("/posts?status=published").json["items"]] == [post["id"]]


def test_of_a_members_post_strangers_see_title_and_summary(ada, make_person, read):
    post = ada.publish("For members", visibility="members", markdown="Inside", summary="Outside")
    unsummed = ada.publish("Another", visibility="members", markdown="Inside")
    seen = read(f"/posts/{post['id']}").json
    assert (seen["title"], seen["excerpt"]) == ("For members", "Outside")
    assert (seen["markdown"], seen["html"], seen["toc"]) == (None, None, [])
    assert read(f"/posts/{unsummed['id']}").json["excerpt"] == ""
    assert "Inside" not in read("/posts?fields=markdown,html,excerpt,toc").text
    assert make_person("reader").get(f"/posts/{post['id']}").json["html"] == "<p>Inside</p>\n"


def test_media_lists_show_ones_own_and_editors_everybodys(ada, bob, eve, things):
    assert [each["id"] for each in ada.get("/media").json["items"]] == [things["media"]]
    assert bob.get("/media").json["items"] == []
    assert bob.get(f"/media?uploader={ada.account_id}").status_code == 403
    assert [each["id"] for each in eve.get("/media").json["items"]] == [things["media"]]
    assert eve.get(f"/media?uploader={bob.account_id}").json["items"] == []
