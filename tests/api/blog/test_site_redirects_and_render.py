"""The site's settings, redirects, and the editor's preview."""

import pytest


def test_settings_exist_from_the_first_day(read):
    site = read("/site").json
    said = {"title", "description", "language", "time_zone", "accent", "navigation", "comments", "comment_words"}
    dress = {"logo", "footer", "social_links", "posts_per_page"}
    assert {*said, *dress, "updated_at", "version"} == set(site)
    assert (site["logo"], site["footer"], site["social_links"], site["posts_per_page"]) == (None, None, [], 20)


@pytest.mark.parametrize(
    "body",
    [
        {"title": ""},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"accent": "red; background: url(//evil.example)"},
        {"accent": "#12345"},
        {"language": "x"},
        {"navigation": [{"label": "A"}]},
        {"navigation": [{"label": "A", "url": "javascript:alert(1)"}]},
        {"navigation": [{"label": "A", "url": "//evil.example"}]},
        {"navigation": [{"label": "A", "url": "/a", "rel": "me"}]},
        {"navigation": [{"label": "A", "url": "/a"}] * 21},
        {"colour": "red"},
        {"logo_id": "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"},
        {"logo_id": "/media/logo.png"},
        {"footer": "x" * 501},
        {"social_links": [{"label": "A", "url": "javascript:alert(1)"}]},
        {"social_links": [{"label": "A", "url": "/a"}] * 13},
        {"posts_per_page": 0},
        {"posts_per_page": 51},
        {"posts_per_page": True},
        {"posts_per_page": 2.5},
    ],
)
def test_settings_that_break_a_rule_are_refused(owner, head, body):
    before = head()
    assert owner.call("PATCH", "/site", json=body, headers={"If-Match": "*"}).status_code == 422
    assert head() == before


def test_settings_change_by_merge_patch_against_the_version_that_was_read(owner, read):
    site = read("/site")
    navigation = [{"label": "About", "url": "/pages/about"}, {"label": "Code", "url": "https://example.org"}]
    body = {"title": "Notes", "time_zone": "Europe/London", "accent": "oklch(62% 0.19 250)", "navigation": navigation}
    changed = owner.call("PATCH", "/site", json=body, headers={"If-Match": site.headers["ETag"]})
    known = {**site.json, **body, "comment_words": []}
    assert changed.json == {**known, "version": 2, "updated_at": changed.json["updated_at"]}
    assert {**read("/site").json, "comment_words": []} == changed.json
    assert owner.call("PATCH", "/site", json=body, headers={"If-Match": site.headers["ETag"]}).status_code == 412
    assert owner.call("PATCH", "/site", json=body).status_code == 428


def test_a_logo_is_shown_with_its_size_kept_while_it_is_used_and_taken_away(owner, read, png):
    first = owner.call("POST", "/media", data={"file": (png(size=(30, 20)), "mark.png")}).json
    body = {"logo_id": first["id"], "footer": "Written in Ockham Park.", "posts_per_page": 5}
    changed = owner.call("PATCH", "/site", json=body, headers={"If-Match": "*"})
    assert (changed.status_code, changed.json["logo"]["url"]) == (200, first["url"])
    assert read("/site").json == {**changed.json, "comment_words": None}
    assert (changed.json["logo"]["width"], changed.json["footer"], changed.json["posts_per_page"]) == (
        30, "Written in Ockham Park.", 5,
    )  # fmt: skip
    refused = owner.call("DELETE", f"/media/{first['id']}", headers={"If-Match": "*"})
    assert (refused.status_code, refused.json["code"]) == (409, "media_in_use")
    owner.call("PATCH", "/site", json={"logo_id": None, "footer": None}, headers={"If-Match": "*"})
    assert (read("/site").json["logo"], read("/site").json["footer"]) == (None, None)
    assert owner.call("DELETE", f"/media/{first['id']}", headers={"If-Match": "*"}).status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        {"from_path": "/a"},
        {"from_path": "a", "to_path": "/b"},
        {"from_path": "//a", "to_path": "/b"},
        {"from_path": "/a?x=1", "to_path": "/b"},
        {"from_path": "/a", "to_path": "//evil.example"},
        {"from_path": "/a", "to_path": "/\\evil.example"},
        {"from_path": "/a", "to_path": "javascript:alert(1)"},
        {"from_path": "/a", "to_path": "/b\r\nSet-Cookie: x"},
    ],
)
def test_a_redirect_that_could_lead_astray_is_refused(eve, head, body):
    before = head()
    assert eve.post("/redirects", body).status_code == 422
    assert head() == before


def test_a_redirect_is_made_found_and_deleted(eve, read):
    made = eve.post("/redirects", {"from_path": "/2014/привет.html", "to_path": "/posts/hello?x=1#top"})
    assert made.status_code == 201
    assert read(made.headers["Location"]).json == made.json
    assert read("/redirects", query_string={"from_path": "/2014/привет.html"}).json["items"] == [made.json]
    assert read("/redirects?from_path=/other").json["items"] == []
    again = eve.post("/redirects", {"from_path": "/2014/привет.html", "to_path": "/"})
    assert (again.status_code, again.json["code"]) == (409, "path_taken")
    gone = eve.call("DELETE", made.headers["Location"], headers={"If-Match": made.headers["ETag"]})
    assert gone.status_code == 204
    assert read(made.headers["Location"]).status_code == 404


def test_the_preview_is_what_publishing_shows(ada):
    markdown = (
        "# One\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n\n```python\nprint(1)\n```\n\n<b onclick=x>b</b>"
    )
    preview = ada.post("/render", {"markdown": markdown}).json
    post = ada.write(markdown=markdown)
    assert preview == {name: post[name] for name in ("html", "toc", "word_count", "reading_minutes")}


def test_the_preview_knows_the_size_of_uploaded_images(ada, png):
    media = ada.call("POST", "/media", data={"file": (png(size=(30, 20)), "a.png"), "alt": "A crab"}).json
    html = ada.post("/render", {"markdown": f"![]({media['url']})"}).json["html"]
    assert 'width="30"' in html
    assert 'height="20"' in html
