"""Headings can be linked to: by a name that stays, in any script, that is no other's."""

import pytest

from api.blog.markdown import render


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Why Rust?", "h-why-rust"),
        ("Größe & Maß", "h-größe--maß"),
        ("日本語 の 見出し", "h-日本語-の-見出し"),
        ("Zażółć gęślą", "h-zażółć-gęślą"),
        ("हिन्दी", "h-हिन्दी"),
        ("`code` and *em*", "h-code-and-em"),
        ("snake_case-and  spaces", "h-snake_case-and-spaces"),
        ("!?", "h-section"),
        ("Install {#set-up}", "h-set-up"),
        ("Page data", "h-page-data"),
        ("[a link](/x)", "h-a-link"),
        ("a" * 200, "h-" + "a" * 80),
    ],
)
def test_a_heading_is_anchored_by_its_words_or_by_the_id_its_author_gave_it(heading, anchor):
    rendered = render(f"## {heading}")
    assert rendered.html.startswith(f'<h2 id="{anchor}">')
    assert [entry["id"] for entry in rendered.toc] == [anchor]


def test_headings_of_one_name_are_numbered_past_names_already_taken():
    rendered = render("# a\n\n# a-1\n\n# a\n\n# a\n\n# b {#a}\n\n# b {#a}")
    assert [entry["id"] for entry in rendered.toc] == ["h-a", "h-a-1", "h-a-2", "h-a-3", "h-b", "h-b-1"]


def test_an_anchor_does_not_change_when_a_heading_is_added_below():
    before, after = render("# a\n\n# b"), render("# a\n\n# b\n\n# a")
    assert before.toc == after.toc[:2]


def test_the_contents_list_level_and_text_without_markup_or_the_given_id():
    rendered = render('# A *b* `c` {#d}\n\ntext\n\n### <script>x</script>E & "F"\n')
    assert rendered.toc == [
        {"id": "h-d", "level": 1, "text": "A b c"},
        {"id": "h-e--f", "level": 3, "text": 'E & "F"'},
    ]
    assert "{#d}" not in rendered.html + rendered.plain_text


def test_a_quoted_or_listed_heading_is_anchored_but_not_in_the_contents():
    rendered = render("> # quoted\n\n- # listed\n\n# own")
    assert 'id="h-quoted"' in rendered.html
    assert [entry["text"] for entry in rendered.toc] == ["own"]


@pytest.mark.parametrize("fragment", ["größe", "Größe", "h-größe", "gr%C3%B6%C3%9Fe"])
def test_a_link_within_the_text_finds_the_heading_however_it_is_written(fragment):
    assert '<a href="#h-größe">' in render(f"[below](#{fragment})\n\n# Größe").html


def test_a_link_to_a_part_of_the_page_around_the_article_stays_as_it_is():
    assert '<a href="#comments">' in render("[say something](#comments)").html


def test_anchors_in_raw_html_are_kept_out_of_the_page_s_own_names():
    html = render('<a name="old"></a>\n\n<h2 id="page-data">x</h2>\n\n<p id="page-data">y</p>\n\n[z](#old)').html
    assert '<a id="h-old"></a>' in html
    assert '<h2 id="h-page-data">x</h2>' in html
    assert "<p>y</p>" in html
    assert '<a href="#h-old">' in html


def test_a_heading_cannot_take_the_place_of_a_footnote():
    html = render("# Fn 1\n\na[^1]\n\n[^1]: b").html
    assert '<h1 id="h-section-fn-1">' in html
    assert '<li id="h-fn-1">' in html
