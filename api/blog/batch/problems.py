"""What can go wrong with batches in particular."""

from api.shared.problems import Kind

BATCH_OVERLAP = Kind(
    409,
    "batch_overlap",
    "Two items change the same",
    "Two items of a batch change the same record: each sees what was there before the batch, so one would undo the "
    "other. Put both changes into one item, or send two batches.",
)
KINDS = (BATCH_OVERLAP,)
