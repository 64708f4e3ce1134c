"""What can go wrong with jobs in particular."""

from api.shared.problems import Kind

ENDED = Kind(409, "job_ended", "Ended already", "The job has ended; what is done cannot be cancelled.")
NOT_AN_ARCHIVE = Kind(
    415, "not_an_archive", "Not an archive", "The bytes are no zip archive with a list of files at its end."
)
ARCHIVE_TOO_LARGE = Kind(
    413,
    "archive_too_large",
    "Archive too large",
    "At most 100 MB are accepted. `flask-blog import markdown --to` takes folders of any size.",
)
KINDS = (ENDED, NOT_AN_ARCHIVE, ARCHIVE_TOO_LARGE)
