"""What is not public is found in no answer, header, feed or log line: unique words are put there and searched for."""

import re
from itertools import product

import pytest

from tests.support.contract import spec

CANARY = "canary9f3c"
NAMED_TO_AUTHORS = ("/api/blog/v1/tags", "/api/blog/v1/series")
LATER = "2030-01-01T00:00:00Z"


def told(name: str) -> dict[str, object]:
    """Return every field of a post with the canary in it."""
    word = f"{CANARY}{name}"
    return {
        "title": word, "markdown": f"# {word}\n\n{word}", "summary": word, "slug": word, "tags": [word],
        "series": CANARY,
        "canonical_url": f"https://{word}.example", "external_id": word,
        "seo": {"title": word, "description": word, "image": f"https://{word}.example/i.png"},
    }  # fmt: skip


@pytest.fixture
def hidden(ada, eve, png):
    """One post of every kind that readers must know nothing of."""
    cover = ada.call("POST", "/media", data={"file": (png(), f"{CANARY}.png"), "alt": CANARY}).json
    assert eve.post("/series", {"title": CANARY, "description": CANARY}).status_code == 201
    posts = [
        ada.post("/posts", told("draft") | {"cover_id": cover["id"]}).json,
        ada.post("/posts", told("scheduled") | {"status": "published", "published_at": LATER}).json,
        ada.act(ada.post("/posts", told("unpublished") | {"status": "published"}).json, "unpublish").json,
        ada.post("/posts", told("page") | {"kind": "page"}).json,
    ]
    trashed = ada.post("/posts", told("trashed") | {"status": "published"}).json
    assert ada.delete(trashed).status_code == 204
    gone = ada.post("/posts", told("gone") | {"status": "published"}).json
    assert ada.delete(gone, "?permanent=true").status_code == 204
    renamed = ada.publish("Renamed", slug=f"{CANARY}old")
    ada.change(renamed, slug="renamed-now", status="draft")
    return [*posts, trashed, gone, renamed, cover]


@pytest.fixture
def seen(ada, hidden):
    """Posts that readers see something of, with the canary in what they may not see."""
    edited = ada.publish("Edited")
    edit = {"changes": {name: value for name, value in told("pending").items() if name != "external_id"}}
    assert ada.post(f"/posts/{edited['id']}/pending", edit).status_code == 201
    assert ada.post(f"/posts/{edited['id']}/previews", {"label": CANARY}).status_code == 201
    members = ada.publish("Members", visibility="members", summary="Open", markdown=CANARY, external_id=CANARY)
    public = ada.publish("Public", tags=["Open"], external_id=f"{CANARY}public")
    return [members, public, edited]


def every_read(posts) -> list[str]:
    """Return every address that can be read, with each value that its parameters could have."""
    ids = [post["id"] for post in posts]
    slugs = [post.get("slug", "open") for post in posts] + [f"{CANARY}{name}" for name in ("draft", "gone", "old")]
    values = {"slug": [*slugs, "open"], "username": ["ada"]}
    values |= {"number": ["1"], "older": ["1"], "newer": ["1"], "token": [CANARY]}
    paths = []
    for template, operations in spec("blog").document["paths"].items():
        if "get" not in operations:
            continue
        names = re.findall(r"\{(\w+)\}", template)
        choices = product(*(values.get(name, ids) for name in names))
        paths += [template.format(**dict(zip(names, chosen, strict=True))) for chosen in choices]
    lists = [f"sort={sort}" for sort in ("published_at", "title", "-updated_at")]
    lists += ["fields=title,html,markdown,external_id,seo,tags,cover", "kind=page", f"tag={CANARY}draft", "count=exact"]
    lists += ["status=published", "published_before=2040-01-01T00:00:00Z", "limit=1"]
    questions = [
        CANARY,
        CANARY[:5],
        f"tag:{CANARY}draft",
        *(f"{CANARY}{name}" for name in ("draft", "trashed", "gone")),
    ]
    searches = [f"search?q={question}" for question in questions] + [f"posts?q={question}" for question in questions]
    return [*paths, *(f"/api/blog/v1/posts?{query}" for query in lists), *(f"/api/blog/v1/{each}" for each in searches)]


@pytest.fixture
def askers(make_person, bob):
    """Who may not see it: another author, a reader and a stranger (None), who comes last and finds what was cached."""
    return [bob, make_person("reader"), None]


def _is_told(path, body, asker) -> bool:
    """Tell whether an answer may hold the canary: members' texts for accounts, tags and series for authors."""
    return asker is not None and ("Members" in body or (asker.role == "author" and path.startswith(NAMED_TO_AUTHORS)))


def test_strangers_readers_and_other_authors_find_no_trace(hidden, seen, client, askers, capsys):
    paths = every_read([*hidden, *seen])
    capsys.readouterr()
    assert len(paths) > 100
    for path in paths:
        for asker in askers:
            headers = {"Authorization": f"Bearer {asker.fresh_token()}"} if asker else {}
            response = client.get(path, headers=headers)
            body = response.text.replace(path.rpartition("/")[2], "") if response.status_code == 404 else response.text
            assert CANARY not in body or _is_told(path, body, asker), (path, asker and asker.role)
            assert CANARY not in str(response.headers.to_wsgi_list()).replace(path, ""), path
    assert CANARY not in "".join(capsys.readouterr())


def test_what_is_unlisted_is_read_at_its_own_address_and_told_nowhere_else(ada, client, askers):
    unlisted = ada.publish(**told("unlisted") | {"series": None, "visibility": "unlisted", "tags": ["Open", CANARY]})
    public = ada.publish("Public", tags=["Open"])
    own = (f"/api/blog/v1/posts/{unlisted['id']}", f"/api/blog/v1/posts/slug/{unlisted['slug']}")
    for asker in askers:
        headers = {"Authorization": f"Bearer {asker.fresh_token()}"} if asker else {}
        assert [client.get(path, headers=headers).status_code for path in own] == [200, 200]
        for path in every_read([unlisted, public]):
            if not path.startswith(own):
                response = client.get(path, headers=headers)
                assert CANARY not in response.text or _is_told(path, response.text, asker), (path, response.text)
        tag = client.get("/api/blog/v1/tags/open", headers=headers).json
        assert tag["post_count"] == 1, asker


def test_refused_writes_tell_nothing_either(hidden, bob):
    for body in (
        {"title": "A", "slug": f"{CANARY}draft"},
        {"title": "A", "external_id": f"{CANARY}draft"},
        {"title": "A", "tags": [f"{CANARY}draft".upper()], "slug": f"{CANARY}draft"},
    ):
        response = bob.post("/posts", body)
        assert response.status_code == 409
        assert CANARY not in response.text
    for post in hidden[:4]:
        for action in ("publish", "unpublish", "restore"):
            response = bob.act(post, action, {} if action == "publish" else None)
            assert response.status_code == 404
            assert CANARY not in response.text


def test_the_search_finds_what_is_there(hidden, ada):
    assert CANARY in ada.get(f"/posts/{hidden[0]['id']}").text
    assert CANARY in ada.get("/posts?status=any").text
    assert CANARY in ada.get("/tags").text
