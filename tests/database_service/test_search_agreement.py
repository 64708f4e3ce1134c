"""Both engines find the same in real posts, and what a plain reading of the terms finds."""

import random
import re

import pytest

from api.blog.markdown import render
from api.shared.http import new_id
from api.shared.store import Store, insert
from database_service.registry import SCHEMAS
from database_service.search.index import words_of
from database_service.search.question import Phrase, read
from tests.support.databases import ENGINES, new_urls, serving
from tests.support.records import post
from tests.support.shared_data import shared_data

SEED = 20261125
FRONT_MATTER = re.compile(r"\A(?:(?:---|\+\+\+)\n)?(.*?)\n(?:---|\+\+\+)\s*\n", re.DOTALL)
TITLE = re.compile(r"^title\s*[:=]\s*[\"']?(.*?)[\"']?\s*$", re.MULTILINE)
FIELDS = SCHEMAS["blog"].collections["posts"].search.fields
NUMBERS = [
    pytest.param((60, 150), id="some posts"),
    pytest.param((800, 3000), id="all posts", marks=[pytest.mark.full, pytest.mark.timeout(1200)]),
]


def real_posts(most: int) -> list[dict[str, object]]:
    """Return posts of a blog in English, and of one with Chinese and Japanese."""
    files = [file for blog in ("md-hexo-unit", "md-rust-blog") for file in sorted(shared_data(blog).rglob("*.md"))]
    return [_post(number, file.read_text(encoding="utf-8")) for number, file in enumerate(files[:most])]


def _post(number: int, source: str) -> dict[str, object]:
    matter = FRONT_MATTER.match(source)
    title = TITLE.search(matter.group(1)) if matter else None
    rendered = render(source[matter.end() :] if matter else source)
    summary = rendered.excerpt if number % 3 == 0 else None
    visibility = "members" if number % 10 == 9 else "public"
    named = (title.group(1) if title else "") or f"Post {number}"
    return post(f"p{number}", title=named, summary=summary, html=rendered.html, visibility=visibility)


def questions(posts: list[dict[str, object]], number: int) -> list[str]:
    """Make questions of stretches of the posts' own texts: words, phrases, beginnings, pieces without spaces."""
    chance = random.Random(SEED)
    made = []
    while len(made) < number:
        text = re.sub(r"<[^>]+>", " ", str(chance.choice(posts)["html"]))
        start = chance.randrange(max(len(text), 1))
        stretch = " ".join(text[start : start + chance.choice((2, 3, 8, 20, 60))].split()).replace('"', "")
        words = text[start:].split()[1 : chance.randint(2, 5)]
        made.append(
            chance.choice(
                (stretch, f'"{stretch}"', f'"{" ".join(words)}"', " ".join(words[::-1]), words[0] if words else "")
            )
        )
    return [each[:200] for each in made]


def read_plainly(words: dict[str, list[str]], question: str) -> bool:
    """Tell whether all phrases of a question stand in the terms of a record."""
    phrases = read(question).phrases
    return bool(phrases) and all(any(_stands(found, phrase) for found in words.values()) for phrase in phrases)


def _stands(words: list[str], phrase: Phrase) -> bool:
    *firm, last = phrase.terms
    for place in range(len(words) - len(firm)):
        if words[place : place + len(firm)] == firm:
            end = words[place + len(firm)]
            if end == last or (phrase.open_ended and end.startswith(last)):
                return True
    return False


def answers(served, posts, asked: list[str]) -> list[set[str]]:
    store = Store(served.transport, database="blog", key=served.keys["blog"])
    for start in range(0, len(posts), 50):
        store.commit([insert("posts", new_id(), values) for values in posts[start : start + 50]])
    found = []
    for question in asked:
        page = store.find("posts", {"search": question}, sort="title", limit=200, brief=True)
        slugs = [record["slug"] for record in page.records]
        while page.next is not None:
            page = store.find("posts", {"search": question}, sort="title", limit=200, brief=True, cursor=page.next)
            slugs += [record["slug"] for record in page.records]
        found.append(set(slugs))
    return found


@pytest.mark.parametrize("numbers", NUMBERS)
def test_both_engines_find_exactly_what_stands_in_the_terms(request, tmp_path, numbers):
    posts = real_posts(numbers[0])
    asked = questions(posts, numbers[1])
    words = {str(each["slug"]): words_of(FIELDS, each) for each in posts}
    expected = [{slug for slug, terms in words.items() if read_plainly(terms, question)} for question in asked]
    assert sum(map(bool, expected)) > len(asked) / 2, f"questions that find nothing show nothing (seed {SEED})"
    for engine in ENGINES:
        folder = tmp_path / engine
        folder.mkdir()
        with serving(engine, new_urls(request, engine, folder), folder) as served:
            for question, found, wanted in zip(asked, answers(served, posts, asked), expected, strict=True):
                assert found == wanted, f"{engine} reads {question!r} another way (seed {SEED})"
