"""`python -m database_service …`: what is done to the databases from a terminal. Settings come from the environment."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from api.shared.clock import Clock, SystemClock
from api.shared.environment import SettingRefused
from database_service import checks, repairing
from database_service.backups import making, restoring
from database_service.backups.manifest import BackupDamaged
from database_service.connections import Database, DatabaseRefused, open_database
from database_service.links import SOURCE, TARGET, Links
from database_service.migration import migrate, refuse_unmigrated
from database_service.settings import Settings


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit status, with a sentence on stderr when something is refused."""
    chosen = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace, Clock], int] = chosen.command
    try:
        return command(chosen, SystemClock())
    except (SettingRefused, DatabaseRefused, BackupDamaged) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command speaks to its user
    except OSError as error:
        print(f"The command did not succeed: {error}", file=sys.stderr)  # noqa: T201 - as above
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m database_service")
    commands = parser.add_subparsers(required=True, metavar="command")
    commands.add_parser("migrate", help="bring the databases to the newest schema").set_defaults(command=_migrate)
    commands.add_parser("backup", help="save databases and media as one proven set").set_defaults(command=_backup)
    restore = commands.add_parser("restore", help="put a backup set in the place of the live data")
    restore.add_argument("set", type=Path, help="the folder of the set")
    restore.set_defaults(command=_restore)
    check = commands.add_parser("check", help="look for what must not be, within and between the databases")
    check.add_argument("--repair", action="store_true", help="mend what can be mended, by commits that followers see")
    check.set_defaults(command=_check)
    return parser


def _migrate(_chosen: argparse.Namespace, _clock: Clock) -> int:
    with _databases(serving=True) as (_, databases):
        for database in databases.values():
            migrate(database)
    return 0


def _backup(_chosen: argparse.Namespace, clock: Clock) -> int:
    with _databases(serving=False) as (settings, databases):
        for database in databases.values():
            refuse_unmigrated(database)
        print(making.make(settings, clock.now()).folder)  # noqa: T201 - a command speaks to its user
    return 0


def _restore(chosen: argparse.Namespace, clock: Clock) -> int:
    restoring.restore(Settings.from_environment(), chosen.set, clock.now())
    return 0


def _check(chosen: argparse.Namespace, clock: Clock) -> int:
    with _databases(serving=chosen.repair) as (_, databases):
        for database in databases.values():
            refuse_unmigrated(database)
        links = Links(databases[SOURCE], databases[TARGET], clock)
        if chosen.repair:
            repairing.repair(databases, links, clock)
        findings = checks.run(databases, links)
    for finding in findings:
        place = f"{finding.database}.{finding.collection} {finding.id}".strip()
        print(f"{finding.check}: {place}: {finding.detail}")  # noqa: T201 - a command speaks to its user
    return 1 if findings else 0


@contextmanager
def _databases(*, serving: bool) -> Iterator[tuple[Settings, dict[str, Database]]]:
    settings = Settings.from_environment()
    databases: dict[str, Database] = {}
    try:
        for name, url in settings.urls.items():
            databases[name] = open_database(name, url, pool_size=2, serving=serving)
        yield settings, databases
    except DBAPIError as error:
        # A driver's own text may hold what somebody stored
        raise DatabaseRefused(f"A database cannot be reached or read ({type(error.orig).__name__}).") from error
    finally:
        for database in databases.values():
            database.close()
