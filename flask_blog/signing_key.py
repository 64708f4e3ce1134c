"""Changes the key that signs access tokens: by command, or by itself once it is old. No request fails meanwhile."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click
import structlog

from api.shared.clock import Clock, rfc3339
from flask_blog.problem import Stop
from flask_blog.secret_files import replace

if TYPE_CHECKING:
    from api.users.context import Context

# Longer than any verifier keeps what it knows before it asks again (api/blog/standings.py)
LEAD_SECONDS = 120
LOOK_SECONDS = 3600.0
SIGNING_KEY = "signing.jwk"
PROGRAM = "flask-blog rotate-key"
_log = structlog.get_logger("signing keys")


def rotate(file: Path, clock: Clock, *, lead: int = LEAD_SECONDS) -> str:
    """Add a key to a file of signing keys, which signs after `lead` seconds; return its id. Raises Stop."""
    from api.users.jwks.ring import KeyRefused, RotationRuns, rotated  # noqa: PLC0415 - see services.open_services

    try:
        text, key_id = rotated(file.read_text("utf-8"), str(file), now=int(clock.now().timestamp()), lead=lead)
        replace(file, text)
    except (OSError, UnicodeDecodeError) as error:
        raise Stop(f"{file} cannot be read or written: {error}") from error
    except KeyRefused as error:
        raise Stop(str(error)) from error
    except RotationRuns as runs:
        until = datetime.fromtimestamp(runs.until, UTC)
        raise Stop(
            f"The key was changed a moment ago: tokens of the last one are good until {until:%H:%M:%S} UTC."
        ) from runs
    return key_id


def rotate_in(data_dir: Path, clock: Clock, *, lead: int) -> str:
    """Add a key to those of a data folder, and let the audit know; return its id. Raises Stop."""
    from api.users.app import context_of  # noqa: PLC0415 - see services.open_services
    from flask_blog import local  # noqa: PLC0415 - it belongs to commands, and a running blog imports this file

    with local.reached(data_dir) as blog:
        key_id = rotate(local.existing(data_dir).secrets / SIGNING_KEY, clock, lead=lead)
        record(context_of(blog.users), key_id)
    return key_id


def record(context: "Context", key_id: str) -> None:
    """Let the audit know of a change."""
    from api.users.audit.entries import entry  # noqa: PLC0415 - see services.open_services

    values = {"user_agent": PROGRAM, "details": {"key_id": key_id}}
    context.store.commit([entry(rfc3339(context.clock.now()), "signing_key_changed", values)])


def announce(key_id: str, *, lead: int) -> None:
    """Say what happens now."""
    click.echo(f"The key {key_id} signs from {lead} seconds from now on; until then it is only published.")


def renew(context: "Context", stop: Event) -> None:
    """Change the key whenever it is as old as the setting says, until told to stop."""
    file, days = context.settings.signing_key_file, context.settings.signing_key_days
    while file is not None and days:
        try:
            renew_if_old(context, file, timedelta(days=days))
        except Exception as error:  # noqa: BLE001 - the key that is there goes on; the next look tries again
            _log.warning("the signing key could not be changed", reason=str(error))
        if stop.wait(LOOK_SECONDS):
            return


def renew_if_old(context: "Context", file: Path, age: timedelta) -> bool:
    """Change the key if its file was not changed for so long; tell whether it was. Raises Stop, StoreError."""
    changed = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    if context.clock.now() - changed < age:
        return False
    record(context, rotate(file, context.clock))
    return True
