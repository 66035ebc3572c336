"""Logs: one line an entry, for people or as JSON, and no personal data in either.

Our own messages have none. What other libraries say may quote a value, so of theirs only the template is written, and
of an exception only its type and where it happened.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from resolver.domain.fault import whereabouts

OURS: Final = "resolver"
_log = logging.getLogger(__name__)


def set_up_logs(as_json: bool, stream: TextIO | None = None) -> None:
    """Sends every log entry of the process, from INFO on, to a stream; stderr when none is given."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if as_json else Lines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(True)


def set_up_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Logs what no task of an event loop catches; asyncio's own message would quote it."""

    def log(_: asyncio.AbstractEventLoop, about: dict[str, Any]) -> None:
        _log.error("a task failed", exc_info=about.get("exception"))

    loop.set_exception_handler(log)


class JsonLines(logging.Formatter):
    """An entry as a JSON object: time, level, logger, message, the entry's own fields, and where a fault happened."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of an entry."""
        entry = {"time": _time(record), "level": record.levelname, "logger": record.name, "message": _message(record)}
        return json.dumps(entry | dict(_fields(record)), ensure_ascii=False)


class Lines(logging.Formatter):
    """An entry as a line of text; its fields follow as `name=value`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of an entry."""
        fields = "".join(f" {name}={value}" for name, value in _fields(record).items())
        return f"{_time(record)} {record.levelname} {record.name} {_message(record)}{fields}"


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _message(record: logging.LogRecord) -> str:
    ours = record.name == OURS or record.name.startswith(f"{OURS}.")
    return record.getMessage() if ours else str(record.msg).partition("\n")[0]


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    fields: dict[str, Any] = dict(getattr(record, "fields", {}))
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        fields["fault"] = whereabouts(error)
    return fields
