"""Finding URLs in Markdown, and leaving code alone."""

import random

import pytest

from flask_blog.importers import links
from flask_blog.importers.code_spans import without_code


def urls(markdown: str) -> list[str]:
    return [target.url for target in links.targets(markdown)]


@pytest.mark.parametrize(
    "markdown",
    [
        "`[a](b)`",
        "``[a](b) ` c``",
        "```\n[a](b)\n```\n",
        "~~~~ md\n[a](b)\n~~~\n~~~~\n",
        "> ```\n> [a](b)\n> ```\n",
        "```\n[never closed](b)\n",
        "<!-- [a](b) -->",
        "<pre>\n[a](b)\n</pre>",
    ],
)
def test_what_stands_in_code_is_left_alone(markdown):
    assert urls(markdown) == []
    assert len(without_code(markdown)) == len(markdown)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[a](b.md)", ["b.md"]),
        ('![a](b.png "Title")', ["b.png"]),
        ("[![a](b.png)](c.md)", ["b.png", "c.md"]),
        ("[a](<b c.md>)", ["b c.md"]),
        ("[a](b(1).md)", ["b(1).md"]),
        ("[a]: b.md 'Title'", ["b.md"]),
        ("[^1]: not a link", []),
        ('<img alt="x" src="b.png"/>', ["b.png"]),
        ("<img src=b.png>", ["b.png"]),
        ("<video src='b.mp4' poster='c.png'></video>", ["b.mp4", "c.png"]),
        ('<a href="b?x=1&amp;y=2">', ["b?x=1&y=2"]),
        ("a `b` [c](d) ``", ["d"]),
        ("[a]: {% post_url 2013-05-06-hello %}", ["2013-05-06-hello"]),
        ("[a]({{ site.url }}/b)", []),
        ("text ](b) text", ["b"]),
    ],
)
def test_every_form_of_link_is_found(markdown, expected):
    assert urls(markdown) == expected


def test_replacing_changes_the_url_and_nothing_else():
    markdown = "![a](one.png 'T') and `![a](one.png)` and [b](one.png)\n\n[c]: <one.png>\n"
    replaced = links.replaced(markdown, [(target, "/media/1.png") for target in links.targets(markdown)])
    assert replaced == "![a](/media/1.png 'T') and `![a](one.png)` and [b](/media/1.png)\n\n[c]: </media/1.png>\n"


def test_templates_are_named_where_they_stand():
    found = list(links.leftovers("a {% youtube x %} b {{< gallery >}} `{% raw %}`\n<Alert/>", mdx=True))
    assert [leftover.text for leftover in found] == ["{% youtube x %}", "{{< gallery >}}", "<Alert/>"]


HOSTILE = [
    "[", "](", "](a(", "`", "``` ", "<!--", "<pre>", "<a ", "<img src=", "{{", "{% ", "[x]: ", "\n\n", "`a``b",
    "](" + " " * 50,
]  # fmt: skip


# what grows with the square of the length would take half an hour
@pytest.mark.timeout(30)
@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_repetition_comes_to_an_end(piece):
    text = piece * (200_000 // len(piece))
    links.targets(text)
    list(links.leftovers(text, mdx=True))


def test_any_text_keeps_its_length_without_code():
    seed = random.randrange(2**32)
    draw = random.Random(seed)
    for _ in range(2_000):
        text = "".join(draw.choices("`~<!->pre/code \n[]()ab", k=draw.randrange(60)))
        masked = without_code(text)
        assert len(masked) == len(text), f"seed {seed}: {text!r}"
        assert [i for i, c in enumerate(masked) if c == "\n"] == [i for i, c in enumerate(text) if c == "\n"], (
            f"seed {seed}"
        )
