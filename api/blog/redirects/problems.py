"""What can go wrong with redirects in particular."""

from api.shared.problems import Kind

PATH_TAKEN = Kind(409, "path_taken", "Path taken", "There is a redirect from this path already.")
KINDS = (PATH_TAKEN,)
