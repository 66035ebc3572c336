"""What standardising a record costs, in a process that has seen no other: one pass, each record timed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from time import perf_counter

import numpy as np

from benchmarks.made_up import domain_record
from resolver.domain.record import Record
from resolver.standardise.findings import findings
from resolver.standardise.record import standardise
from resolver.synthetic.generator import generate_records

_TODAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds a record."""

    median: float
    mean: float
    percentile_99: float


@dataclass(frozen=True, slots=True)
class StandardisingFigures:
    """The cost of the comparable columns and, apart from it, of the findings, on one core."""

    seed: int
    records: int
    standardising: Cost
    findings: Cost


def standardising_figures(seed: int, records: int) -> StandardisingFigures:
    """Times the first `records` records of a seed."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        return fresh.submit(_measured, seed, records).result()


def _measured(seed: int, records: int) -> StandardisingFigures:
    made = [domain_record(each) for each in generate_records(seed, records)]
    return StandardisingFigures(
        seed=seed,
        records=records,
        standardising=_cost(standardise, made),
        findings=_cost(lambda record: findings(record, _TODAY), made),
    )


def _cost(work: Callable[[Record], object], records: Sequence[Record]) -> Cost:
    spent = []
    for record in records:
        begun = perf_counter()
        work(record)
        spent.append((perf_counter() - begun) * 1000)
    return Cost(float(np.median(spent)), float(np.mean(spent)), float(np.percentile(spent, 99)))
