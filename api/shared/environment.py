"""Reads settings from the environment; whatever is missing or wrong is named in one sentence at start."""

from pathlib import Path
from urllib.parse import urlsplit

from environs import Env, EnvError

PUBLIC_URL = "http://127.0.0.1:8000"
SHORTEST_SECRET = 32


class SettingRefused(Exception):
    """A setting is missing or cannot be used; the message says which and what would do."""


def text(name: str, default: str | None = None) -> str:
    """Return a setting, or the contents of the file that `{name}_FILE` names. Raises SettingRefused."""
    env = Env()
    file = env.str(f"{name}_FILE", None)
    if file is not None:
        try:
            return Path(file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingRefused(f"{name}_FILE names {file}, which cannot be read.") from error
    value = env.str(name, default)
    if value is None:
        raise SettingRefused(f"Set {name}, or {name}_FILE to a file that holds it.")
    return value


def file_of(name: str) -> Path | None:
    """Return the file that holds a setting, if it is given as one."""
    file = Env().str(f"{name}_FILE", None)
    return Path(file) if file is not None else None


def secret(name: str) -> str:
    """Return a secret of at least 32 characters, given like any text. Raises SettingRefused."""
    value = text(name)
    if len(value) < SHORTEST_SECRET:
        raise SettingRefused(f"{name} is shorter than {SHORTEST_SECRET} characters; make a longer one.")
    return value


def number(name: str, default: int) -> int:
    """Return a whole number from 0 up. Raises SettingRefused."""
    try:
        value = Env().int(name, default)
    except EnvError as error:
        raise SettingRefused(f"{name} has to be a whole number.") from error
    if value < 0:
        raise SettingRefused(f"{name} has to be 0 or more.")
    return value


def origin(url: str, name: str) -> str:
    """Return an address without a path, such as `https://blog.example.org`. Raises SettingRefused."""
    try:
        parts = urlsplit(url.rstrip("/"))
        _ = parts.port
    except ValueError as error:
        raise SettingRefused(f"{name} is no address: {url}") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise SettingRefused(f"{name} has to be like https://blog.example.org, without a path; it is {url}")
    return f"{parts.scheme}://{parts.netloc}"


def public_url() -> str:
    """Return `PUBLIC_URL`, the origin under which readers reach the blog."""
    return origin(text("PUBLIC_URL", PUBLIC_URL), "PUBLIC_URL")
