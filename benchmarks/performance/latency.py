"""Latencies of calls as percentiles."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles of latencies, milliseconds, and the calls that were lost: refused, or not answered in time.

    A lost call counts as one that took the whole deadline, so that losing calls never makes the others look better.
    """

    calls: int
    lost: int
    p50: float
    p90: float
    p99: float
    most: float


def latency_of(answered: Sequence[float], lost: int, deadline: float) -> Latency:
    """The percentiles (nearest rank) of answered calls and `lost` ones; `deadline` in milliseconds."""
    values = np.array([*answered, *([deadline] * lost)])
    if not values.size:
        raise ValueError("there were no calls")
    p50, p90, p99 = np.percentile(values, (50, 90, 99), method="inverted_cdf").tolist()
    return Latency(int(values.size), lost, round(p50, 2), round(p90, 2), round(p99, 2), round(float(values.max()), 2))


def median_run(runs: Sequence[Latency]) -> Latency:
    """The medians of each percentile over repeated runs; calls and lost calls of all of them."""
    middle = {
        name: round(statistics.median(getattr(run, name) for run in runs), 2) for name in ("p50", "p90", "p99", "most")
    }
    return Latency(sum(run.calls for run in runs), sum(run.lost for run in runs), **middle)
