"""The steps by which a source of records is staged, brought in and taken back, each alone in its transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resolver.writes import Submission


@dataclass(frozen=True, slots=True)
class OpenSource:
    """Makes room for a source; the answer has its number."""


@dataclass(frozen=True, slots=True)
class AddToSource:
    """Stages records of different names; one that was staged in the source before is replaced."""

    source: int
    records: Sequence[Submission]


@dataclass(frozen=True, slots=True)
class CloseSource:
    """Says that all records of a source are there: from now on it can be planned."""

    source: int


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


SourceStep = OpenSource | AddToSource | CloseSource | DropSource | BringIn | TakeBack
