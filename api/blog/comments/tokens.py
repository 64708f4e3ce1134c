"""What lets a guest change a comment: a secret told once, of which the digest alone is kept."""

import hashlib
import hmac
import secrets

BYTES = 24


def draw() -> str:
    """Return a fresh secret."""
    return secrets.token_urlsafe(BYTES)


def digest(secret: str) -> str:
    """Return the SHA-256 (hex) under which a secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def opens(secret: str | None, kept: str | None) -> bool:
    """Tell whether a secret is the one whose digest was kept."""
    return secret is not None and kept is not None and hmac.compare_digest(digest(secret), kept)


def address_key(salt: str, address: str) -> str:
    """Return what stands for a network address: nobody without the salt can tell which one it was."""
    return hmac.new(salt.encode(), address.encode(), hashlib.sha256).hexdigest()
