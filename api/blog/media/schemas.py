"""Uploaded files as the API shows them."""

from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from api.blog.described import Body, says
from api.shared.fields import Id, Line, Moment, Prose
from api.shared.paging import PageQuery, absent, fields_parameter, list_of


class Srcset(Schema):
    """Addresses of variants by width. One that is not made yet leads to the image itself for a moment."""

    avif = fields.String(**says("The variants in AVIF", "/media/9f86d081884c7d65-640.avif 640w"))
    webp = fields.String(**says("The variants in WebP", "/media/9f86d081884c7d65-640.webp 640w"))


class Media(Schema):
    """An uploaded image. Its bytes stand at `url`, under a name that never changes what it means."""

    id = fields.String(**says("Identifies the file", "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d"))
    url = fields.String(**says("Path of the bytes on this site; immutable", "/media/9f86d081884c7d65.png"))
    content_type = fields.String(**says("Media type, found by looking at the bytes", "image/png"))
    bytes = fields.Integer(**says("Size of what is served", 48213))
    width = fields.Integer(allow_none=True, **says("Pixels across; null when an SVG does not say", 1200))
    height = fields.Integer(allow_none=True, **says("Pixels down; null when an SVG does not say", 630))
    srcset = fields.Nested(
        Srcset,
        allow_none=True,
        metadata={
            "description": "Smaller variants, as `srcset` takes them; null for animations, drawings and small images"
        },
    )
    blurhash = fields.String(
        allow_none=True, **says("A blur to show until it is there (BlurHash)", "LEHV6nWB2yk8pyo0adR*.7kCMdnj")
    )
    colour = fields.String(allow_none=True, **says("Its main colour", "#b5763c"))
    alt = fields.String(allow_none=True, **says("What it shows, for those who do not see it", "A crab on a beach"))
    filename = fields.String(**says("The name it was uploaded with", "crab.png"))
    created_at = Moment(**says("When it was uploaded", "2026-11-23T09:00:00.000000Z"))
    version = fields.Integer(**says("Grows with every change; the ETag is made of it", 1))


class MediaUpload(Body):
    """A file to upload as multipart/form-data."""

    file = Upload(
        required=True, metadata={"description": "JPEG, PNG, WebP, GIF, AVIF or SVG; at most 25 MB and 40 megapixels"}
    )
    alt = Prose(most=2000, **says("What it shows, for those who do not see it", "A crab on a beach"))


class MediaPatch(Body):
    """What may change about a file."""

    alt = Prose(most=2000, allow_none=True, **says("What it shows; null for nothing", "A crab on a beach"))


class MediaQuery(PageQuery):
    """Filters of the list of files."""

    content_type = Line(most=100, load_default=absent, **says("Only files of this media type", "image/png"))
    uploader = Id(
        load_default=absent,
        metadata={
            "description": "Only files uploaded by this account. Authors see their own files; this is for editors",
            "example": "0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d",
        },
    )
    fields = fields_parameter(Media)


MediaList = list_of(Media)
