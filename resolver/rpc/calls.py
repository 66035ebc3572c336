"""A call as those see it who watch the server: its method, how it ended, how long it took; nothing of its content."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final, Protocol


@dataclass(slots=True)
class Call:
    """A call that runs or has ended.

    `method` is `{package.Service}/{Method}`; `number` tells the call from all others, in the log and in the error that
    a caller is shown; `trace` has the caller's W3C trace headers. `reason` is that of the error, empty for none.
    """

    method: str
    streaming: bool
    trace: Mapping[str, str]
    number: str = field(default_factory=lambda: secrets.token_hex(8))
    begun: float = field(default_factory=time.monotonic)
    reason: str = ""


class CallWatcher(Protocol):
    """Told of every call of the contract, on the event loop and in the context of the call."""

    def call_begun(self, call: Call) -> None:
        """The call came in."""

    def call_ended(self, call: Call, code: str, seconds: float) -> None:
        """The call was answered with a status code, as `OK` or `NOT_FOUND`."""


CURRENT: Final[ContextVar[Call | None]] = ContextVar("call", default=None)
"""The call that a task serves."""
