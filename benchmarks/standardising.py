"""What standardising a record costs, in a process that has seen no other: one pass, each record timed.

The process is set up as those that make records ready for the service, and there are several, one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, dataclass
from datetime import date
from multiprocessing import get_context
from statistics import median
from time import perf_counter

import numpy as np

from benchmarks.made_up import domain_record
from resolver.collecting import collect_seldom
from resolver.domain.record import Record
from resolver.standardise.findings import findings
from resolver.standardise.record import standardise
from resolver.synthetic.generator import generate_records

_TODAY = date(2026, 1, 1)
_RUNS = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds a record."""

    median: float
    mean: float
    percentile_99: float


@dataclass(frozen=True, slots=True)
class StandardisingFigures:
    """The cost of the comparable columns and, apart from it, of the findings, on one core: medians of `runs`."""

    seed: int
    records: int
    runs: int
    standardising: Cost
    findings: Cost


def standardising_figures(seed: int, records: int) -> StandardisingFigures:
    """Times the first `records` records of a seed."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as fresh:
        costs = [fresh.submit(_measured, seed, records).result() for _ in range(_RUNS)]
    return StandardisingFigures(seed, records, _RUNS, *map(_middle, zip(*costs, strict=True)))


def _measured(seed: int, records: int) -> tuple[Cost, Cost]:
    made = [domain_record(each) for each in generate_records(seed, records)]
    collect_seldom()
    return _cost(standardise, made), _cost(lambda record: findings(record, _TODAY), made)


def _middle(costs: Sequence[Cost]) -> Cost:
    return Cost(*(median(figures) for figures in zip(*map(astuple, costs), strict=True)))


def _cost(work: Callable[[Record], object], records: Sequence[Record]) -> Cost:
    spent = []
    for record in records:
        begun = perf_counter()
        work(record)
        spent.append((perf_counter() - begun) * 1000)
    return Cost(float(np.median(spent)), float(np.mean(spent)), float(np.percentile(spent, 99)))
