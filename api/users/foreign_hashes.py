"""Password hashes that other programs made; a right password replaces them by ours at the first sign-in.

Each costs one evaluation, as ours does. One that would cost far more than ours is not taken, so that nobody can keep
the service busy with what was imported.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass

import bcrypt
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from werkzeug.security import check_password_hash

MOST_MEMORY_BYTES = 128 * 2**20
MOST_PASSES = 10
MOST_PBKDF2_ITERATIONS = 2_000_000
MOST_BCRYPT_COST = 14
MOST_PHPASS_COST = 18
BCRYPT_BYTES = 72
_ITOA64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to hash: what its hashes look like, whether one costs little enough, and whether a password fits."""

    shape: re.Pattern[str]
    affordable: Callable[[re.Match[str]], bool]
    fits: Callable[[str, str], bool]


def is_known(stored: str) -> bool:
    """Tell whether a hash is of a kind that can be verified, at a cost that can be borne."""
    return _scheme(stored) is not None


def matches(password: str, stored: str) -> bool:
    """Tell whether a password fits a hash; none fits one that is not known."""
    scheme = _scheme(stored)
    return scheme is not None and scheme.fits(password, stored)


def _scheme(stored: str) -> Scheme | None:
    for scheme in SCHEMES:
        found = scheme.shape.fullmatch(stored)
        if found is not None:
            return scheme if scheme.affordable(found) else None
    return None


def _argon2_affordable(found: re.Match[str]) -> bool:
    try:
        parameters = extract_parameters(found[0])
    except InvalidHashError:
        return False
    return parameters.memory_cost * 1024 <= MOST_MEMORY_BYTES and parameters.time_cost <= MOST_PASSES


def _argon2_fits(password: str, stored: str) -> bool:
    try:
        return PasswordHasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _werkzeug_fits(password: str, stored: str) -> bool:
    try:
        return check_password_hash(stored, password)
    except ValueError:
        return False


def _bcrypt_fits(password: str, stored: str) -> bool:
    # What comes after 72 bytes never counted; the library refuses it by now
    return _bcrypt(password.encode()[:BCRYPT_BYTES], stored)


def _wordpress_fits(password: str, stored: str) -> bool:
    # WordPress 6.8: the password is digested first, so that all of it counts
    digest = hmac.digest(b"wp-sha384", password.strip().encode(), hashlib.sha384)
    return _bcrypt(base64.b64encode(digest), stored.removeprefix("$wp"))


def _bcrypt(secret: bytes, stored: str) -> bool:
    try:
        return bcrypt.checkpw(secret, stored.encode())
    except ValueError:
        return False


def _phpass_fits(password: str, stored: str) -> bool:
    # The "portable hashes" of phpass: MD5 over and over, written in a base 64 of its own
    secret, salt = password.encode(), stored[4:12].encode()
    digest = hashlib.md5(salt + secret, usedforsecurity=False).digest()
    for _ in range(1 << _ITOA64.index(stored[3])):
        digest = hashlib.md5(digest + secret, usedforsecurity=False).digest()
    return hmac.compare_digest(_in_itoa64(digest), stored[12:])


def _in_itoa64(digest: bytes) -> str:
    written = ""
    for start in range(0, len(digest), 3):
        part = digest[start : start + 3]
        number = int.from_bytes(part, "little")
        written += "".join(_ITOA64[number >> shift & 63] for shift in range(0, 6 * len(part) + 6, 6))
    return written


SCHEMES = (
    Scheme(re.compile(r"\$argon2(?:id|i|d)\$[!-~]{1,400}"), _argon2_affordable, _argon2_fits),
    Scheme(
        re.compile(r"scrypt:(\d{1,7}):(\d{1,2}):(\d{1,2})\$[!-#%-~]{1,64}\$[0-9a-f]{128}"),
        lambda found: 128 * int(found[1]) * int(found[2]) <= MOST_MEMORY_BYTES and int(found[3]) <= MOST_PASSES,
        _werkzeug_fits,
    ),
    Scheme(
        re.compile(r"pbkdf2:sha(?:1|256|512):(\d{1,7})\$[!-#%-~]{1,64}\$[0-9a-f]{40,128}"),
        lambda found: 1 <= int(found[1]) <= MOST_PBKDF2_ITERATIONS,
        _werkzeug_fits,
    ),
    Scheme(
        re.compile(r"\$2[aby]\$(\d\d)\$[./0-9A-Za-z]{53}"),
        lambda found: int(found[1]) <= MOST_BCRYPT_COST,
        _bcrypt_fits,
    ),
    Scheme(
        re.compile(r"\$wp\$2y\$(\d\d)\$[./0-9A-Za-z]{53}"),
        lambda found: int(found[1]) <= MOST_BCRYPT_COST,
        _wordpress_fits,
    ),
    Scheme(
        re.compile(r"\$[PH]\$([./0-9A-Za-z])[./0-9A-Za-z]{30}"),
        lambda found: _ITOA64.index(found[1]) <= MOST_PHPASS_COST,
        _phpass_fits,
    ),
)
