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
    """CPU seconds that any run takes, and that a million candidate pairs add; bytes and MiB that records add."""

    fixed: float
    a_million_pairs: float
    exchange_bytes: float
    strong: float
    driver_kib: float


def rates(points: Sequence[Point]) -> Rates:
    """Straight lines of least squares through the points, of which there are two at least."""
    pairs = np.array([point.candidates for point in points], float)
    records = np.array([point.records for point in points], float)
    slope, fixed = np.polyfit(pairs, [point.cpu for point in points], 1)
    grown, _ = np.polyfit(records, [point.driver_mib for point in points], 1)
    last = points[-1]
    return Rates(
        fixed=float(fixed),
        a_million_pairs=float(slope) * 1e6,
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
        f"A straight line through the sizes above: {found.fixed:,.0f} CPU seconds whatever the size, and"
        f" {found.a_million_pairs:,.0f} for a million candidate pairs. Reckoned, not measured: no cluster was there to"
        " try, and what a cluster spends on sending is not in it."
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
        "Blocking keys are made where a block is expected to be small in a holding of 450,000 (`REFERENCE_HOLDING`)."
        " In a larger holding blocks grow with it, and pairs with its square: the second row, which nobody should run."
        " The first is with a `REFERENCE_HOLDING` of the size that is meant and families chosen anew, which finds fewer"
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
