"""The seed of what tests draw by chance: the same in every run, so that a failure is the change's own.

`FUZZ_SEED=7` draws others, `FUZZ_SEED=random` draws anew; each such test names its seed when it fails.
"""

import os
import secrets

DEFAULT = 20_261_125


def chosen_seed() -> int:
    """Return the seed of this run."""
    asked = os.environ.get("FUZZ_SEED", str(DEFAULT))
    return secrets.randbelow(2**32) if asked == "random" else int(asked)


SEED = chosen_seed()
