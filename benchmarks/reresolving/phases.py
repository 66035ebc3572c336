"""What one process of a run took, phase by phase, as the line of JSON that it writes at its end."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

READING: Final = "reading"
"""The phase in which records come from where they are kept."""
_COUNT: Final = re.compile(r",? *\d[\d,]*( %)?")


@dataclass(frozen=True, slots=True)
class Spent:
    """Wall seconds and CPU seconds, of all threads."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Told:
    """What a process found and took.

    `phases` in their order. `peak` is the most resident memory in MiB, `pairs` those that count, `groups` the groups
    with more than one record.
    """

    phases: Mapping[str, Spent]
    peak: float
    candidates: int
    pairs: int
    groups: int

    @property
    def work(self) -> Spent:
        """What all phases took together but `READING`, which is not compared."""
        some = [spent for name, spent in self.phases.items() if name != READING]
        return Spent(sum(each.wall for each in some), sum(each.cpu for each in some))


class Phases:
    """Keeps the time of one phase after another."""

    def __init__(self) -> None:
        self._found: dict[str, Spent] = {}
        self._current = ""
        self._begun = self._cpu = 0.0

    def begin(self, name: str) -> None:
        """Ends the phase before, unless it is of the same name, and begins one; an empty name begins none."""
        if name == self._current:
            return
        now, cpu = time.perf_counter(), time.process_time()
        if self._current:
            before = self._found.get(self._current, Spent(0.0, 0.0))
            wall = before.wall + now - self._begun
            self._found[self._current] = Spent(round(wall, 3), round(before.cpu + cpu - self._cpu, 3))
        self._current, self._begun, self._cpu = name, now, cpu

    def told(self, words: str, *_counts: int) -> None:
        """Begins a phase by what work says that it does."""
        self.begin(phase_of(words))

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """A phase for the length of a block."""
        self.begin(name)
        yield
        self.begin("")

    def write(self, candidates: int, pairs: int, groups: int) -> None:
        """Writes what was found, and what it took, as a line of JSON."""
        self.begin("")
        print(json.dumps(asdict(Told(self._found, peak_mib(), candidates, pairs, groups))), flush=True)


def phase_of(words: str) -> str:
    """The name of a phase in what work says that it does, such as `scoring 1,234 candidate pairs, 5 %`: no counts."""
    return _COUNT.sub("", words)


def read_told(line: str) -> Told:
    """What `Phases.write` wrote."""
    return told_of(json.loads(line))


def told_of(found: Mapping[str, Any]) -> Told:
    """The same from its form for machines."""
    phases = {name: Spent(**spent) for name, spent in found["phases"].items()}
    return Told(**{**found, "phases": phases})


def peak_mib() -> float:
    """The most resident memory of this process. Linux' `ru_maxrss` would include that of the process before `exec`."""
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return round(next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:")))
