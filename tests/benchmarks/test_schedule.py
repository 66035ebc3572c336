"""Arrivals: a Poisson process that nothing but its seed decides."""

import statistics
from itertools import pairwise

from benchmarks.performance.schedule import arrivals


def test_arrivals_rise_and_end_in_time():
    times = list(arrivals(50.0, 20.0, seed=1))
    assert times == sorted(times)
    assert times[0] > 0
    assert times[-1] < 20.0


def test_the_same_seed_gives_the_same_arrivals():
    assert list(arrivals(50.0, 2.0, seed=1)) == list(arrivals(50.0, 2.0, seed=1))
    assert list(arrivals(50.0, 2.0, seed=1)) != list(arrivals(50.0, 2.0, seed=2))


def test_gaps_are_exponential():
    """Their mean is that of the rate, and their deviation is their mean: not the gaps of a metronome."""
    gaps = [later - earlier for earlier, later in pairwise(arrivals(100.0, 200.0, seed=3))]
    assert abs(statistics.mean(gaps) - 0.01) < 0.0005
    assert abs(statistics.stdev(gaps) / statistics.mean(gaps) - 1) < 0.05
