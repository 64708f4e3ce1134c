"""The worker of the User Service: sends mails, in one process with the service or in one of its own.

`python -m api.users.worker [--alive FILE]` runs until SIGTERM; it touches the file while it lives.
"""

import signal
import sys
from pathlib import Path
from threading import Event

from flask import Flask

from api.shared import logs
from api.shared.clock import SystemClock
from api.shared.environment import SettingRefused
from api.shared.transport import HttpTransport
from api.users.app import context_of, create_app
from api.users.jwks.rules import KeyRefused
from api.users.mail.delivery import Delivery, Folder, Smtp
from api.users.mail.worker import Worker, working
from api.users.settings import Settings

ALIVE_SECONDS = 10.0


def worker_of(app: Flask) -> Worker:
    """Return a worker for a User Service. Raises SettingRefused."""
    context = context_of(app)
    return Worker(context, delivery_of(context.settings))


def delivery_of(settings: Settings) -> Delivery:
    """Return where mails go. Raises SettingRefused."""
    return Smtp.of(settings.smtp_url) if settings.smtp_url else Folder(settings.outbox_folder)


def run(*, alive: Path | None = None) -> None:
    """Work as the environment describes it until SIGINT or SIGTERM. Raises SettingRefused, KeyRefused."""
    logs.configure(json_lines=not sys.stderr.isatty())
    settings = Settings.from_environment()
    app = create_app(settings, database=HttpTransport(settings.database_url), clock=SystemClock())
    stop = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    with working(worker_of(app)) as thread:
        while thread.is_alive() and not stop.wait(ALIVE_SECONDS):
            if alive:
                alive.touch()


def main(arguments: list[str]) -> str | None:
    """Run; return what is wrong with the settings, if anything is."""
    match arguments:
        case []:
            alive = None
        case ["--alive", file]:
            alive = Path(file)
            alive.touch()
        case _:
            return "usage: python -m api.users.worker [--alive FILE]"
    try:
        run(alive=alive)
    except (SettingRefused, KeyRefused) as error:
        return str(error)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
