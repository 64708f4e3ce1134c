"""Images keep their place while they load, load when they are needed, and bear their captions."""

from api.blog.markdown import MediaInfo, render

LAZY = 'loading="lazy" decoding="async"'


def test_an_image_with_a_title_that_stands_alone_is_a_figure_with_a_caption():
    assert render('![A loom](/loom.jpg "At <work>")').html == (
        f'<figure><img src="/loom.jpg" alt="A loom" {LAZY}><figcaption>At &lt;work&gt;</figcaption></figure>\n'
    )


def test_an_image_that_stands_alone_is_a_figure():
    assert render("![A loom](/loom.jpg)").html == f'<figure><img src="/loom.jpg" alt="A loom" {LAZY}></figure>\n'


def test_a_linked_image_that_stands_alone_is_a_figure_too():
    assert render('[![a](/a.png "b")](/c)').html == (
        f'<figure><a href="/c"><img src="/a.png" alt="a" {LAZY}></a><figcaption>b</figcaption></figure>\n'
    )


def test_an_image_within_a_sentence_stays_there_with_its_title():
    assert render('a ![b](/c.png "d")').html == f'<p>a <img src="/c.png" alt="b" title="d" {LAZY}></p>\n'


def test_the_known_size_of_an_image_is_written_down():
    html = render("![a](/media/1.png)", media={"/media/1.png": MediaInfo(width=640, height=480)}).html
    assert '<img src="/media/1.png" alt="a" width="640" height="480"' in html


def test_a_size_the_author_gave_is_kept():
    media = {"/a.png": MediaInfo(width=640, height=480)}
    html = render('<img src="/a.png" width="100" height="5em" alt="a">', media=media).html
    assert 'width="100"' in html
    assert "height" not in html


def test_an_image_without_a_description_has_that_of_the_media_or_is_said_to_be_decoration():
    media = {"/a.png": MediaInfo(alt='A "loom"')}
    assert 'alt="A &quot;loom&quot;"' in render("![](/a.png)", media=media).html
    assert 'alt="own"' in render("![own](/a.png)", media=media).html
    assert 'alt=""' in render("<img src=/b.png>").html


def test_the_images_shown_are_listed_once_and_in_order():
    rendered = render(
        "![a](/2.png) ![b](/1.png?a=1&b=2)\n\n<img src='/2.png'> ![c](javascript:x) <img alt='a > b' src=x>"
    )
    assert rendered.media_urls == ("/2.png", "/1.png?a=1&b=2", "x")


KNOWN = MediaInfo(640, 480, None, {"avif": "/media/1-320.avif 320w", "webp": "/media/1-320.webp 320w"}, "#aabbcc")


def test_an_image_that_stands_alone_is_offered_in_its_variants():
    html = render('[![a > b](/media/1.jpg "c")](/d?a=1&b=2)', media={"/media/1.jpg": KNOWN}).html
    assert html.startswith(
        '<figure><a href="/d?a=1&amp;b=2"><picture><source type="image/avif" srcset="/media/1-320.avif 320w"'
    )
    assert (
        html.index("image/avif")
        < html.index("image/webp")
        < html.index('<img data-colour="#aabbcc" src="/media/1.jpg"')
    )
    assert html.endswith("</picture></a><figcaption>c</figcaption></figure>\n")
    assert render("![a](/media/1.jpg)", media={"/media/1.jpg": KNOWN}).media_urls == ("/media/1.jpg",)


def test_an_image_in_a_line_or_from_elsewhere_and_a_picture_of_the_authors_own_are_left_alone():
    media = {"/media/1.jpg": KNOWN}
    for text in ("a ![b](/media/1.jpg)", "![a](/media/2.jpg)", "<picture><source srcset=x><img src=x></picture>"):
        html = render(text, media=media).html
        assert "<picture" not in html
        assert "srcset" not in html
    assert "data-colour" not in render('<img data-colour="#fff" src="/x.png">', media=media).html
