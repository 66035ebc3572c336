"""How many candidates a record meets in a holding of the world's size: keys of all records, joined with a sample's."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import get_context
from random import Random

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.blocking_report import FAMILIES, keys_table
from benchmarks.made_up import domain_record
from resolver.linkage.term_frequencies import TermFrequencies
from resolver.standardise.record import standardise
from resolver.synthetic.generator import GeneratedRecord, generate_records

Progress = Callable[[str], None]

_PROCESSES = 2
_CHUNK = 5_000
_WAITING = 4
"""Chunks that wait for a process at most, so that the records are never all in memory."""
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
        for done, keys in _key_tables(generate_records(seed, records, drafted), frequencies):
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
        if before // _CHUNK < self._drafted // _CHUNK:
            self._progress(f"candidates at {self._records:,} records: {self._drafted:,} drafted")


def _key_tables(generated: Iterable[GeneratedRecord], frequencies: TermFrequencies) -> Iterator[tuple[int, pa.Table]]:
    """Tables of keys with the number of records done, made side by side."""
    waiting: deque[tuple[int, Future[pa.Table]]] = deque()
    with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
        for first, chunk in _chunks(generated):
            waiting.append((first + len(chunk), pool.submit(partial(_keys_of, frequencies, first), chunk)))
            if len(waiting) > _WAITING:
                done, future = waiting.popleft()
                yield done, future.result()
        for done, future in waiting:
            yield done, future.result()


def _chunks(generated: Iterable[GeneratedRecord]) -> Iterator[tuple[int, list[GeneratedRecord]]]:
    left, first = iter(generated), 0
    while chunk := list(islice(left, _CHUNK)):
        yield first, chunk
        first += len(chunk)


def _keys_of(frequencies: TermFrequencies, first: int, chunk: Sequence[GeneratedRecord]) -> pa.Table:
    return keys_table([standardise(domain_record(each)) for each in chunk], frequencies, first)


def _family(name: str, bit: int, found: Sequence[tuple[int, int, int]], sampled: int) -> FamilyCandidates:
    reached = [(families == bit, count) for _, families, count in found if families & bit]
    return FamilyCandidates(
        family=name,
        mean=sum(count for _, count in reached) / sampled,
        mean_alone=sum(count for alone, count in reached if alone) / sampled,
    )
