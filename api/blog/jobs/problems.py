"""What can go wrong with jobs in particular."""

from api.shared.problems import Kind

ENDED = Kind(409, "job_ended", "Ended already", "The job has ended; what is done cannot be cancelled.")
KINDS = (ENDED,)
