"""Weighted choices whose cost does not grow with the choices taken."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Pool(Generic[T]):
    """Values drawn in proportion to their weights."""

    __slots__ = ("_bounds", "_total", "values")

    def __init__(self, weighted: Iterable[tuple[T, float]]) -> None:
        """Raises ValueError when nothing, or nothing with a weight, is given."""
        pairs = [(value, weight) for value, weight in weighted if weight > 0]
        if not pairs:
            raise ValueError("a pool needs at least one value with a positive weight")
        self.values = tuple(value for value, _ in pairs)
        self._bounds = list(accumulate(weight for _, weight in pairs))
        self._total = self._bounds[-1]

    def draw(self, rng: Random) -> T:
        """One value."""
        return self.values[min(bisect(self._bounds, rng.random() * self._total), len(self.values) - 1)]


def zipf(values: Sequence[T], offset: float = 2.0, exponent: float = 1.0) -> Pool[T]:
    """A pool whose first values are the most frequent, as with given names: weight 1 / (rank + offset) ** exponent."""
    return Pool((value, (rank + offset) ** -exponent) for rank, value in enumerate(values))


def pick(rng: Random, values: Sequence[T]) -> T:
    """One value, all being equally likely."""
    return values[int(rng.random() * len(values))]


def chance(rng: Random, probability: float) -> bool:
    """True with the given probability."""
    return rng.random() < probability
