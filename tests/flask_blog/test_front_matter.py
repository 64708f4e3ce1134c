"""Front matter of four tools, and what strangers put in its place."""

import pytest

from flask_blog.importers.front_matter import FrontMatterError, parse


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("+++\ntitle = 'a'\nbroken =\n+++\n", 3, "TOML"),
        ("+++\ntitle = 'a'\n", 1, "not closed"),
        ("---\ntitle: a\nlist: [1, 2\n---\n", 3, "YAML"),
        ("---\na: &x [1, 2]\nb: *x\n---\n", 3, "aliases"),
        ("---\n- one\n- two\n---\n", 2, "no list of settings"),
        ("---\ndate: 2024-13-45\n---\n", 2, "month"),
        ("---\na: !!python/object/apply:os.system [id]\n---\n", 2, "constructor"),
        ("---\nnumber: " + "9" * 5000 + "\n---\n", 2, "YAML"),
        ('{"title": }\n', 1, "JSON"),
    ],
)
def test_broken_front_matter_is_named_by_line(text, line, says):
    with pytest.raises(FrontMatterError, match=says) as refusal:
        parse(text)
    assert refusal.value.line == line


@pytest.mark.parametrize("opening", ["---\na: ", "+++\na = ", '{"a": '])
def test_deep_nesting_is_refused_before_the_parser_gives_up(opening):
    with pytest.raises(FrontMatterError):
        parse(opening + "[" * 30_000 + f"\n{opening[:3]}\n")


def test_an_alias_bomb_never_grows():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 30)]
    with pytest.raises(FrontMatterError, match="aliases"):
        parse("---\n" + "\n".join(lines) + "\n---\n")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('+++\ntitle = "Zola"\n+++\nText\n', "toml"),
        ("---\ntitle: Zola\n---\nText\n", "yaml"),
        ("title: Zola\n---\nText\n", "yaml"),
        ('{"title": "Zola"}\nText\n', "json"),
    ],
)
def test_each_tools_form_is_read(text, kind):
    document = parse(text)
    assert (document.kind, document.values["title"], document.body) == (kind, "Zola", "Text\n")
    assert text.splitlines()[document.body_line - 1] == "Text"


@pytest.mark.parametrize("text", ["Text\n", "Note: this\n---\nis a heading\n", "{% if x %}\n", "# Title\n", ""])
def test_a_text_without_front_matter_stays_whole(text):
    assert parse(text).body == text


def test_empty_front_matter_has_no_settings():
    document = parse("---\n---\nText\n")
    assert (dict(document.values), document.body) == ({}, "Text\n")


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm():
    document = parse("\ufeff---\r\ntitle: A\r\n---\r\nText\r\n")
    assert (document.values["title"], document.body) == ("A", "Text\n")


def test_plus_signs_in_the_text_do_not_end_it():
    document = parse("+++\ntitle = 'C'\n+++\nC\n+++\nmore\n")
    assert document.body == "C\n+++\nmore\n"


def test_the_line_of_a_nested_setting_is_found():
    document = parse('+++\ntitle = "A"\n\n[extra]\nteam = "T"\n+++\n')
    assert (document.line_of("extra.team"), document.line_of("title"), document.line_with('"T"')) == (5, 2, 5)
