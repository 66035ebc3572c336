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
from resolver.linkage.term_frequencies import REFERENCE_HOLDING

FIGURES: Final = Path(__file__).parents[1] / "results" / "reresolving.json"
"""Where they are kept."""
ASKED: Final = 1.3
"""How many times as long as Splink it may take."""


@dataclass(frozen=True, slots=True)
class Size:
    """Medians of the runs at one size.

    `busy` is the mean number of processes that wanted a core in the last minute. `helped` is Splink with the agreement
    of names worked out once a pair, `splink` as it is, where each was measured; `plan` too. `ratios` are ours over
    `helped`, run by run, reading left out on both sides. `tight_plan` is one more plan, with `tight` for `memory`, if
    it was made. Blocking keys are for `holding` records.
    """

    records: int
    memory: str
    threads: int
    stamp: Stamp
    busy: float
    ours: Told
    helped: Told | None
    splink: Told | None
    plan: Told | None
    ratios: tuple[float, ...]
    holding: int = REFERENCE_HOLDING
    tight: str = ""
    tight_plan: Told | None = None

    @property
    def ratio(self) -> float | None:
        """The median of the runs' ratios: each was taken within one run."""
        return statistics.median(self.ratios) if self.ratios else None

    @property
    def cpu_ratio(self) -> float | None:
        """The same of CPU seconds, which other work on the machine disturbs less."""
        return None if self.helped is None else self.ours.work.cpu / self.helped.work.cpu

    @property
    def as_it_is_ratio(self) -> float | None:
        """Ours over Splink as it is."""
        return None if self.splink is None else self.ours.work.wall / self.splink.work.wall

    @property
    def plan_ratio(self) -> float | None:
        """The whole plan, reading and comparing with what is there included, over Splink without reading."""
        if self.plan is None or self.helped is None:
            return None
        return self.plan.work.wall / self.helped.work.wall


Way = Callable[[Size], Told | None]
"""What one way took at a size, where it was measured."""


def growth(sizes: Sequence[Size], of: Way) -> list[tuple[int, float]]:
    """Records and wall seconds of a way, without reading, where it was measured."""
    measured = ((each.records, of(each)) for each in sizes)
    return [(records, told.work.wall) for records, told in measured if told is not None]


def exponent(grown: Sequence[tuple[int, float]]) -> tuple[float, float]:
    """The exponent and the factor of the power of the number of records that fits best: least squares of logarithms.

    `grown` has records and seconds, of two sizes at least.
    """
    records, seconds = zip(*grown, strict=True)
    power, factor = np.polyfit(np.log(records), np.log(seconds), 1).tolist()
    return power, float(np.exp(factor))


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
            **{way: each.get(way) and told_of(each[way]) for way in ("helped", "splink", "plan", "tight_plan")},
            tight=each.get("tight", ""),
            ratios=tuple(each["ratios"]),
            holding=each.get("holding", REFERENCE_HOLDING),
        )
        for each in json.loads(path.read_text(encoding="utf-8"))
    ]
