"""All figures of a measurement of quality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmarks.febrl import FebrlFigures
from benchmarks.large_holding import HoldingFigures
from benchmarks.made_up import SetFigures
from benchmarks.parity import ParityFigures
from benchmarks.several_seeds import SeedFigures
from benchmarks.stamp import Stamp
from benchmarks.standardising import StandardisingFigures

TRAINING_SEED, REPORT_SEED = 101, 303
TUNING_SEEDS = (202, 204, 205, 404, 701, 702, 703, 704, 705, 706)
OTHER_REPORT_SEEDS = (801, 802, 803, 804, 805)
"""Of the ordinary world; with `REPORT_SEED` they say how good it is, and nothing else is done with them."""
TUNING = ", ".join(map(str, TUNING_SEEDS))


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured. `tokens` is None where the rows of spellings are not there; `check` is that of ECM."""

    stamp: Stamp
    model: str
    ordinary: SetFigures
    others: tuple[SeedFigures, ...]
    held_out: SetFigures
    check: dict[str, Any]
    holding: HoldingFigures
    febrl: tuple[FebrlFigures, ...]
    tokens: dict[str, float] | None
    standardising: StandardisingFigures
    parity: ParityFigures


def all_seeds(found: Quality) -> tuple[SeedFigures, ...]:
    """All sets of the ordinary world that figures are reported on."""
    return SeedFigures(found.ordinary.seed, found.ordinary.evaluation), *found.others
