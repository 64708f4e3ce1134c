"""Make the secrets that the separate services need and that are not there yet.

    python make_secrets.py FOLDER [--for-containers]

Each service has a folder of its own inside FOLDER; a key that two services must agree on lies in both of theirs.
What is there already - from an earlier start, or put there by an operator - is kept. With `--for-containers`
(as root) each folder belongs to the user that its container runs as, and nobody else can read it.
"""

import json
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import OKPKey

USERS_OF_CONTAINERS = {"blog": 10001, "users": 10002, "database": 10003, "worker": 10005, "postgres": 999}
SHORTEST = 32


class SecretRefused(Exception):
    """A secret that was given cannot be used; the message says which and why."""


def random_key() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(32)


def signing_key() -> str:
    """Return a fresh Ed25519 key as a private JWK (RFC 8037), named by its thumbprint (RFC 7638)."""
    return json.dumps(OKPKey.generate_key("Ed25519", auto_kid=True).as_dict(private=True))


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret of one service, and where the Database Service keeps those that it accepts from that service."""

    file: str
    accepted: str | None = None
    make: Callable[[], str] = random_key


SECRETS = (
    Secret("blog/database.key", accepted="database/blog.key"),
    Secret("users/database.key", accepted="database/users.key"),
    Secret("users/signing.jwk", make=signing_key),
    Secret("database/operator.key"),
    Secret("database/cursor.key"),
    Secret("postgres/superuser.password"),
    Secret("postgres/blog.password"),
    Secret("postgres/users.password"),
)


def settle(folder: Path, secret: Secret) -> None:
    """Make a secret unless it is there, and let the Database Service know it. Raises SecretRefused."""
    accepted = _read(folder / secret.accepted).split() if secret.accepted else []
    value = _read(folder / secret.file) or (accepted[0] if accepted else secret.make())
    if len(value) < SHORTEST:
        raise SecretRefused(f"{secret.file} in {folder} is shorter than {SHORTEST} characters.")
    if not (folder / secret.file).exists():
        write(folder / secret.file, value + "\n")
    if secret.accepted is None:
        return
    if value.split() != [value]:
        raise SecretRefused(f"{secret.file} in {folder} has to be one word.")
    if accepted and value not in accepted:
        raise SecretRefused(f"{secret.file} in {folder} is none of the keys in {secret.accepted}, one a line.")
    if not accepted:
        write(folder / secret.accepted, value + "\n")


def _read(file: Path) -> str:
    return file.read_text("utf-8").strip() if file.exists() else ""


def write(file: Path, text: str) -> None:
    """Write a file that only its owner may read; it appears whole or not at all."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_name(file.name + ".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
    unfinished.replace(file)


def write_password_file(folder: Path) -> None:
    """Write the passwords of both databases in libpq's form, so that no URL holds them."""
    lines = []
    for name in ("blog", "users"):
        password = (folder / "postgres" / f"{name}.password").read_text("utf-8").strip()
        escaped = password.replace("\\", "\\\\").replace(":", "\\:")
        lines.append(f"*:*:{name}:{name}:{escaped}\n")
    write(folder / "database" / "pgpass", "".join(lines))


def lend_to_worker(folder: Path) -> None:
    """Give the worker what it needs to act as Blog and as Users, which it composes in itself."""
    for name in ("blog/database.key", "users/database.key", "users/signing.jwk"):
        write(folder / "worker" / name.replace("/", "-"), (folder / name).read_text("utf-8"))


def hand_over(folder: Path) -> None:
    """Give each service's folder to the user of its container."""
    folder.chmod(0o711)
    for service, user in USERS_OF_CONTAINERS.items():
        for path in ((folder / service), *(folder / service).iterdir()):
            os.chown(path, user, -1)
            path.chmod(0o700 if path.is_dir() else 0o600)


def main(arguments: Sequence[str]) -> str | None:
    """Do it; return what went wrong, if anything did."""
    match arguments:
        case [name] | [name, "--for-containers"]:
            folder = Path(name)
        case _:
            return "usage: make_secrets.py FOLDER [--for-containers]"
    try:
        for secret in SECRETS:
            settle(folder, secret)
        write_password_file(folder)
        lend_to_worker(folder)
        if "--for-containers" in arguments:
            hand_over(folder)
    except SecretRefused as refusal:
        return str(refusal)
    except OSError as error:
        return f"The secrets in {folder} cannot be written: {error.strerror} ({error.filename})."
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
