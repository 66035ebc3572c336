"""When calls arrive: by a schedule that does not wait for answers."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random


def arrivals(rate: float, seconds: float, seed: int) -> Iterator[float]:
    """Seconds after the start at which calls of a Poisson process are due, `rate` a second on average."""
    draw = Random(seed)
    due = draw.expovariate(rate)
    while due < seconds:
        yield due
        due += draw.expovariate(rate)
