"""The fewest DIFFERENT verdicts by which records part from the others of their identity."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from itertools import count

from resolver.domain.verdict import Basis, VerdictKind
from resolver.identity.conflicts import Facts
from resolver.identity.partition import Pair, partition, strongest_first
from resolver.identity.policy import Policy
from resolver.identity.verdicts import Ruling, rulings


def fewest_different(
    leaving: Set[int],
    staying: Set[int],
    component: Collection[int],
    pairs: Iterable[Pair],
    facts: Mapping[int, Facts],
    policy: Policy,
    standing: Collection[Ruling],
    basis: Basis,
) -> list[tuple[int, int]]:
    """Pairs of records, the smaller number first, that verdicts have to tell apart. None can be left out.

    Each is the strongest pair by which a record that leaves and one that stays would still be together. Records that
    SAME verdicts hold together are among the pairs too: telling them apart is then a contradiction, and refused as one.
    """
    ordered = strongest_first(pairs, facts)
    parted: list[tuple[int, int]] = []

    def mixed() -> tuple[int, ...] | None:
        """A group that still has records of both sides."""
        said = rulings((*standing, *_different(parted, basis)))
        groups = partition(component, ordered, facts, policy, said).groups
        return next((group for group in groups if _meet(group, leaving) and _meet(group, staying)), None)

    while (group := mixed()) is not None:
        bridge = _strongest_between(leaving & set(group), staying & set(group), ordered)
        if bridge in parted:
            break
        parted.append(bridge)
    for pair in tuple(parted):
        parted.remove(pair)
        if mixed() is not None:
            parted.append(pair)
    return sorted(parted)


def _different(pairs: Iterable[tuple[int, int]], basis: Basis) -> list[Ruling]:
    return [
        Ruling(left, right, VerdictKind.DIFFERENT, basis, -number)
        for (left, right), number in zip(pairs, count(1), strict=False)
    ]


def _meet(group: Iterable[int], side: Set[int]) -> bool:
    return not side.isdisjoint(group)


def _strongest_between(one: Set[int], other: Set[int], ordered: Iterable[Pair]) -> tuple[int, int]:
    """The strongest pair between two sides; without any, the oldest of both."""
    for pair in ordered:
        if (pair.left in one and pair.right in other) or (pair.left in other and pair.right in one):
            return pair.left, pair.right
    oldest = min(one), min(other)
    return min(oldest), max(oldest)
