"""What our Markdown has beyond CommonMark and GitHub's tables, strikethrough, tasks and autolinks."""

import pytest

from api.blog.markdown import render


def test_footnotes_lead_there_and_back():
    html = render("a[^note] b[^note]\n\n[^note]: *c*\n\n[^unused]: d").html
    assert html == (
        '<p>a<sup class="footnote-ref"><a href="#h-fn-note" id="h-fnref-note">1</a></sup> '
        'b<sup class="footnote-ref"><a href="#h-fn-note" id="h-fnref-note-2">1</a></sup></p>\n'
        '<section class="footnotes">\n<ol>\n<li id="h-fn-note">\n<p><em>c</em> '
        '<a href="#h-fnref-note" class="footnote-backref" aria-label="Back to reference 1">↩</a> '
        '<a href="#h-fnref-note-2" class="footnote-backref" aria-label="Back to reference 1-2">↩'
        '<sup class="footnote-ref">2</sup></a></p>\n</li>\n</ol>\n</section>\n'
    )


@pytest.mark.parametrize("source", ["Loom\n: weaves\n: patterns", "Loom\n\n: weaves\n: patterns"])
def test_definition_lists(source):
    html = render(source).html
    assert html.startswith("<dl>\n<dt>Loom</dt>\n<dd>")
    assert html.count("<dd>") == 2


@pytest.mark.parametrize("kind", ["note", "tip", "important", "warning", "caution"])
def test_alerts(kind):
    assert render(f"> [!{kind.upper()}]\n> *a*").html == (
        f'<div class="markdown-alert markdown-alert-{kind}">\n'
        f'<p class="markdown-alert-title">{kind.title()}</p>\n<p><em>a</em></p>\n</div>\n'
    )


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("$a_b < c_d$", '<p><span class="math inline">a_b &lt; c_d</span></p>'),
        ("$`a*b*c`$", '<p><span class="math inline">a*b*c</span></p>'),
        ("$$a_b$$", '<p><span class="math display">a_b</span></p>'),
        ("```math\na_b\n```", '<div class="math display">a_b\n</div>'),
        ("costs $5 or $6", "<p>costs $5 or $6</p>"),
    ],
)
def test_math_is_left_for_the_reader_s_browser(source, html):
    assert render(source).html.rstrip() == html


def test_the_words_of_a_task_are_the_label_of_its_box():
    html = render("- [x] *done* and\n  - [ ] open").html
    box = '<input type="checkbox" class="task-list-item-checkbox"'
    assert f'<li class="task-list-item"><label>{box} checked="" disabled=""> <em>done</em> and\n</label><ul' in html
    assert f'<label>{box} disabled=""> open</label></li>' in html


def test_the_box_of_a_task_of_several_paragraphs_stands_in_the_first():
    html = render("- [ ] a\n\n  b").html
    assert '\n<p><label><input type="checkbox" class="task-list-item-checkbox" disabled=""> a</label></p>\n' in html


def test_a_table_scrolls_in_a_frame_and_aligns_by_class():
    html = render("|a|b|\n|-|-:|\n|c|d|").html
    assert html.startswith('<div class="table-scroll" tabindex="0"><table>\n<thead>\n<tr>\n<th>a</th>\n')
    assert '<td class="align-right">d</td>' in html


def test_markdown_within_raw_html_is_rendered():
    html = render("<details><summary>a</summary>\n\n*b*\n\n</details>").html
    assert html == "<details><summary>a</summary>\n<p><em>b</em></p>\n</details>\n"


def test_an_unended_element_ends_with_its_paragraph():
    assert render("a <b>b\n\nc").html == "<p>a <b>b</b></p>\n<p>c</p>\n"
