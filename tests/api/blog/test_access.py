"""What the table of access leaves to the rules: who names whom as author, who sees what of which post."""

from api.shared.clock import rfc3339


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


def test_media_lists_show_ones_own_and_editors_everybodys(ada, bob, eve, png):
    mine = ada.call("POST", "/media", data={"file": (png(), "a.png")}).json
    assert [each["id"] for each in ada.get("/media").json["items"]] == [mine["id"]]
    assert bob.get("/media").json["items"] == []
    assert bob.get(f"/media?uploader={ada.account_id}").status_code == 403
    assert [each["id"] for each in eve.get("/media").json["items"]] == [mine["id"]]
    assert eve.get(f"/media?uploader={bob.account_id}").json["items"] == []
