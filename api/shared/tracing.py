"""Which request a log line and a call of another service belong to."""

from collections.abc import Mapping

from structlog.contextvars import get_contextvars

# what http.py binds for the log, and the header by which it is passed on
PASSED_ON = (("request_id", "X-Request-ID"), ("traceparent", "traceparent"))


def passed_on() -> Mapping[str, str]:
    """Return the headers by which another service knows which request its part belongs to (W3C Trace Context)."""
    bound = get_contextvars()
    return {header: bound[name] for name, header in PASSED_ON if name in bound}
