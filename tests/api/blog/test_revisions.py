"""Every save leaves a revision: listed, read, compared, restored; autosaves are folded."""

import secrets
from itertools import pairwise

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from api.blog.revisions import history
from api.blog.revisions.difference import difference

SEED = secrets.randbelow(2**32)


def autosave(person, post, **fields):
    headers = {"If-Match": f'"{post["version"]}"'}
    response = person.call("PATCH", f"/posts/{post['id']}?autosave=true", json=fields, headers=headers)
    assert response.status_code == 200, response.text
    return response.json


def listed(person, post, query=""):
    return person.get(f"/posts/{post['id']}/revisions{query}").json["items"]


def kinds(person, post):
    return [(each["number"], each["kind"]) for each in listed(person, post)]


# ---------------------------------------------------------------------------------------------------------- refusals


def test_strangers_and_other_authors_see_no_history(ada, bob, read, make_person):
    post = ada.publish()
    paths = [f"/posts/{post['id']}/revisions{rest}" for rest in ("", "/1", "/1...1")]
    for path in paths:
        assert read(path).status_code == 401
        assert make_person("reader").get(path).status_code == 403
        assert bob.get(path).status_code == 403
    ada.act(post, "unpublish")
    for path in paths:
        assert bob.get(path).status_code == 404


def test_a_revision_that_is_not_there_is_not_found(ada, head):
    post = ada.write()
    before = head()
    for rest in ("/2", "/0", "/1...2", "/99999999999", "/one"):
        assert ada.get(f"/posts/{post['id']}/revisions{rest}").status_code == 404
    assert ada.act(post, "revisions/2/restore").status_code == 404
    assert ada.get("/posts/0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d/revisions").status_code == 404
    assert head() == before


def test_restoring_needs_the_version_that_was_read_and_a_post_outside_the_trash(ada, head):
    post = ada.write()
    changed = ada.change(post, title="B").json
    ada.delete(changed)
    trashed = ada.get(f"/posts/{post['id']}").json
    before = head()
    assert ada.post(f"/posts/{post['id']}/revisions/1/restore").status_code == 428
    assert ada.act(post, "revisions/1/restore").status_code == 412
    assert ada.act(trashed, "revisions/1/restore").json["code"] == "post_trashed"
    assert head() == before


# ------------------------------------------------------------------------------------------------------------ saving


def test_each_save_leaves_a_revision_that_says_who_when_and_what(ada, eve, clock):
    post = ada.write("First", markdown="One", tags=["Engines"])
    clock.advance(hours=1)
    post = eve.change(post, title="Second", markdown="One two").json
    newest, oldest = listed(ada, post)
    assert (oldest["number"], oldest["kind"], oldest["post_version"], oldest["title"]) == (1, "created", 1, "First")
    assert (newest["number"], newest["kind"], newest["post_version"], newest["title"]) == (2, "saved", 2, "Second")
    assert (oldest["saved_by"]["username"], newest["saved_by"]["username"]) == ("ada", "eve")
    assert (oldest["saved_at"], newest["saved_at"]) == (post["created_at"], post["updated_at"])
    assert (newest["tags"], newest["authors"], newest["word_count"]) == (["Engines"], ["ada"], 2)
    assert "markdown" not in newest
    assert ada.get(f"/posts/{post['id']}/revisions/1").json == {**oldest, "markdown": "One"}


def test_what_changes_nothing_and_what_only_moves_a_post_leaves_no_revision(ada):
    post = ada.write()
    post = ada.change(post, title="A title").json
    post = ada.act(post, "publish", {}).json
    post = ada.act(post, "unpublish").json
    assert kinds(ada, post) == [(1, "created")]


def test_consecutive_autosaves_of_one_person_are_one_revision(ada, eve, clock):
    post = ada.write(markdown="")
    for word in ("One", "One two", "One two three"):
        clock.advance(minutes=2)
        post = autosave(ada, post, markdown=word)
    assert kinds(ada, post) == [(2, "autosaved"), (1, "created")]
    assert ada.get(f"/posts/{post['id']}/revisions/2").json["markdown"] == "One two three"
    post = autosave(eve, post, markdown="One two three four")
    post = autosave(ada, post, markdown="Five")
    clock.advance(minutes=11)
    post = autosave(ada, post, markdown="Six")
    post = ada.change(post, markdown="Seven").json
    post = autosave(ada, post, markdown="Eight")
    assert [number for number, _ in kinds(ada, post)] == [7, 6, 5, 4, 3, 2, 1]
    assert [each["number"] for each in listed(ada, post, "?kind=saved")] == [6]


