"""The figures of one size, and how time grows with it."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.reresolving.phases import Told, told_of
from benchmarks.stamp import Stamp

ASKED: Final = 1.3
"""How many times as long as Splink it may take."""


@dataclass(frozen=True, slots=True)
class Size:
    """Medians of the runs at one size.

    `busy` is the mean number of processes that wanted a core in the last minute. `helped` is Splink with the agreement
    of names worked out once a pair, `splink` as it is, where it was measured. `ratios` are ours over `helped`, run by
    run, reading left out on both sides. `tight_plan` is one more plan, with `tight` for `memory`, if it was made.
    """

    records: int
    memory: str
    threads: int
    stamp: Stamp
    busy: float
    ours: Told
    helped: Told
    splink: Told | None
    plan: Told
    ratios: tuple[float, ...]
    tight: str = ""
    tight_plan: Told | None = None

    @property
    def ratio(self) -> float:
        """The median of the runs' ratios: each was taken within one run."""
        return statistics.median(self.ratios)

    @property
    def cpu_ratio(self) -> float:
        """The same of CPU seconds, which other work on the machine disturbs less."""
        return self.ours.work.cpu / self.helped.work.cpu

    @property
    def as_it_is_ratio(self) -> float | None:
        """Ours over Splink as it is."""
        return None if self.splink is None else self.ours.work.wall / self.splink.work.wall

    @property
    def plan_ratio(self) -> float:
        """The whole plan, reading and comparing with what is there included, over Splink without reading."""
        return self.plan.work.wall / self.helped.work.wall


def exponent(sizes: Sequence[Size], seconds: Callable[[Size], float]) -> tuple[float, float]:
    """The exponent and the factor of the power of the number of records that fits best: least squares of logarithms."""
    grown, factor = np.polyfit(
        np.log([each.records for each in sizes]), np.log([seconds(each) for each in sizes]), 1
    ).tolist()
    return grown, float(np.exp(factor))


def read_sizes(path: Path) -> list[Size]:
    """The figures that a run wrote."""
    return [
        Size(
            records=each["records"],
            memory=each["memory"],
            threads=each["threads"],
            stamp=Stamp(**each["stamp"]),
            busy=each["busy"],
            ours=told_of(each["ours"]),
            helped=told_of(each["helped"]),
            splink=None if each["splink"] is None else told_of(each["splink"]),
            plan=told_of(each["plan"]),
            tight=each.get("tight", ""),
            tight_plan=None if each.get("tight_plan") is None else told_of(each["tight_plan"]),
            ratios=tuple(each["ratios"]),
        )
        for each in json.loads(path.read_text(encoding="utf-8"))
    ]
