"""Translations: posts that say the same in different languages."""

import pytest

from api.shared.http import new_id


@pytest.fixture
def texts(ada):
    return {language: ada.publish(f"In {language}", language=language) for language in ("de", "en", "fr")}


def link(person, post, other):
    return person.post(f"/posts/{post['id']}/translations", {"post_id": other["id"]})


def languages(person, post) -> list[str]:
    response = person(f"/posts/{post['id']}/translations")
    assert response.status_code == 200, response.text
    return [each["language"] for each in response.json["items"]]


def test_what_cannot_be_a_translation_is_refused(ada, texts, head):
    silent, again = ada.publish("No language"), ada.publish("In German again", language="de")
    pair = (ada.publish("A", language="it"), ada.publish("B", language="es"))
    assert link(ada, texts["de"], texts["en"]).status_code == link(ada, *pair).status_code == 200
    before = head()
    for other, code in (
        (silent, "language_missing"),
        (again, "language_repeated"),
        (texts["de"], "language_repeated"),
        (pair[0], "translated_elsewhere"),
    ):
        response = link(ada, texts["de"], other)
        assert (response.status_code, response.json["code"]) == (409, code)
    assert ada.post(f"/posts/{texts['de']['id']}/translations", {"post_id": new_id()}).status_code == 404
    assert head() == before


def test_both_posts_have_to_be_ones_own(ada, bob, texts, head):
    theirs = bob.publish("Theirs", language="es")
    before = head()
    assert link(ada, texts["de"], theirs).status_code == 403
    assert link(bob, texts["de"], theirs).status_code == 403
    assert head() == before


def test_links_hold_both_ways_and_for_all_that_are_linked(ada, texts, read):
    assert [each["language"] for each in link(ada, texts["de"], texts["en"]).json["items"]] == ["en"]
    assert [each["language"] for each in link(ada, texts["fr"], texts["en"]).json["items"]] == ["de", "en"]
    assert languages(read, texts["de"]) == ["en", "fr"]
    assert languages(read, texts["en"]) == ["de", "fr"]
    assert languages(read, texts["fr"]) == ["de", "en"]


def test_an_unlinked_post_leaves_the_others(ada, texts, read):
    link(ada, texts["de"], texts["en"])
    link(ada, texts["de"], texts["fr"])
    path = f"/posts/{texts['de']['id']}/translations/{texts['en']['id']}"
    assert ada.call("DELETE", path).status_code == 204
    assert (languages(read, texts["de"]), languages(read, texts["en"])) == (["fr"], [])
    assert ada.call("DELETE", path).status_code == 404


def test_a_language_that_the_group_has_cannot_be_taken_by_a_change(ada, texts):
    link(ada, texts["de"], texts["en"])
    german = ada.get(f"/posts/{texts['de']['id']}").json
    assert ada.change(german, language="en").status_code == 409
    assert ada.change(german, language="it").status_code == 200


def test_readers_see_the_translations_that_lists_show(ada, read, texts):
    draft = ada.write("Draft", language="es")
    unlisted = ada.publish("Unlisted", language="it", visibility="unlisted")
    link(ada, texts["de"], draft)
    link(ada, texts["de"], unlisted)
    assert languages(read, texts["de"]) == []
    assert languages(ada.get, texts["de"]) == ["es", "it"]
    link(ada, texts["de"], texts["en"])
    assert languages(read, texts["de"]) == ["en"]
