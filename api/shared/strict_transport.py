"""Browsers that came by TLS come by TLS alone from then on (RFC 6797)."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# The name's own: other hosts below it are not ours to speak for
HEADER = ("Strict-Transport-Security", "max-age=31536000")


def by_tls_alone(app: WSGIApplication, public_url: str) -> WSGIApplication:
    """Return the application whose every answer demands TLS for a year, if readers reach it by TLS."""
    if not public_url.startswith("https:"):
        return app

    def layer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *failure: object) -> object:
            return start_response(status, [*headers, HEADER], *failure)  # type: ignore[arg-type] # passed on as it came

        return app(environ, start)  # type: ignore[arg-type] # what it returns is what the server's function returned

    return layer
