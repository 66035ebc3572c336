"""Whether a measure has stopped growing.

The last half of its samples is cut into windows of equal number; the slope is Theil and Sen's, the median of the slopes
between the medians of all pairs of windows, so that no single peak and no single window decides. The rise is that slope
over the length of the half. A measure is flat when its rise is at most an allowance: a share of its median, or a number
that it may vary by in any case, whichever is more.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

WINDOWS = 8


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a measure may rise by over the last half: a share of its median, or a number."""

    share: float
    number: float


@dataclass(frozen=True, slots=True)
class Flatness:
    """The finding on one measure; `rise` over the last half, in its own unit."""

    median: float
    rise: float
    allowed: float

    @property
    def flat(self) -> bool:
        """Whether it has stopped growing."""
        return self.rise <= self.allowed


def flatness(values: Sequence[float], allowance: Allowance) -> Flatness:
    """The finding on values that were sampled at equal distances; needs two in the last half."""
    half = values[len(values) // 2 :]
    count = min(WINDOWS, len(half))
    edges = [round(i * len(half) / count) for i in range(count + 1)]
    medians = [statistics.median(half[a:b]) for a, b in pairwise(edges)]
    slopes = [(later - earlier) / (j - i) for (i, earlier), (j, later) in combinations(enumerate(medians), 2)]
    middle = statistics.median(half)
    rise = statistics.median(slopes) * (count - 1)
    return Flatness(middle, rise, max(allowance.share * abs(middle), allowance.number))
