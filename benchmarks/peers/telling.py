"""What a peer's script tells: seconds by step, memory, version. Standard library alone: every environment has it."""

from __future__ import annotations

import csv
import json
import resource
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict


class Told(TypedDict):
    """The figures of a script, in `told.json`: seconds by step, and those of each repetition of a small thing."""

    version: str
    seconds: dict[str, float]
    each: dict[str, list[float]]
    cpu_seconds: float
    peak_mib: float


class Telling:
    """The seconds that the steps of a script take, and what it found."""

    def __init__(self, package: str, output: Path) -> None:
        self._package, self._output = package, output
        self._seconds: dict[str, float] = {}
        self._each: dict[str, list[float]] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Times a step of the run from the file to the groups."""
        begun = time.perf_counter()
        yield
        self._seconds[name] = self._seconds.get(name, 0.0) + time.perf_counter() - begun

    @contextmanager
    def once(self, name: str) -> Iterator[None]:
        """Times one of several repetitions of a small thing, which is no part of the run."""
        begun = time.perf_counter()
        yield
        self._each.setdefault(name, []).append(time.perf_counter() - begun)

    def groups(self, groups: Iterable[Sequence[str]]) -> None:
        """Writes which records are one person, for the judge."""
        rows = ((record, number) for number, group in enumerate(groups) for record in group)
        self._write("groups.csv", ("record", "group"), rows)

    def pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Writes which pairs of records match, for a tool that does not group them."""
        self._write("pairs.csv", ("left", "right"), pairs)

    def end(self) -> None:
        """Writes the figures beside what was found."""
        own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        told: Told = {
            "version": version(self._package),
            "seconds": self._seconds,
            "each": self._each,
            "cpu_seconds": sum(used.ru_utime + used.ru_stime for used in (own, children)),
            "peak_mib": _peak_mib(),
        }
        (self._output / "told.json").write_text(json.dumps(told), encoding="utf-8")

    def _write(self, name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        with (self._output / name).open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(head)
            table.writerows(rows)


def _peak_mib() -> float:
    """The most resident memory of this process. Linux' `ru_maxrss` would include that of the process before `exec`."""
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:"))
