"""The worker as a process of its own, beside services that are processes of their own: mails, jobs and webhooks.

It composes Users and Blog in itself and speaks to their APIs without a network; what it needs of the outside is the
Database Service, the store of files and the mail server.
"""

import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from threading import Event

from api.blog import app as blog
from api.blog.settings import Settings as BlogSettings
from api.blog.worker import deliverer_of
from api.shared import logs
from api.shared.clock import SystemClock
from api.shared.environment import SettingRefused
from api.shared.transport import HttpTransport, WsgiTransport
from api.shared.working import beside
from api.users import app as users
from api.users.jwks.ring import KeyRefused
from api.users.settings import Settings as UsersSettings
from api.users.worker import worker_of
from flask_blog.jobs.kinds import jobs_of
from flask_blog.local import NO_LIMITS
from flask_blog.problem import Stop

ALIVE_SECONDS = 10.0


def run(alive: Path | None) -> None:
    """Work as the environment describes it until SIGINT or SIGTERM; `alive` is touched meanwhile. Raises Stop."""
    logs.configure(json_lines=not sys.stderr.isatty())
    os.environ.update(NO_LIMITS)
    clock = SystemClock()
    try:
        users_settings, blog_settings = UsersSettings.from_environment(), BlogSettings.from_environment()
        users_app = users.create_app(users_settings, database=HttpTransport(users_settings.database_url), clock=clock)
        mails = worker_of(users_app)
    except (SettingRefused, KeyRefused) as error:
        raise Stop(str(error)) from error
    to_database, to_users = HttpTransport(blog_settings.database_url), WsgiTransport(users_app)
    blog_app = blog.create_app(blog_settings, database=to_database, users=to_users, clock=clock)
    stop = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    runs = (mails.run, jobs_of(blog_app, users_app).run, deliverer_of(blog_app).run)
    with ExitStack() as running:
        workers = [running.enter_context(beside(each)) for each in runs]
        while all(worker.is_alive() for worker in workers):
            if alive:
                alive.touch()
            if stop.wait(ALIVE_SECONDS):
                break
    blog.close(blog_app)
