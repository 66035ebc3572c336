"""How many candidates a record meets in a holding of the world's size: keys of all records, joined with a sample's."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.blocking_report import FAMILIES, keys_table
from benchmarks.made_up import domain_record
from benchmarks.side_by_side import side_by_side
from resolver.linkage.term_frequencies import TermFrequencies
from resolver.standardise.record import standardise
from resolver.synthetic.generator import GeneratedRecord, generate_records

Progress = Callable[[str], None]

_TOLD_EVERY = 5_000
_MEMORY = "3GB"
_CANDIDATES = """
SELECT s.record_number, k.record_number AS candidate, bit_or(1::BIGINT << k.family) AS families
FROM keys s JOIN sample USING (record_number) JOIN keys k ON k.key = s.key AND k.record_number <> s.record_number
GROUP BY ALL
"""
_BY_RECORD = f"""
SELECT record_number, families, count(*) AS candidates FROM ({_CANDIDATES}) GROUP BY ALL
"""  # noqa: S608 - built from constants


@dataclass(frozen=True, slots=True)
class FamilyCandidates:
    """Candidates a record that one family brings; `alone`: and no other."""

    family: str
    mean: float
    mean_alone: float


@dataclass(frozen=True, slots=True)
class HoldingFigures:
    """Distinct candidates a record of the sample, among all records of the holding; `keys` a record on average."""

    seed: int
    records: int
    sampled: int
    keys: float
    mean: float
    median: float
    percentile_99: float
    most: int
    families: tuple[FamilyCandidates, ...]
    seconds: float


def holding_figures(
    seed: int, records: int, sampled: int, frequencies: TermFrequencies, progress: Progress
) -> HoldingFigures:
    """Generates a holding of the ordinary world and counts the candidates of a random sample of its records."""
    begun = time.monotonic()
    with duckdb.connect(config={"memory_limit": _MEMORY, "preserve_insertion_order": False}) as connection:
        connection.from_arrow(keys_table([], frequencies)).create("keys")
        drafted = _Drafted(records, progress)
        for done, keys in side_by_side(generate_records(seed, records, drafted), partial(_keys_of, frequencies)):
            connection.register("some_keys", keys)
            connection.execute("INSERT INTO keys FROM some_keys")
            progress(f"candidates at {records:,} records: keys of {done:,}")
        chosen = sorted(Random(f"{seed}/sample").sample(range(records), sampled))
        connection.from_arrow(pa.table({"record_number": pa.array(chosen, pa.int32())})).create("sample")
        progress(f"candidates at {records:,} records: joining")
        found = connection.execute(_BY_RECORD).fetchall()
        (keys_in_all,) = connection.table("keys").count("*").fetchall()[0]
    candidates = dict.fromkeys(chosen, 0)
    for number, _, count in found:
        candidates[number] += count
    spread = np.array(list(candidates.values()))
    return HoldingFigures(
        seed=seed,
        records=records,
        sampled=sampled,
        keys=keys_in_all / records,
        mean=float(spread.mean()),
        median=float(np.median(spread)),
        percentile_99=float(np.percentile(spread, 99)),
        most=int(spread.max()),
        families=tuple(_family(name, 1 << place, found, sampled) for place, name in enumerate(FAMILIES)),
        seconds=round(time.monotonic() - begun, 1),
    )


class _Drafted:
    """Tells how many records the generator has drafted."""

    def __init__(self, records: int, progress: Progress) -> None:
        self._records, self._progress, self._drafted = records, progress, 0

    def __call__(self, more: int) -> None:
        before, self._drafted = self._drafted, self._drafted + more
        if before // _TOLD_EVERY < self._drafted // _TOLD_EVERY:
            self._progress(f"candidates at {self._records:,} records: {self._drafted:,} drafted")


def _keys_of(frequencies: TermFrequencies, first: int, chunk: Sequence[GeneratedRecord]) -> pa.Table:
    return keys_table([standardise(domain_record(each)) for each in chunk], frequencies, first)


def _family(name: str, bit: int, found: Sequence[tuple[int, int, int]], sampled: int) -> FamilyCandidates:
    reached = [(families == bit, count) for _, families, count in found if families & bit]
    return FamilyCandidates(
        family=name,
        mean=sum(count for _, count in reached) / sampled,
        mean_alone=sum(count for alone, count in reached if alone) / sampled,
    )
