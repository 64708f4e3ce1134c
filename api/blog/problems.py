"""What can go wrong in more than one resource of this service."""

from api.shared.problems import Kind

UNKNOWN_REFERENCE = Kind(
    422,
    "unknown_reference",
    "Names something unknown",
    "The input names something that does not exist, such as an author or a file; `errors` says where.",
)
KINDS = (UNKNOWN_REFERENCE,)
