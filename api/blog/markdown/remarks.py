"""What readers write under an article: the same renderer, and a much shorter list of what may be shown."""

import re

import nh3

from api.blog.markdown import parsing, policy
from api.blog.markdown.article import Article
from api.blog.markdown.elements import balanced

TAGS = frozenset({"a", "blockquote", "br", "code", "del", "em", "li", "ol", "p", "pre", "span", "strong", "ul"})
_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={"a": {"href"}, "ol": {"start"}, "pre": {"data-language"}},
    tag_attribute_values={"pre": {"tabindex": {"0"}}},
    allowed_classes={"pre": set(policy.CLASSES["pre"]), "span": set(policy.CLASSES["span"])},
    url_schemes={"http", "https", "mailto"},
    # Whoever links from a comment gains nothing with search engines (and the page's rank lends nothing to spam)
    link_rel="ugc nofollow",
)
_HEADING = re.compile(r"<(/?)h[1-6][^>]*>")
_SILENT = re.compile(r"<[^>]*>|\s+")


def remark(source: str) -> str:
    """Render the Markdown of a comment: paragraphs, emphasis, links, lists, quotes and code; empty if nothing is left.

    Headings become bold paragraphs; pictures, tables and raw HTML lose their tags. No element has an id.
    """
    article = Article(balanced(parsing.extended(parsing.cleaned(source))), {})
    html = _HEADING.sub(_paragraph, policy.sanitise(article.html))
    html = _CLEANER.clean(html).strip()
    return html + "\n" if _SILENT.sub("", html) else ""


def _paragraph(heading: re.Match[str]) -> str:
    return "</strong></p>" if heading[1] else "<p><strong>"
