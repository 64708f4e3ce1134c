"""The posts of real blogs are rendered, harmless and whole."""

import re
from html import unescape

import pytest

from api.blog.markdown import render
from api.blog.markdown.parsing import cleaned, extended
from api.blog.markdown.policy import sanitise
from tests.support.executable_html import offences
from tests.support.shared_data import shared_data

FRONT_MATTER = re.compile(r"\A(?:\+\+\+\n.*?\n\+\+\+|---\n.*?\n---)\n", re.DOTALL)
SUFFIXES = (".md", ".mdx", ".markdown")
GIVEN_ID = re.compile(r" \{#[^}]*\}$", re.MULTILINE)
SCRIPT = re.compile(r"<(script|style|svg|iframe)\b.*?</\1>", re.DOTALL)
CAPTION = re.compile(r"<figcaption>.*?</figcaption>")
MARKUP = re.compile(r"<!--.*?-->|</?[a-z][^>]*>", re.DOTALL)
BLOGS = {"md-rust-blog": 754, "md-jekyll-news": 102, "md-hexo-unit": 15, "md-nodejs-blog": 356}


@pytest.mark.parametrize("blog", [*list(BLOGS)[:3], pytest.param("md-nodejs-blog", marks=pytest.mark.full)])
def test_every_post_of_a_real_blog_is_rendered_harmless_and_with_a_summary(blog):
    posts = _posts(blog)
    assert len(posts) == BLOGS[blog]
    for name, source in posts.items():
        rendered = render(source)
        assert offences(rendered.html) == [], name
        assert sanitise(rendered.html) == rendered.html, name
        assert bool(rendered.word_count) == bool(rendered.plain_text), name


def test_no_character_of_the_rust_blog_is_lost_on_the_way_from_the_parser():
    for name, source in _posts("md-rust-blog").items():
        expected = _characters(SCRIPT.sub("", extended(cleaned(GIVEN_ID.sub("", source)))))
        assert _characters(CAPTION.sub("", render(source).html)) == expected, name


def _characters(html):
    return "".join(unescape(MARKUP.sub("", html)).split())


def _posts(blog):
    folder = shared_data(blog)
    files = sorted(file for file in folder.rglob("*.*") if file.suffix in SUFFIXES and file.name != "SOURCES.md")
    return {str(file.relative_to(folder)): FRONT_MATTER.sub("", file.read_text(encoding="utf-8")) for file in files}
