"""What can go wrong with series in particular."""

from api.shared.problems import Kind

SERIES_TAKEN = Kind(409, "series_taken", "Series exists", "Another series has this slug.")
SERIES_FULL = Kind(409, "series_full", "Series is full", "A series holds at most 150 posts.")
KINDS = (SERIES_TAKEN, SERIES_FULL)
