"""What a holding takes that is too large to try: reckoned from what smaller ones took."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.markdown import table

ASKED: Final = 100_000_000
"""Records of the holding that is reckoned."""
REFERENCE: Final = 450_000
PAIRS_A_RECORD: Final = 17.35
"""Candidate pairs a record at `REFERENCE` records: half of the candidates a record of `results/quality.md`."""
_CORES: Final = (64, 256, 1024)


@dataclass(frozen=True, slots=True)
class Point:
    """What a size took: CPU seconds of Spark, bytes of the exchange folder, MiB of the process that asks for it."""

    records: int
    candidates: int
    strong: int
    cpu: float
    exchange_bytes: int
    driver_mib: float


@dataclass(frozen=True, slots=True)
class Rates:
    """CPU seconds for a million candidate pairs; pairs that count, and bytes, for a record; KiB that a record adds.

    The CPU seconds are those of the largest size, with what any run takes to begin with: at most what it is.
    """

    a_million_pairs: float
    exchange_bytes: float
    strong: float
    driver_kib: float


def rates(points: Sequence[Point]) -> Rates:
    """What the largest size took, and the straight line of least squares for memory; of two points at least."""
    records = np.array([point.records for point in points], float)
    grown, _ = np.polyfit(records, [point.driver_mib for point in points], 1)
    last = points[-1]
    return Rates(
        a_million_pairs=last.cpu / last.candidates * 1e6,
        exchange_bytes=last.exchange_bytes / last.records,
        strong=last.strong / last.records,
        driver_kib=float(grown) * 1024,
    )


def sizing(points: Sequence[Point]) -> Iterator[str]:
    """The page's section on a holding of `ASKED` records."""
    yield f"## {ASKED:,} records, on paper"
    yield ""
    if len(points) < 2:
        yield "Nothing can be said from one size."
        return
    found = rates(points)
    yield (
        f"The largest size above took {found.a_million_pairs:,.0f} CPU seconds for a million candidate pairs. Much of"
        " that is what any run takes to begin with, so more pairs take less each; how much less, sizes as small as"
        " these do not tell. Reckoned with it, and not measured, since no cluster was there to try; what a cluster"
        " spends on sending is not in it:"
    )
    yield ""
    kept = ASKED * PAIRS_A_RECORD
    grown = kept * ASKED / REFERENCE
    rows = []
    for words, pairs in (("blocks as large as at 450,000 records", kept), ("blocking keys as they are", grown)):
        hours = pairs / 1e6 * found.a_million_pairs / 3600
        rows.append([words, f"{pairs:,.0f}", f"{hours:,.0f}", *(f"{hours / cores:,.1f} h" for cores in _CORES)])
    yield from table(["", "candidate pairs", "core hours", *(f"on {cores:,} cores" for cores in _CORES)], rows)
    yield ""
    yield (
        "Blocking keys are made where a block is expected to be small in a holding of 450,000, unless a model is"
        " trained for another (`resolver train --holding`)."
        " In a larger holding blocks grow with it, and pairs with its square: the second row, which nobody should run."
        " The first is with a model for the size that is meant and families chosen anew, which finds fewer"
        " of the true pairs; how many is to be measured before."
    )
    yield ""
    own = found.driver_kib * ASKED / (1 << 20)
    yield (
        f"The exchange folder holds {found.exchange_bytes:,.0f} bytes a record, so"
        f" {found.exchange_bytes * ASKED / 1e9:,.0f} GB, besides what Splink writes there between its steps. What"
        f" counts comes back, {found.strong:,.1f} pairs a record at the largest size. Groups, review tasks and the list"
        " of changes are made by one process on the machine that has the store. The process that measured this grew"
        f" by {found.driver_kib:,.1f} KiB a record, its own copy of the records counted, which would be {own:,.0f}"
        " GiB: that, and not Spark, bounds the size of a holding."
    )
