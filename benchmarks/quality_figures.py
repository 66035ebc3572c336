"""All figures of a measurement of quality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmarks.febrl import FebrlFigures
from benchmarks.large_holding import HoldingFigures
from benchmarks.made_up import SetFigures
from benchmarks.parity import ParityFigures
from benchmarks.stamp import Stamp
from benchmarks.standardising import StandardisingFigures

TRAINING_SEED, TUNING_SEED, REPORT_SEED = 101, 202, 303


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured. `tokens` is None where the rows of spellings are not there; `check` is that of ECM."""

    stamp: Stamp
    model: str
    ordinary: SetFigures
    held_out: SetFigures
    check: dict[str, Any]
    holding: HoldingFigures
    febrl: tuple[FebrlFigures, ...]
    tokens: dict[str, float] | None
    standardising: StandardisingFigures
    parity: ParityFigures
