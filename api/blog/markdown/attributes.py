"""The attributes of an article's elements, put right one element at a time. What is unsafe is left to the policy."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from api.blog.markdown.anchors import Anchors
from api.blog.markdown.elements import Tag
from api.blog.markdown.policy import CLASSES, TASK_BOX

_LANGUAGE = re.compile(r"language-([A-Za-z0-9+#._-]{1,40})")
_EXTERNAL = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
# A link may say these of its target; what else `rel` can say concerns the page, which is not the author's to describe.
_RELATIONS = frozenset({"author", "external", "license", "me", "nofollow", "noreferrer", "sponsored", "tag", "ugc"})
_ALIGNMENTS = frozenset({"left", "center", "right"})
_PIXELS = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What is known of an image: its size in pixels, so that the page can keep its place, and what it shows.

    `sources` are its variants, a `srcset` for each format, the best first; `colour` stands for it until it is there.
    """

    width: int | None = None
    height: int | None = None
    alt: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    colour: str | None = None


def put_right(tag: Tag, anchors: Anchors, media: Mapping[str, MediaInfo]) -> None:
    """Give a start tag the attributes it has in an article."""
    if "class" in tag.attributes:
        _put_class_right(tag)
    if tag.name == "a":
        _put_link_right(tag)
    elif tag.name == "img":
        _put_image_right(tag, media.get(tag.attributes.get("src", ""), MediaInfo()))
    elif tag.name == "input":
        tag.attributes |= TASK_BOX
    elif tag.name in ("td", "th"):
        _put_cell_right(tag)
    if "id" in tag.attributes:
        _put_id_right(tag, anchors)


def language(tag: Tag) -> str:
    """Return the language that a `<code>` element says it is in, or nothing."""
    match = _LANGUAGE.match(tag.attributes.get("class", ""))
    return match[1] if match else ""


def _put_class_right(tag: Tag) -> None:
    if tag.name == "code":
        name = language(tag)
        kept = [f"language-{name}"] if name else []
    else:
        allowed = CLASSES.get(tag.name, frozenset())
        kept = [name for name in tag.attributes["class"].split() if name in allowed]
    if kept:
        tag.attributes["class"] = " ".join(kept)
    else:
        del tag.attributes["class"]


def _put_id_right(tag: Tag, anchors: Anchors) -> None:
    anchor = anchors.named(tag.attributes.pop("id"))
    if anchor:
        tag.attributes["id"] = anchor


def _put_link_right(tag: Tag) -> None:
    if "name" in tag.attributes:
        # HTML 4's anchors; old posts are full of them.
        tag.attributes.setdefault("id", tag.attributes.pop("name"))
    relations = [name for name in tag.attributes.pop("rel", "").lower().split() if name in _RELATIONS]
    if _EXTERNAL.match(tag.attributes.get("href", "")):
        relations.append("noopener")
    if relations:
        tag.attributes["rel"] = " ".join(relations)


def _put_image_right(tag: Tag, known: MediaInfo) -> None:
    for name in ("width", "height"):
        if not _PIXELS.fullmatch(tag.attributes.get(name, "")):
            tag.attributes.pop(name, None)
    if known.width and known.height and not {"width", "height"} & tag.attributes.keys():
        tag.attributes |= {"width": str(known.width), "height": str(known.height)}
    tag.attributes |= {
        "alt": tag.attributes.get("alt") or known.alt or "",
        "loading": "lazy",
        "decoding": "async",
    }


def _put_cell_right(tag: Tag) -> None:
    # The attribute is obsolete (HTML, section 16.2).
    alignment = tag.attributes.pop("align", "").lower()
    if alignment in _ALIGNMENTS:
        tag.attributes["class"] = f"align-{alignment}"
