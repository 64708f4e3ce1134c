"""What can go wrong with uploaded files in particular."""

from api.shared.problems import Kind

NOT_AN_IMAGE = Kind(
    415, "not_an_image", "Not an image", "The bytes are no JPEG, PNG, WebP, GIF, AVIF or SVG that can be read whole."
)
FILE_TOO_LARGE = Kind(413, "file_too_large", "File too large", "At most 25 MB and 40 megapixels are accepted.")
IN_USE = Kind(
    409,
    "media_in_use",
    "In use",
    "Posts show the file (`errors` names them), or it is the logo. Take it out there first, or leave it.",
)
NOT_THAT_LONG = Kind(
    416, "range_not_satisfiable", "Not that long", "The file ends before the range that was asked for."
)
KINDS = (NOT_AN_IMAGE, FILE_TOO_LARGE, IN_USE, NOT_THAT_LONG)
