"""The pairs of a whole holding as columns: a few arrays instead of an object for each pair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from resolver.domain.link_cell import CELLS
from resolver.identity.link_table import LinkOutcome
from resolver.identity.partition import Pair
from resolver.identity.policy import Policy

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_AT_ONCE: Final = 10_000
"""Pairs that become objects together: no other thread runs meanwhile."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs(Sequence[Pair]):
    """Pairs, each once: arrays of one length, of what `Pair` has. Weights are in bits."""

    left: Numbers
    right: Numbers
    weight: NDArray[np.float64]
    identifying: Mask
    cell: NDArray[np.int8]

    @classmethod
    def of(cls, pairs: Iterable[Pair]) -> Pairs:
        """The same pairs, in their order."""
        rows = [(pair.left, pair.right, pair.weight, pair.identifying, pair.cell) for pair in pairs]
        left, right, weight, identifying, cell = zip(*rows, strict=True) if rows else [()] * 5
        return cls(
            np.array(left, np.int64),
            np.array(right, np.int64),
            np.array(weight, np.float64),
            np.array(identifying, np.bool_),
            np.array(cell, np.int8),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pairs) and list(self) == list(other)

    def __len__(self) -> int:
        return len(self.left)

    def __iter__(self) -> Iterator[Pair]:
        for start in range(0, len(self), _AT_ONCE):
            some = self[start : start + _AT_ONCE]
            evidence = some.weight.tolist(), some.identifying.tolist(), some.cell.tolist()
            yield from map(Pair, some.left.tolist(), some.right.tolist(), *evidence)

    @overload
    def __getitem__(self, place: int) -> Pair: ...

    @overload
    def __getitem__(self, place: slice) -> Pairs: ...

    def __getitem__(self, place: int | slice) -> Pair | Pairs:
        if isinstance(place, slice):
            return self.where(place)
        return next(iter(self.where(np.array([place]))))

    def where(self, chosen: Mask | Numbers | slice) -> Pairs:
        """Those that a mask chooses, or those at some places, in the order of these."""
        return Pairs(
            self.left[chosen], self.right[chosen], self.weight[chosen], self.identifying[chosen], self.cell[chosen]
        )

    def merging(self, policy: Policy) -> Mask:
        """Which of them merge; see `Pair.merges`."""
        strong = self.identifying & (self.weight >= max(policy.review_weight, policy.merge_weight))
        return self._of(LinkOutcome.MERGE, policy) | (self._of(LinkOutcome.BY_WEIGHT, policy) & strong)

    def supporting(self, policy: Policy) -> Mask:
        """Which of them speak for two groups being one; see `Pair.supports`."""
        return (self.identifying & (self.weight >= policy.support_weight)) | self.merging(policy)

    def _of(self, outcome: LinkOutcome, policy: Policy) -> Mask:
        """Which of them are in a cell of which the policy makes that."""
        return np.array([policy.outcome(cell.number) is outcome for cell in CELLS], np.bool_)[self.cell]
