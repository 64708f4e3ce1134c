"""Passwords: hashed with Argon2id, refused when many people use them."""

import os
import secrets
import unicodedata
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from types import TracebackType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.users import foreign_hashes

# OWASP Password Storage Cheat Sheet, 2025: 19 MiB, two passes, one lane
MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
OURS = "$argon2"
WAIT_SECONDS = 2.0

COMMON = Path(__file__).parent / "common_passwords.txt"


class HashingBusy(Exception):
    """More passwords wait to be hashed than the machine can do now."""


class Passwords:
    """Hashes and verifies, at most as many at once as there are cores: each takes 19 MiB and all of a core."""

    def __init__(self, *, at_once: int | None = None, wait_seconds: float = WAIT_SECONDS) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        self.at_once = at_once or os.cpu_count() or 1
        self._turn = _Turns(self.at_once, wait_seconds)
        self._nobodys = self._hasher.hash(secrets.token_urlsafe())

    @property
    def nobodys(self) -> str:
        """Return the hash of a password that nobody has, for accounts whose holder has yet to choose one."""
        return self._nobodys

    def hash(self, password: str) -> str:
        """Return the Argon2id hash. Raises HashingBusy."""
        with self._turn:
            return self._hasher.hash(_prepared(password))

    def matches(self, password: str, stored: str | None) -> bool:
        """Verify a password; without a hash that can be verified the work is done all the same. Raises HashingBusy.

        The hash may be of another program's making (`foreign_hashes.py`): one evaluation, too.
        """
        known = stored if stored is not None and foreign_hashes.is_known(stored) else None
        with self._turn:
            try:
                if known is not None and not known.startswith(OURS):
                    return foreign_hashes.matches(password, known)
                return self._hasher.verify(known or self._nobodys, _prepared(password)) and known is not None
            except (VerificationError, InvalidHashError):
                return False

    def is_outdated(self, stored: str) -> bool:
        """Tell whether a hash was made with other parameters than today's, or by another program."""
        return not stored.startswith(OURS) or self._hasher.check_needs_rehash(stored)


class _Turns:
    """Lets a few in at once; the others wait a little and then are sent away."""

    def __init__(self, at_once: int, wait_seconds: float) -> None:
        self._free = BoundedSemaphore(at_once)
        self._wait_seconds = wait_seconds

    def __enter__(self) -> None:
        if not self._free.acquire(timeout=self._wait_seconds):
            raise HashingBusy

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._free.release()


def is_common(password: str) -> bool:
    """Tell whether a password stands on our list of those that guessers try first."""
    return password.casefold() in _common()


def _prepared(password: str) -> str:
    # OpaqueString of RFC 8265, section 4.2: the same password typed on another keyboard is the same bytes
    spaced = "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in password)
    return unicodedata.normalize("NFC", spaced)


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text("utf-8").split())
