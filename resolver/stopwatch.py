"""What the time of a batch went into."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum


class Phase(Enum):
    """A part of the work on a batch."""

    LOOK_UP = "look_up"
    STANDARDISE = "standardise"
    LOAD = "load"
    SCORE = "score"
    PARTITION = "partition"
    WRITE = "write"
    COMMIT = "commit"


@dataclass(frozen=True, slots=True)
class Lap:
    """One run of a phase; `begun` on the stopwatch's clock."""

    phase: Phase
    begun: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a batch took, the runs of its phases in their order, and how many records' pairs were scored in it."""

    begun: float
    seconds: float
    laps: tuple[Lap, ...]
    records: int
    candidates: int
    pairs: int


class Stopwatch:
    """Belongs to the writer's thread. Phases do not overlap."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.start()

    def start(self) -> None:
        """Begins a batch."""
        self._laps: list[Lap] = []
        self._records = self._candidates = self._pairs = 0
        self._begun = self._clock()

    @contextmanager
    def phase(self, phase: Phase) -> Iterator[None]:
        """Counts the block into a phase."""
        begun = self._clock()
        try:
            yield
        finally:
            self._laps.append(Lap(phase, begun, self._clock() - begun))

    def scored(self, records: int, candidates: int, pairs: int) -> None:
        """Counts records that were compared, the candidate pairs they had, and the pairs that were kept of these."""
        self._records += records
        self._candidates += candidates
        self._pairs += pairs

    def stop(self) -> Timing:
        """Ends the batch."""
        seconds = self._clock() - self._begun
        return Timing(self._begun, seconds, tuple(self._laps), self._records, self._candidates, self._pairs)
