"""Both engines find the same in real posts, and what a plain reading of the terms finds."""

import random
import re
from functools import partial

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
# between two terms; no term holds it
GAP = " "
FRONT_MATTER = re.compile(r"\A(?:(?:---|\+\+\+)\n)?(.*?)\n(?:---|\+\+\+)\s*\n", re.DOTALL)
TITLE = re.compile(r"^title\s*[:=]\s*[\"']?(.*?)[\"']?\s*$", re.MULTILINE)
FIELDS = SCHEMAS["blog"].collections["posts"].search.fields
NUMBERS = [
    pytest.param((60, 150), id="some posts"),
    pytest.param((800, 3000), id="all posts", marks=[pytest.mark.full, pytest.mark.timeout(600)]),
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


def read_plainly(texts: dict[str, list[str]], question: str) -> set[str]:
    """Return the slugs of the records in whose texts all phrases of a question stand."""
    needles = [_needle(phrase) for phrase in read(question).phrases]
    return {slug for slug, fields in texts.items() if needles and all(map(partial(_stands, fields), needles))}


def in_a_row(terms: list[str]) -> str:
    """Return terms as one text in which a search from gap to gap finds whole terms alone."""
    return f"{GAP}{GAP.join(terms)}{GAP}"


def _needle(phrase: Phrase) -> str:
    whole = in_a_row(list(phrase.terms))
    return whole.removesuffix(GAP) if phrase.open_ended else whole


def _stands(fields: list[str], needle: str) -> bool:
    return any(needle in field for field in fields)


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
    texts = {str(each["slug"]): [in_a_row(terms) for terms in words_of(FIELDS, each).values()] for each in posts}
    expected = [read_plainly(texts, question) for question in asked]
    assert sum(map(bool, expected)) > len(asked) / 2, f"questions that find nothing show nothing (seed {SEED})"
    for engine in ENGINES:
        folder = tmp_path / engine
        folder.mkdir()
        with serving(engine, new_urls(request, engine, folder), folder) as served:
            for question, found, wanted in zip(asked, answers(served, posts, asked), expected, strict=True):
                assert found == wanted, f"{engine} reads {question!r} another way (seed {SEED})"