def test_a_post_keeps_a_bounded_number_of_revisions(ada, store, monkeypatch):
    monkeypatch.setattr(history, "MOST_REVISIONS", 3)
    post = ada.write()
    for number in range(5):
        post = ada.change(post, title=f"Title {number}").json
    assert [number for number, _ in kinds(ada, post)] == [6, 5, 4]
    assert ada.delete(post, "?permanent=true").status_code == 204
    assert store.find("revisions", {"post_id": post["id"]}).records == []


def test_deleting_for_good_deletes_the_history(ada, store):
    post = ada.change(ada.write(), title="B").json
    assert len(store.find("revisions", {"post_id": post["id"]}).records) == 2
    ada.delete(post, "?permanent=true")
    assert store.find("revisions", {"post_id": post["id"]}).records == []


def test_what_a_post_said_before_there_were_revisions_is_kept_by_the_first_save(ada, store):
    post = ada.write("Old", markdown="Old text")
    before_history = [
        history.delete("revisions", history.revision_id(post["id"], 1)),
        history.update("posts", post["id"], {"history": None}),
    ]
    store.commit(before_history)
    assert listed(ada, post) == []
    post = ada.change({**post, "version": 2}, markdown="New text").json
    assert kinds(ada, post) == [(2, "saved"), (1, "saved")]
    assert ada.get(f"/posts/{post['id']}/revisions/1").json["markdown"] == "Old text"


def test_the_change_feed_does_not_carry_the_text_of_revisions(ada, store):
    post = ada.write(markdown="A long text")
    ada.delete(post, "?permanent=true")
    changes = [each for each in store.changes(0).changes if each["collection"] == "revisions"]
    assert [each["op"] for each in changes] == ["insert", "delete"]
    assert all("markdown" not in each["record"] for each in changes)


# --------------------------------------------------------------------------------------------------------- restoring


def test_restoring_brings_back_all_that_the_post_said_and_nothing_else(ada, eve, png):
    cover = ada.call("POST", "/media", data={"file": (png(), "a.png")}).json
    said = {
        "title": "Then", "summary": "Before", "markdown": "# Then", "tags": ["One", "Two"], "language": "en",
        "canonical_url": "https://example.org/then", "seo": {"title": "S"}, "featured": True, "comments_open": False,
        "cover_id": cover["id"],
    }  # fmt: skip
    post = ada.publish(**said)
    now = {
        "title": "Now", "summary": None, "markdown": "Now", "tags": ["Three"], "language": None, "canonical_url": None,
        "seo": None, "featured": False, "comments_open": True, "cover_id": None, "visibility": "unlisted",
        "slug": "now",
    }  # fmt: skip
    changed = eve.change(post, **now).json
    eve.call("PATCH", "/tags/two", json={"name": "Zwei"}, headers={"If-Match": '"1"'})
    response = ada.act(changed, "revisions/1/restore")
    assert response.status_code == 200, response.text
    restored = response.json
    same = ("title", "summary", "markdown", "html", "toc", "language", "canonical_url", "seo", "featured", "cover")
    assert {name: restored[name] for name in same} == {name: post[name] for name in same}
    assert [tag["name"] for tag in restored["tags"]] == ["One", "Zwei"]
    assert (restored["slug"], restored["visibility"], restored["status"]) == ("now", "unlisted", "published")
    assert kinds(ada, post)[0] == (3, "restored")
    again = ada.act(restored, "revisions/2/restore").json
    assert (again["title"], again["summary"], again["cover"]) == ("Now", None, None)


def test_a_revision_whose_file_is_gone_comes_back_without_it(ada, png):
    cover = ada.call("POST", "/media", data={"file": (png(), "a.png")}).json
    post = ada.change(ada.write(cover_id=cover["id"]), cover_id=None).json
    assert ada.call("DELETE", f"/media/{cover['id']}", headers={"If-Match": '"1"'}).status_code == 204
    assert ada.act(post, "revisions/1/restore").json["cover"] is None


# --------------------------------------------------------------------------------------------------------- comparing


def test_two_revisions_are_compared_word_by_word(ada):
    post = ada.write(markdown="The *quick* brown fox.\n\nStays.")
    post = ada.change(post, markdown="The *quick* red fox.\n\nStays.").json
    path = f"/posts/{post['id']}/revisions"
    answer = ada.get(f"{path}/1...2").json
    assert [(part["op"], part["text"]) for part in answer["parts"]] == [
        ("equal", "The *quick* "), ("delete", "brown"), ("insert", "red"), ("equal", " fox.\n\nStays."),
    ]  # fmt: skip
    assert (answer["of"], answer["older"]["number"], answer["newer"]["number"]) == ("markdown", 1, 2)
    rendered = ada.get(f"{path}/1...2?of=text").json["parts"]
    assert "*" not in "".join(part["text"] for part in rendered)
    assert [part["text"] for part in rendered if part["op"] != "equal"] == ["brown", "red"]
    turned = ada.get(f"{path}/2...1").json["parts"]
    assert [(part["op"], part["text"]) for part in turned[1:3]] == [("delete", "red"), ("insert", "brown")]
    assert [part["op"] for part in ada.get(f"{path}/2...2").json["parts"]] == ["equal"]


