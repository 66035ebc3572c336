"""How many records one call of a stream may have in flight."""

from __future__ import annotations

import threading


class BatchTooLarge(ValueError):
    """A batch has more records than the service takes at once; `credit` is how many it takes."""

    def __init__(self, records: int, credit: int) -> None:
        super().__init__(f"a batch has {records} records, and the service takes {credit} at once")
        self.credit = credit


class Credit:
    """The server's word on what may be in flight. Closed, it lets nobody wait any longer."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._credit: int | None = None
        self._in_flight = 0
        self.closed = False

    def grant(self, credit: int, acknowledged: int) -> None:
        """Takes the server's word, given with the acknowledgement of that many records."""
        with self._changed:
            self._credit, self._in_flight = credit, self._in_flight - acknowledged
            self._changed.notify_all()

    def take(self, records: int) -> bool:
        """Waits until so many more may fly; False when closed.

        Raises:
            BatchTooLarge: they never may.
        """
        with self._changed:
            while not self.closed:
                if self._credit is not None and self._in_flight + records <= self._credit:
                    self._in_flight += records
                    return True
                if self._credit is not None and not self._in_flight:
                    raise BatchTooLarge(records, self._credit)
                self._changed.wait()
            return False

    def close(self) -> None:
        """Ends all waiting."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
