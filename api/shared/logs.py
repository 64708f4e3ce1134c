"""Structured logs: a JSON line an event in production, readable lines on a terminal; each line has the request id."""

import logging
import sys

import structlog


def configure(*, json_lines: bool, level: int = logging.INFO) -> None:
    """Set up structlog for the process."""
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer() if json_lines else _readable()
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if json_lines:
        processors.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*processors, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _readable() -> structlog.typing.Processor:
    # rich's tracebacks would show local variables, and so drafts and tokens
    return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
