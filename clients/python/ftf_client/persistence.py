"""How long and how often a stream looks for a service that it has lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ftf_client.errors import ServiceError

_LONGEST_PAUSE: Final = 10.0


@dataclass(frozen=True, slots=True)
class Persistence:
    """Seconds. A service that has answered once is looked for until it has said nothing for `patience`.

    The pause between attempts doubles from `first_pause` to ten seconds, and begins anew with every word.
    """

    patience: float = 120.0
    first_pause: float = 0.2


class Attempts:
    """The attempts of one stream. A service that never answered is not looked for: its address may be wrong."""

    def __init__(self, persistence: Persistence, sleep: Callable[[float], object] = time.sleep) -> None:
        self._persistence = persistence
        self._sleep = sleep
        self._pause = persistence.first_pause
        self._heard: float | None = None

    def heard(self) -> None:
        """Notes a word of the service."""
        self._heard, self._pause = time.monotonic(), self._persistence.first_pause

    def wait(self, error: ServiceError) -> None:
        """Waits before the next attempt after an error.

        Raises:
            ServiceError: that error, when it does not pass or the patience is at its end.
        """
        if self._heard is None or not error.passes or time.monotonic() - self._heard > self._persistence.patience:
            raise error
        if error.retry_after is None:
            pause, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE)
        else:
            pause = error.retry_after
        self._sleep(pause)