def applied(parts, text):
    """Take the parts' way from a text, as a client would; the stretches that stay or go must be the text's own."""
    done, place = [], 0
    for part in parts:
        if part.op != "insert":
            assert text.startswith(part.text, place)
            place += len(part.text)
        if part.op != "delete":
            done.append(part.text)
    assert place == len(text)
    return "".join(done)


words = st.lists(st.sampled_from(["a", "b", "c", " ", "\n", "don't", "é", ".", "_", "\u200b", "日"])).map("".join)


@seed(SEED)
@settings(max_examples=300, deadline=None)
@given(words | st.text(), words | st.text(), st.sampled_from([0, 1, 20, 1000]))
def test_the_difference_applied_to_the_older_text_gives_the_newer_one(older, newer, most):
    parts = difference(older, newer, most=most)
    assert applied(parts, older) == newer, SEED
    assert all(part.text for part in parts)
    assert all(one.op != other.op for one, other in pairwise(parts))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("".join(f"w{n * 7 % 5003} " for n in range(100_000)), "".join(f"w{n * 11 % 4999} " for n in range(100_000))),
        ("\n".join(f"line {n} " * 20 for n in range(2500)), "\n".join(f"line {n} " * 20 + "z" for n in range(2500))),
        ("a\nb\n" * 100_000, "b\nb\na\n" * 70_000),
        ("- " * 200_000, "- -" * 130_000),
    ],
    ids=["unrelated", "each line", "few lines", "few words"],
)
def test_texts_of_a_hundred_thousand_words_are_compared_in_bounded_time(older, newer):
    assert applied(difference(older, newer), older) == newer


def test_a_word_added_to_each_paragraph_of_a_long_text_is_shown_as_just_that():
    paragraphs = [f"paragraph {n} " * 40 for n in range(1250)]
    parts = difference("\n".join(paragraphs), "\n".join(f"{each}more" for each in paragraphs))
    assert {part.text.strip() for part in parts if part.op == "insert"} == {"more"}
    assert not [part for part in parts if part.op == "delete"]


# ----------------------------------------------------------------------------------------------------------- merging


def merge(base, mine, theirs):
    """Merge three lists of paragraphs of one length: where one side alone changed a paragraph, that side is taken."""
    return [a if b == o else b for o, a, b in zip(base, mine, theirs, strict=True)]


def test_a_412_carries_what_a_three_way_merge_needs(ada, eve):
    post = ada.write(markdown="One.\n\nTwo.\n\nThree.")
    eve.change(post, markdown="One, by Eve.\n\nTwo.\n\nThree.")
    mine = "One.\n\nTwo.\n\nThree, by Ada."
    refused = ada.change(post, markdown=mine)
    assert refused.status_code == 412
    told = refused.json
    assert (told["version"], told["etag"]) == (2, '"2"')
    assert (told["base_revision"], told["current_revision"]) == (1, 2)
    path = f"/posts/{post['id']}"
    base = ada.get(f"{path}/revisions/{told['base_revision']}").json["markdown"]
    theirs = ada.get(path)
    merged = "\n\n".join(merge(*(text.split("\n\n") for text in (base, mine, theirs.json["markdown"]))))
    headers = {"If-Match": theirs.headers["ETag"]}
    saved = ada.call("PATCH", path, json={"markdown": merged}, headers=headers)
    assert saved.json["markdown"] == "One, by Eve.\n\nTwo.\n\nThree, by Ada."
    assert ada.get(f"{path}/revisions/{told['current_revision']}").json["saved_by"]["username"] == "eve"


def test_where_autosaves_were_folded_the_base_is_an_ancestor_of_both(ada, eve):
    post = ada.write(markdown="One")
    first = autosave(ada, post, markdown="One two")
    autosave(ada, first, markdown="One two three")
    told = eve.change(first, markdown="One two four").json
    assert (told["code"], told["base_revision"], told["current_revision"]) == ("version_mismatch", 1, 2)


def test_the_loser_of_a_race_is_told_the_base_as_well(ada, app, monkeypatch):
    post = ada.write(markdown="One")
    real = history.follow

    def late(context, *arguments):
        monkeypatch.setattr(history, "follow", real)
        assert ada.change(post, title="Faster").status_code == 200
        return real(context, *arguments)

    monkeypatch.setattr(history, "follow", late)
    told = ada.change(post, title="Slower")
    assert (told.status_code, told.json["base_revision"], told.json["version"]) == (412, 1, 2)
