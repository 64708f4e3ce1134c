"""What may stand in an article, and the pass that lets nothing else through."""

import re
from types import MappingProxyType

import nh3
from pygments.token import STANDARD_TYPES

# Every id in an article begins so, and none of the application's own may: a heading "Page data" can then never pose as
# the element that a script of the page looks for (DOM clobbering).
ID_PREFIX = "h-"


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


INLINE = _names(
    "a abbr audio b bdi bdo br cite code data del dfn em i img input ins kbd label mark meter progress q rp rt ruby s "
    "samp small source span strong sub sup time u var video wbr"
)
BLOCKS = _names(
    "aside blockquote caption dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr "
    "li ol p pre section summary table tbody td tfoot th thead tr ul"
)
VOID = _names("br hr img input source wbr")
# Shown by no reader when the element is not allowed, so that taking the tags alone would leave rubbish behind.
DROPPED_WITH_CONTENT = _names("iframe script style svg template")
TASK_BOX = MappingProxyType({"type": "checkbox", "disabled": ""})

_ALERTS = "markdown-alert markdown-alert-note markdown-alert-tip markdown-alert-important"
_ALIGNED = frozenset({"align-left", "align-center", "align-right"})
CLASSES = MappingProxyType(
    {
        "a": frozenset({"footnote-backref"}),
        "div": _names(f"{_ALERTS} markdown-alert-warning markdown-alert-caution math display table-scroll"),
        "input": frozenset({"task-list-item-checkbox"}),
        "li": frozenset({"task-list-item"}),
        "ol": frozenset({"contains-task-list"}),
        "p": frozenset({"markdown-alert-title"}),
        "pre": frozenset({"highlight"}),
        "section": frozenset({"footnotes"}),
        "span": frozenset({"math", "inline", "display"} | set(filter(None, STANDARD_TYPES.values()))),
        "sup": frozenset({"footnote-ref"}),
        "td": _ALIGNED,
        "th": _ALIGNED,
        "ul": frozenset({"contains-task-list"}),
    }
)
_ATTRIBUTES = {
    "*": {"dir", "id", "lang", "title"},
    "a": {"aria-label", "href", "rel"},
    "audio": {"controls", "loop", "muted", "src"},
    # Its classes are `language-…`, of which there is no list; the article lets no other through.
    "code": {"class"},
    "data": {"value"},
    "del": {"datetime"},
    "details": {"open"},
    "img": {"alt", "height", "src", "width"},
    "input": {"checked"},
    "ins": {"datetime"},
    "li": {"value"},
    "meter": {"high", "low", "max", "min", "optimum", "value"},
    "ol": {"reversed", "start", "type"},
    "pre": {"data-language"},
    "progress": {"max", "value"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"abbr", "colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "video": {"controls", "height", "loop", "muted", "poster", "src", "width"},
}
_CLEANER = nh3.Cleaner(
    tags=INLINE | BLOCKS,
    clean_content_tags=set(DROPPED_WITH_CONTENT),
    attributes=_ATTRIBUTES,
    tag_attribute_values={
        "div": {"tabindex": {"0"}},
        "img": {"decoding": {"async"}, "loading": {"lazy"}},
        "input": {"disabled": {""}, "type": {"checkbox"}},
        "pre": {"tabindex": {"0"}},
    },
    # Whatever an author's <input> was, what is shown is the box of a task that cannot be ticked.
    set_tag_attribute_values={"input": dict(TASK_BOX)},
    allowed_classes={name: set(classes) for name, classes in CLASSES.items()},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
    id_prefix=ID_PREFIX,
)
# No XML document may hold these (XML 1.0, section 2.2), and every post stands in a feed.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def sanitise(html: str) -> str:
    """Return what of `html` may be shown: nothing that can run, style or pose as a part of the page around it.

    A second pass changes nothing.
    """
    html = _CLEANER.clean(printable(html))
    # Character references became characters. Taking one out now could join `java` and `script:`, judged while apart.
    return _UNPRINTABLE.sub("\ufffd", html.replace("\r", "\n"))


def printable(text: str) -> str:
    """Return `text` without the characters that no feed may hold."""
    return _UNPRINTABLE.sub("", text)
