"""Security headers of every page."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


# Of a page that is for those alone who have its address: no cache, no index and no other site learns of it.
UNTOLD = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}


def policy(style: str = "") -> str:
    """Return the Content-Security-Policy; `style` is the one inline style sheet, allowed by its digest.

    Pictures may come from anywhere: posts, imported ones above all, show pictures of other sites.
    """
    digest = f" 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" if style else ""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'{digest}; img-src 'self' https: data:; "
        "media-src 'self' https:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def for_page(style: str = "") -> Mapping[str, str]:
    """Return the headers of an HTML page."""
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "public, no-cache",
        "Content-Security-Policy": policy(style),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS,
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
