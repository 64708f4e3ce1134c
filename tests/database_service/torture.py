"""`make torture`: kills the Database Service and PostgreSQL in every way there is, for as long as it is told.

The record of each round is printed; the exit status tells whether anything was lost.
"""

import argparse
import random
import secrets
import sys
import tempfile
import time
from pathlib import Path

from database_service.app import close, create_app
from database_service.registry import SCHEMAS
from tests.database_service import crashes
from tests.support.databases import ENGINES, settings_for
from tests.support.postgres import DurableServer, create_database, durable_server

BLOWS = 20  # in each round, after which everything is compared


def torture_round(engine: str, postgres: DurableServer, seed: int) -> crashes.Record:
    """Let one engine suffer a number of blows on fresh databases; return the record."""
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        urls = {each: f"sqlite:///{folder}/{each}.sqlite3" for each in SCHEMAS}
        if engine == "postgresql":
            urls = {each: create_database(postgres.url, f"{each}_{secrets.token_hex(4)}") for each in SCHEMAS}
        close(create_app(settings_for(urls)))
        server = crashes.ServerProcess(urls, folder, crashes.FAILING)
        blows = crashes.every_blow(server, engine, postgres.crash if engine == "postgresql" else None)
        try:
            return crashes.run(server, [draw.choice(blows) for _ in range(BLOWS)], seed)
        finally:
            server.kill()


def main() -> int:
    """Go on until the time is over; return the exit status."""
    parser = argparse.ArgumentParser(prog="make torture")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    chosen = parser.parse_args()
    until = time.monotonic() + chosen.minutes * 60
    good, seed = True, chosen.seed
    with durable_server() as postgres:
        while good and time.monotonic() < until:
            for engine in ENGINES:
                record = torture_round(engine, postgres, seed)
                sys.stdout.write(f"seed {seed}, {engine}: {record}\n")
                sys.stdout.flush()
                good = good and record.is_clean
            seed += 1
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
