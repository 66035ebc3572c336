"""Percentiles of latencies: nearest rank, and no lost call makes the others look better."""

import pytest

from benchmarks.performance.latency import Latency, latency_of, median_run


@pytest.mark.parametrize(
    ("answered", "lost", "expected"),
    [
        ([7.0], 0, Latency(1, 0, 7.0, 7.0, 7.0, 7.0)),
        (list(range(1, 101)), 0, Latency(100, 0, 50, 90, 99, 100)),
        (list(range(100, 0, -1)), 0, Latency(100, 0, 50, 90, 99, 100)),
        ([1.0] * 99, 1, Latency(100, 1, 1.0, 1.0, 1.0, 5_000.0)),
        ([1.0] * 98, 2, Latency(100, 2, 1.0, 1.0, 5_000.0, 5_000.0)),
        ([], 3, Latency(3, 3, 5_000.0, 5_000.0, 5_000.0, 5_000.0)),
    ],
)
def test_percentiles(answered, lost, expected):
    assert latency_of(answered, lost, 5_000.0) == expected


def test_no_calls_have_no_percentiles():
    with pytest.raises(ValueError, match="no calls"):
        latency_of([], 0, 5_000.0)


def test_the_median_of_runs_is_taken_percentile_by_percentile():
    runs = [Latency(10, 0, 1, 9, 20, 30), Latency(10, 2, 3, 5, 40, 90), Latency(10, 0, 2, 7, 30, 60)]
    assert median_run(runs) == Latency(30, 2, 2, 7, 30, 60)
