"""How fast the writer is, as measured, and what follows: how much a batch may take on, and how long a backlog lasts."""

from __future__ import annotations

_WEIGHT = 0.3
"""Of the newest measurement in the running mean."""


class Pace:
    """A running mean of the units of work carried out in a second. One thread measures; any may ask."""

    def __init__(self, fewest: int, most: int, per_second: float = 500.0) -> None:
        """Takes the bounds of a batch, in units, and what to assume before the first measurement."""
        self._fewest = fewest
        self._most = most
        self._per_second = per_second

    @property
    def per_second(self) -> float:
        """Units a second."""
        return self._per_second

    def measured(self, units: int, seconds: float) -> None:
        """Counts a batch in."""
        # A batch has a fixed cost, so a smaller one looks slower; bounded steps let size and mean settle together.
        now = units / max(seconds, 1e-6)
        self._per_second += _WEIGHT * (min(now, 10 * self._per_second) - self._per_second)

    def room(self, seconds: float) -> int:
        """The units that a batch may have to take about that long."""
        return max(self._fewest, min(self._most, int(seconds * self._per_second)))

    def seconds(self, units: int) -> float:
        """How long so much work lasts."""
        return units / max(self._per_second, 1e-6)
