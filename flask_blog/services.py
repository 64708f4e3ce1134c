"""Composes the services of one blog in this process: the same four applications, spoken to without a network."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask

from api.shared.clock import Clock
from api.shared.environment import SettingRefused
from api.shared.transport import Transport, WsgiTransport
from flask_blog import secret_files
from flask_blog.data_folder import DataFolder
from flask_blog.problem import Stop

if TYPE_CHECKING:
    from database_service.settings import Settings as DatabaseSettings

Made = TypeVar("Made")

IN_PROCESS = "http://in-process"


@dataclass(frozen=True, slots=True)
class Services:
    """The applications behind the public ones of a blog, and what they were made with."""

    data: DataFolder
    clock: Clock
    database: Flask
    users: Flask
    blog: Flask

    def close(self) -> None:
        """Stop what runs beside the requests and give the databases back."""
        from api.blog import app as blog  # noqa: PLC0415 - see open_services
        from database_service import app as database  # noqa: PLC0415

        blog.close(self.blog)
        database.close(self.database)


def open_services(
    data: DataFolder, clock: Clock, *, public_url: str, settings: Mapping[str, str] | None = None
) -> Services:
    """Migrate the databases and compose Database, Users and Blog. `settings` override the environment. Raises Stop."""
    # not at the top: `flask-blog --help` and refusals should not wait for SQLAlchemy and the Markdown renderer
    from api.blog import app as blog  # noqa: PLC0415
    from api.blog import settings as blog_settings  # noqa: PLC0415
    from api.users import app as users  # noqa: PLC0415
    from api.users import settings as users_settings  # noqa: PLC0415
    from database_service import app as database  # noqa: PLC0415
    from database_service import settings as database_service_settings  # noqa: PLC0415

    with _environment(data, public_url, settings or {}):
        database_app = _made(database_service_settings.Settings, lambda found: database.create_app(found, clock=clock))
        try:
            to_database = WsgiTransport(database_app)
            users_app = _made(
                users_settings.Settings, lambda found: users.create_app(found, database=to_database, clock=clock)
            )
            to_users = WsgiTransport(users_app)
            blog_app = _made(
                blog_settings.Settings,
                lambda found: blog.create_app(found, database=to_database, users=to_users, clock=clock),
            )
        except BaseException:
            database.close(database_app)
            raise
    users.context_of(users_app).peers["blog"] = WsgiTransport(blog_app)
    return Services(data, clock, database_app, users_app, blog_app)


def database_settings(data: DataFolder) -> "DatabaseSettings":
    """Return the settings with which a blog's Database Service runs. Raises Stop."""
    from database_service.settings import Settings  # noqa: PLC0415 - see open_services

    with _environment(data, IN_PROCESS, {}):
        try:
            return Settings.from_environment()
        except SettingRefused as error:
            raise Stop(str(error)) from error


def open_users(data: DataFolder, clock: Clock, database: Transport) -> Flask:
    """Compose Users alone, over a Database Service that another process serves. Raises Stop."""
    from api.users import app as users  # noqa: PLC0415 - see open_services
    from api.users import settings as users_settings  # noqa: PLC0415

    with _environment(data, IN_PROCESS, {}):
        return _made(users_settings.Settings, lambda found: users.create_app(found, database=database, clock=clock))


def refuse_unbuilt(data: DataFolder, *, public_url: str) -> None:
    """Find out whether the Frontend could be composed, before anything is made or migrated. Raises Stop."""
    from spa.server.build import Build  # noqa: PLC0415 - see open_services
    from spa.server.settings import Settings  # noqa: PLC0415

    with _environment(data, public_url, {}):
        _made(Settings, lambda found: Build.load(found.dist))


def open_frontend(services: Services, *, public_url: str) -> Flask:
    """Compose the Frontend over a blog's services. Raises Stop when the SPA is not built."""
    from spa.server import app as frontend  # noqa: PLC0415 - see open_services
    from spa.server import settings as frontend_settings  # noqa: PLC0415

    with _environment(services.data, public_url, {}):
        return _made(
            frontend_settings.Settings,
            lambda found: frontend.create_app(found, blog=WsgiTransport(services.blog), clock=services.clock),
        )


@contextmanager
def working(services: Services) -> Iterator[None]:
    """Let the workers run beside the block: one for mails, one for jobs, one for webhooks. Raises Stop."""
    from api.blog.worker import deliverer_of  # noqa: PLC0415 - see open_services
    from api.shared.working import beside  # noqa: PLC0415
    from api.users import app as users  # noqa: PLC0415
    from api.users.worker import worker_of  # noqa: PLC0415
    from flask_blog import signing_key  # noqa: PLC0415
    from flask_blog.jobs.kinds import jobs_of  # noqa: PLC0415

    try:
        context, mails = users.context_of(services.users), worker_of(services.users)
    except SettingRefused as error:
        raise Stop(str(error)) from error
    with (
        beside(context.failures.run),
        beside(lambda stop: signing_key.renew(context, stop)),
        beside(mails.run),
        beside(jobs_of(services.blog, services.users).run_alone),
        beside(deliverer_of(services.blog).run),
    ):
        yield


def _made(settings: Any, make: Callable[[Any], Made]) -> Made:
    """Make something with a service's settings. Raises Stop for what the operator can mend."""
    from api.users.jwks.ring import KeyRefused  # noqa: PLC0415 - see open_services
    from database_service.connections import DatabaseRefused  # noqa: PLC0415
    from spa.server.build import NotBuilt  # noqa: PLC0415

    try:
        return make(settings.from_environment())
    except (SettingRefused, DatabaseRefused, KeyRefused, NotBuilt) as error:
        raise Stop(str(error)) from error


@contextmanager
def _environment(data: DataFolder, public_url: str, settings: Mapping[str, str]) -> Iterator[None]:
    """Let each service read the settings it would have as a process of its own; the operator's own come first."""
    before = dict(os.environ)
    defaults = {
        **secret_files.environment(data.secrets),
        "USERS_DATABASE_URL": IN_PROCESS,
        "FRONTEND_BLOG_URL": IN_PROCESS,
    }
    # a secret given directly is as good as one in a file
    missing = {name: value for name, value in defaults.items() if name.removesuffix("_FILE") not in before}
    os.environ.update({**missing, **before, "DATA_DIR": str(data.path), "PUBLIC_URL": public_url, **settings})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
