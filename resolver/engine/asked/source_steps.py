"""The steps by which a source of records is staged, brought in and taken back, each alone in its transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resolver.engine.asked.submission import Submission


@dataclass(frozen=True, slots=True)
class StageRecords:
    """Stages records of different names in a source; 0 begins one. The answer has its number.

    One that was staged there before is replaced. Once a source is `whole`, it can be planned, and nothing is added.
    """

    source: int
    records: Sequence[Submission]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class DropSource:
    """Drops what waits of a source."""

    source: int


@dataclass(frozen=True, slots=True)
class BringIn:
    """Brings records of a plan's source in, by their places there, and finishes the plan after the last."""

    plan: int
    records: Mapping[int, Submission]


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Withdraws some of the records that a plan brought in, and finishes taking it back after the last."""

    plan: int
    records: int


SourceStep = StageRecords | DropSource | BringIn | TakeBack
