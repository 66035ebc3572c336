"""How long and how often a stream looks for a service that it has lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ftf_client.errors import ServiceError
from ftf_client.policy import ATTEMPTS

_LONGEST_PAUSE: Final = 10.0


@dataclass(frozen=True, slots=True)
class Persistence:
    """Seconds. A service that has said a word is looked for until it has said nothing for `patience`.

    The pause between attempts doubles from `first_pause` to ten seconds, begins anew with every word, and is what the
    service asks for when it does. One that has said nothing yet is given as many attempts as a single call, so that a
    wrong address or certificate is told soon.
    """

    patience: float = 120.0
    first_pause: float = 0.2


class Attempts:
    """The attempts of one stream."""

    def __init__(self, persistence: Persistence, sleep: Callable[[float], object] = time.sleep) -> None:
        self._persistence = persistence
        self._sleep = sleep
        self._pause = persistence.first_pause
        self._heard: float | None = None
        self._attempt = 1

    def heard(self) -> None:
        """Notes a word of the service."""
        self._heard, self._pause = time.monotonic(), self._persistence.first_pause

    def wait(self, error: ServiceError) -> None:
        """Waits before the next attempt after an error.

        Raises:
            ServiceError: that error, when it does not pass or the patience is at its end.
        """
        if not error.passes or self._at_its_end():
            raise error
        self._attempt += 1
        if error.retry_after is None:
            pause, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE)
        else:
            pause = error.retry_after
        self._sleep(pause)

    def _at_its_end(self) -> bool:
        if self._heard is None:
            return self._attempt >= ATTEMPTS
        return time.monotonic() - self._heard > self._persistence.patience
