"""What each process is told: the environment that docker-compose.yml gives, with loopback for the private networks."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
LARGEST_PORT = 65_535
# handed on to the worker, so that mail can be tried here
MAIL_SETTINGS = ("USERS_SMTP_URL", "USERS_MAIL_FROM")
FACTORIES = {
    "database": "database_service.app:from_environment",
    "users": "api.users.app:from_environment",
    "blog": "api.blog.app:from_environment",
    "frontend": "spa.server.app:from_environment",
    "gateway": "deploy.services.gateway:from_environment",
}


class SettingRefusedError(Exception):
    """A setting cannot be used; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the blog is reached and where its data lie."""

    host: str
    port: int
    data: Path
    public_url: str

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read HOST, PORT, DATA_DIR and PUBLIC_URL. Raises SettingRefusedError.

        `services` inside DATA_DIR keeps apart from the one-process blog that lies beside it.
        """
        host, text = os.environ.get("HOST", LOOPBACK), os.environ.get("PORT", "8000")
        if not text.isdecimal() or not 0 < int(text) <= LARGEST_PORT:
            raise SettingRefusedError(f"PORT is {text!r} and has to be a number from 1 to {LARGEST_PORT}.")
        port = int(text)
        data = Path(os.environ.get("DATA_DIR", "data")) / "services"
        return cls(host, port, data.absolute(), os.environ.get("PUBLIC_URL", f"http://{host}:{port}"))


def refuse_port_in_use(host: str, port: int) -> None:
    """Say so before anything starts when nobody can listen there. Raises SettingRefusedError."""
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        raise SettingRefusedError(
            f"{host}:{port} cannot be listened on ({error.strerror}): choose another, such as PORT={port + 1}."
        ) from error


def free_ports(count: int) -> list[int]:
    """Return ports of this machine that nobody listens on."""
    sockets = [socket.create_server((LOOPBACK, 0)) for _ in range(count)]
    try:
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def environments(
    settings: Settings, secrets: Path, ports: Mapping[str, int], databases: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """Return what each process finds in its environment; `databases` holds the URLs of both databases."""
    url = {name: f"http://{LOOPBACK}:{port}" for name, port in ports.items()}
    return {
        "database": {
            "DATABASE_BLOG_URL": databases["blog"],
            "DATABASE_USERS_URL": databases["users"],
            "DATABASE_BLOG_KEY_FILE": f"{secrets}/database/blog.key",
            "DATABASE_USERS_KEY_FILE": f"{secrets}/database/users.key",
            "DATABASE_OPERATOR_KEY_FILE": f"{secrets}/database/operator.key",
            "DATABASE_CURSOR_KEY_FILE": f"{secrets}/database/cursor.key",
            "DATABASE_MEDIA_DIR": f"{settings.data}/media",
            "DATABASE_BACKUPS_DIR": f"{settings.data}/backups",
        },
        "users": {**_as_users(settings, secrets, url["database"]), "USERS_PROXIES": "1"},
        "worker": {
            **_as_users(settings, secrets, url["database"]),
            **_as_blog(settings, secrets, url["database"]),
            **{name: value for name, value in os.environ.items() if name.startswith(MAIL_SETTINGS)},
            "DATA_DIR": str(settings.data),
        },
        "blog": {
            **_as_blog(settings, secrets, url["database"]),
            "BLOG_USERS_URL": url["users"],
            "BLOG_PROXIES": "1",
        },
        "frontend": {
            "PUBLIC_URL": settings.public_url,
            "FRONTEND_BLOG_URL": url["blog"],
            "FRONTEND_PROXIES": "1",
        },
        "gateway": {f"GATEWAY_{name.upper()}_URL": url[name] for name in ("frontend", "blog", "users")},
    }


def _as_blog(settings: Settings, secrets: Path, database: str) -> dict[str, str]:
    return {
        "PUBLIC_URL": settings.public_url,
        "BLOG_DATABASE_URL": database,
        "BLOG_DATABASE_KEY_FILE": f"{secrets}/blog/database.key",
        "BLOG_MEDIA_URL": f"{settings.data}/media",
        "BLOG_JOBS_URL": f"{settings.data}/jobs",
    }


def _as_users(settings: Settings, secrets: Path, database: str) -> dict[str, str]:
    return {
        "PUBLIC_URL": settings.public_url,
        "USERS_DATABASE_URL": database,
        "USERS_DATABASE_KEY_FILE": f"{secrets}/users/database.key",
        "USERS_SIGNING_KEY_FILE": f"{secrets}/users/signing.jwk",
    }
