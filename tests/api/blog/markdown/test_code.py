"""Code is coloured by class, says its language, and is never held up by a lexer."""

import pytest
from pygments.token import STANDARD_TYPES

from api.blog.markdown import render
from api.blog.markdown.highlighting import highlighted


def test_code_is_coloured_by_class_and_says_its_language():
    assert render("```rust\nfn main() {}\n```").html == (
        '<pre tabindex="0" class="highlight" data-language="rust"><code class="language-rust">'
        '<span class="k">fn</span> <span class="nf">main</span>() {}\n</code></pre>\n'
    )


@pytest.mark.parametrize("info", ["rust,ignore", "Rust title=x", "rust{1,3}", "rust:src/main.rs"])
def test_what_follows_the_language_in_a_fence_is_not_a_part_of_it(info):
    html = render(f"```{info}\nfn a() {{}}\n```").html
    assert f'data-language="{info[:4]}"' in html
    assert '<span class="k">fn</span>' in html


def test_code_in_an_unknown_language_is_plain_and_says_it_still():
    html = render("```klingon\na < b && c\n```").html
    assert '<pre tabindex="0" class="highlight" data-language="klingon"><code class="language-klingon">' in html
    assert ">a &lt; b &amp;&amp; c\n</code>" in html


@pytest.mark.parametrize("source", ["```\na\n```", "    a", "~~~\na\n~~~"])
def test_code_without_a_language_says_none(source):
    assert render(source).html == '<pre tabindex="0" class="highlight"><code>a\n</code></pre>\n'


def test_a_language_cannot_break_out_of_its_attribute():
    html = render('```"><script>alert(1)</script>\na\n```').html
    assert html == '<pre tabindex="0" class="highlight"><code>a\n</code></pre>\n'


@pytest.mark.parametrize("code", ["", "\n\n", "\n  indented first\n\n\n", "no end", "\tx\n", "é日\U0001f600"])
def test_not_a_character_of_the_code_is_lost(code):
    text = "".join(piece.partition(">")[2] for piece in f">{highlighted(code, 'python')}".split("<"))
    assert text.rstrip("\n") == code.rstrip("\n")


@pytest.mark.parametrize(
    ("language", "pattern"),
    [
        ("csharp", "a b\n"),
        ("java", "a\n"),
        ("c", " \n"),
        ("python", "x "),
        ("typescript", "a."),
        ("go", '\\"'),
        ("make", "("),
    ],
)
def test_code_on_which_a_lexer_would_take_for_ever_stays_plain(language, pattern):
    assert "<span" not in highlighted(pattern * (10_000 // len(pattern)), language)


def test_code_longer_than_anybody_reads_stays_plain():
    program = "".join(f"let x{n} = {n * n % 97} + f{n % 13}(y{n % 7});\n" for n in range(2_000))
    assert "<span" in highlighted(program[:5_000], "rust")
    assert "<span" not in highlighted(program, "rust")


def test_all_classes_of_the_highlighter_survive_the_sanitiser():
    names = sorted(filter(None, STANDARD_TYPES.values()))
    source = "".join(f'<span class="{name}">a</span>' for name in names)
    assert render(source).html.count(' class="') == len(names)


def test_raw_html_in_preformatted_text_is_left_as_its_author_made_it():
    html = render("<pre><code>a <b>b</b></code></pre>").html
    assert html.rstrip() == '<pre tabindex="0"><code>a <b>b</b></code></pre>'
