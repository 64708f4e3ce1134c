"""`flask-blog users import`: accounts of another program, from a CSV file, with the hashes of their passwords."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click

from flask_blog.client import STOPPING, Client, Refused
from flask_blog.problem import Stop

NEEDED = ("username", "email")
KNOWN = (*NEEDED, "name", "role", "password_hash", "bio", "website", "avatar_url")
THERE = frozenset({"username_taken", "email_taken"})
MOST_SHOWN = 20
# where csv puts what stands in no column
SURPLUS = ""


@dataclass
class Report:
    """What came of the lines of a file: how many, and which were refused and why."""

    imported: int = 0
    resetting: int = 0
    there: int = 0
    refused: list[str] = field(default_factory=list)

    def show(self) -> None:
        """Say it."""
        click.echo(f"{self.imported} imported, {self.there} there already, {len(self.refused)} refused.")
        if self.resetting:
            click.echo(
                f"Without a hash that we know, so that a new password has to be chosen by mail: {self.resetting}."
            )
        for line in self.refused[:MOST_SHOWN]:
            click.echo(f"  {line}", err=True)
        if len(self.refused) > MOST_SHOWN:
            click.echo(f"  … and {len(self.refused) - MOST_SHOWN} more", err=True)


def import_users(client: Client, file: Path, *, role: str) -> Report:
    """Import the accounts of a file, again if need be: those that are there are left alone. Raises Stop, Refused."""
    report = Report()
    with _rows(file) as rows:
        for number, row in rows:
            _import(client, report, number, row, role)
    return report


def _import(client: Client, report: Report, number: int, row: Mapping[str, str], role: str) -> None:
    where = f"line {number}, {row.get('username') or '?'}"
    if SURPLUS in row:
        report.refused.append(f"{where}: It has more values than the first line has columns.")
        return
    body = {name: value for name, value in row.items() if value}
    body = {"name": body.get("username", ""), "role": role, **body}
    try:
        made = client.make("/accounts", body)
    except Refused as refusal:
        if refusal.code in THERE:
            report.there += 1
        elif refusal.status in STOPPING:
            raise
        else:
            report.refused.append(f"{where}: {refusal}")
        return
    report.imported += 1
    report.resetting += not made["password_kept"]


@contextmanager
def _rows(file: Path) -> Iterator[Iterator[tuple[int, Mapping[str, str]]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text, restkey=SURPLUS, strict=True)
            columns = reader.fieldnames or ()
            unknown = sorted(set(columns) - set(KNOWN))
            if unknown or not set(NEEDED) <= set(columns):
                raise Stop(
                    f"The first line has to name the columns {', '.join(NEEDED)} and may name {', '.join(KNOWN[2:])}"
                    + (f"; {', '.join(unknown)} is unknown." if unknown else ".")
                )
            yield ((reader.line_num, row) for row in reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Stop(f"{file} cannot be read as CSV in UTF-8: {error}") from error
