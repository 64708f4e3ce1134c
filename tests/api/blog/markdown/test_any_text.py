"""Whatever the text: it is rendered, harmless, the same each time, and nothing is left for a second sanitising."""

import re
import subprocess
import sys
from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st

from api.blog.markdown import render
from api.blog.markdown.policy import sanitise
from tests.support.executable_html import offences

# A tab stands for a space within a piece.
MARKDOWN = r"""[ ] ( ) * _ ` ~ > | - $ ! < : # & \ " ' = ``` ~~~ --- *** 1. ** ~~ |- $$ http:// a@b.cc www.a.b é 日 {#x}
[a](b) [a](javascript:x) ![a](b) [^1] [a]: - [^1]: &amp; &lt;script&gt; &#1; &#13; &#xD800; &#x110000; &Tab;"""
HTML = """<a </a> <a\thref=x> <a\tname=n> <b> </b> <i> </i> <em> </em> <p> </p> <div> </div> <div\tid=x> <pre> </pre>
<code> </code> <code\tclass=language-c> <h1> </h1> <h2\tid=x> <ul> <ol> <li> </ul> </li> <dl> <dt> <dd> <table>
</table> <tr> <td> </td> <th> <tbody> <caption> <blockquote> <section> <details> <summary> <figure> <figcaption>
<img\tsrc=x> <br> </br> <hr> <img\tsrc=x\ttitle=y> <input> <label> <span> <span\tdata-math-style=inline> <q>
<ruby> <rt> <rp> <video> <source> <audio> <svg> </svg> <math> <style> </style> <script> </script> <iframe>
<template> <textarea> <title> <xmp> <plaintext> <noscript> <select> <option> <form> <button> <object> <frameset>
<body> <html> <!-- --> <!doctype> <![CDATA[ ]]> <? <x-y> onclick= style= <p\tonclick=x> <a\thref='javascript:x'>
<a\thref=\""""
OTHER = ["\n", "\n\n", "\t", " ", "    ", "\x00", "\x0b", "\ud800", "\udc00", "\ufffe"]
PIECES = st.sampled_from([piece.replace("\t", " ") for piece in re.split("[ \n]", f"{MARKDOWN} {HTML}")] + OTHER)
TEXTS = st.one_of(st.lists(PIECES, max_size=25).map("".join), st.text(max_size=200))
ANY_TEXT = settings(max_examples=400, deadline=None)
UNFIT_FOR_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@ANY_TEXT
@given(TEXTS)
def test_any_text_is_rendered_without_anything_that_could_run(source):
    assert offences(render(source).html) == []


@ANY_TEXT
@given(TEXTS)
def test_sanitising_once_more_changes_nothing(source):
    html = render(source).html
    assert sanitise(html) == html


@ANY_TEXT
@given(TEXTS)
def test_the_same_text_is_always_rendered_to_the_same_article(source):
    assert render(source) == render(source)


def test_every_process_renders_a_text_to_the_same_html():
    source = '- [x] a\n- [ ] b\n\n![c](/d.png "e")\n\n```python\nf = 1\n```\n\n[g](https://h.org "i")'
    program = "import sys; from api.blog.markdown import render; sys.stdout.write(render(sys.argv[1]).html)"
    outputs = {
        subprocess.run([sys.executable, "-c", program, source], capture_output=True, check=True).stdout.decode()
        for _ in range(5)
    }
    assert outputs == {render(source).html}


@ANY_TEXT
@given(TEXTS)
def test_every_part_of_the_result_can_stand_in_a_feed(source):
    rendered = render(source)
    titles = "".join(entry["text"] for entry in rendered.toc)
    for text in (rendered.html, rendered.plain_text, rendered.excerpt, titles):
        assert not UNFIT_FOR_XML.search(text)


@ANY_TEXT
@given(TEXTS)
def test_each_id_is_there_once_and_the_contents_name_nothing_else(source):
    rendered = render(source)
    ids = [unescape(name) for name in re.findall(r'<[a-z0-9]+(?: [a-z-]+="[^"]*")*? id="([^"]*)"', rendered.html)]
    assert len(ids) == len(set(ids))
    assert {entry["id"] for entry in rendered.toc} <= set(ids)
