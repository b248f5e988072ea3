"""Structured logs. Whatever is logged, telephone numbers leave masked and secrets never leave.

Call sites pass ids and codes, not names or words said; the masks below are the second wall, not the first.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_NUMBER = re.compile(r"(?<![\w-])\+?\d[\d ()-]{8,18}\d(?![\w-])")
_SECRET_KEYS = ("secret", "password", "token", "api_key", "authorization")
_TIMESTAMP_KEYS = frozenset({"timestamp"})

CHATTY = ("alembic", "pymorphy3", "aiosqlite", "faster_whisper", "asyncio", "weasyprint")
"""Libraries that tell at length what nobody asked."""

Event = MutableMapping[str, Any]


def _mask_match(match: re.Match[str]) -> str:
    digits = [c for c in match.group() if c.isdigit()]
    if not 10 <= len(digits) <= 15:
        return match.group()
    return f"***{''.join(digits[-2:])}"


def mask_text(text: str) -> str:
    """The text with everything that looks like a telephone number (10 to 15 digits) reduced to its last two digits."""
    return _NUMBER.sub(_mask_match, text)


def _mask_value(value: Any) -> Any:
    match value:
        case str():
            return mask_text(value)
        case dict():
            return {key: _mask_entry(str(key), inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_mask_value(inner) for inner in value]
        case BaseException():
            return mask_text(f"{type(value).__name__}: {value}")
        case int() if not isinstance(value, bool) and 10**9 < abs(value) < 10**15:
            return mask_text(str(value))
    return value


def _mask_entry(key: str, value: Any) -> Any:
    if any(secret in key.lower() for secret in _SECRET_KEYS):
        return "***"
    return value if key in _TIMESTAMP_KEYS else _mask_value(value)


def mask_event(_logger: Any, _method: str, event: Event) -> Event:
    """structlog processor: masks every value, nested ones and tracebacks included."""
    return {key: _mask_entry(key, value) for key, value in event.items()}


def setup_logging(*, level: str = "INFO", json: bool = False, color: bool = False) -> None:
    """Send structlog and the standard library's logging to standard error in one format (JSON lines or for eyes)."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_event,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # who listens in later (a test) is heard; a line takes microseconds more
    )
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=color, exception_formatter=structlog.dev.plain_traceback)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
