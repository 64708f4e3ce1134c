"""The secrets of a blog in one process: made at the first start, each in a file that only its owner may read."""

import json
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from flask_blog.problem import Stop

KEY_BYTES = 32


def environment(folder: Path) -> Mapping[str, str]:
    """Return the settings that name the secrets' files, making what is missing. Raises Stop."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        blog, users, operator, cursor = (
            _file(folder / f"{name}.key", _random) for name in ("blog", "users", "operator", "cursor")
        )
        signing = _file(folder / "signing.jwk", _signing_key)
    except OSError as error:
        raise Stop(f"The secrets in {folder} cannot be read or made ({error.strerror}): check its owner.") from error
    return {
        "DATABASE_BLOG_KEY_FILE": blog,
        "DATABASE_USERS_KEY_FILE": users,
        "DATABASE_OPERATOR_KEY_FILE": operator,
        "DATABASE_CURSOR_KEY_FILE": cursor,
        "BLOG_DATABASE_KEY_FILE": blog,
        "USERS_DATABASE_KEY_FILE": users,
        "USERS_SIGNING_KEY_FILE": signing,
    }


def password(path: Path) -> str:
    """Return the password kept in a file, drawing it the first time. Raises OSError."""
    return Path(_file(path, _random)).read_text("utf-8").strip()


def replace(path: Path, text: str) -> None:
    """Put another secret in a file's place, whole or not at all, for whom it was before. Raises OSError."""
    before = path.stat()
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    _write(draft, text)
    draft.chmod(stat.S_IMODE(before.st_mode))
    if (before.st_uid, before.st_gid) != (draft.stat().st_uid, draft.stat().st_gid):
        os.chown(draft, before.st_uid, before.st_gid)
    draft.rename(path)


def _file(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        # complete under another name first: a start that is killed here leaves no half a secret
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        _write(draft, make())
        draft.rename(path)
    return str(path)


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def _random() -> str:
    return secrets.token_urlsafe(KEY_BYTES)


def _signing_key() -> str:
    from joserfc.jwk import OKPKey  # noqa: PLC0415 - needed at the first start only

    return json.dumps(OKPKey.generate_key("Ed25519", auto_kid=True).as_dict(private=True))
