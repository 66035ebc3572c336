"""All figures of a measurement of quality, and their form for machines."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
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


def plain(value: Any) -> Any:  # noqa: ANN401 - any value that JSON has a form for
    """A dataclass as a dictionary of its fields and properties, with all that is in it; anything else as it is."""
    if is_dataclass(value):
        derived = [name for name, member in vars(type(value)).items() if isinstance(member, property)]
        return {name: plain(getattr(value, name)) for name in (*(each.name for each in fields(value)), *derived)}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value
