"""The fewest DIFFERENT verdicts by which records part from the others of their identity."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from itertools import count, product
from math import ceil
from typing import Final

from resolver.domain.verdict import Basis, VerdictKind
from resolver.identity.conflicts import Facts
from resolver.identity.partition import Pair, partition, strongest_first
from resolver.identity.policy import Policy
from resolver.identity.verdicts import Ruling, rulings

_PAIRS_TRIED: Final = 500_000
"""How many pairs all trials of leaving out verdicts may go through: a split is one write, and others wait for it."""

_FEWEST_TRIALS: Final = 8
_UNLINKED_TRIED: Final = 10_000
"""Between sides of more pairs than these, only those that evidence links are told apart."""


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

    Each is the strongest pair by which a record that leaves and one that stays would still be together, or by which
    the parting would make a record ambiguous, so that its own side lost it; where no link is left to tell apart, a pair
    that none links. Records that SAME verdicts hold together
    are among the pairs too: telling them apart is then a contradiction, and refused as one. In a very large component
    not each pair is tried for itself: there no run of several, as many as time allows, can be left out.
    """
    ordered = strongest_first(pairs, facts)
    sides = frozenset(leaving | staying)
    across = [ends for pair in ordered if _is_across(ends := (pair.left, pair.right), leaving, staying)]
    if len(leaving) * len(staying) <= _UNLINKED_TRIED:
        across += sorted({(min(ends), max(ends)) for ends in product(leaving, staying)}.difference(across))

    def groups_by(parted: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
        """The group of each record of the two sides, without records of others."""
        said = rulings((*standing, *_different(parted, basis)))
        groups = partition(component, ordered, facts, policy, said).groups
        return {record: sides.intersection(group) for group in groups for record in sides.intersection(group)}

    wanted = groups_by(across)

    def missing(parted: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
        """Pairs to be told apart yet: those that hold the sides together, then those that lead records astray."""
        found = groups_by(parted)
        mixed = [group for group in dict.fromkeys(found.values()) if group & leaving and group & staying]
        if mixed:
            return [_strongest_between(leaving & group, staying & group, across) for group in mixed]
        astray = {record for record, group in found.items() if group != wanted[record]}
        return list(_strongest_of_each(astray, (ends for ends in across if ends not in parted)))

    parted: dict[tuple[int, int], None] = {}
    lacking = missing(parted)
    while not parted.keys() >= set(lacking):
        parted |= dict.fromkeys(lacking)
        lacking = missing(parted)
    for idle in _runs(list(parted), max(_FEWEST_TRIALS, _PAIRS_TRIED // max(len(ordered), 1))):
        fewer = {ends: None for ends in parted if ends not in idle}
        if not missing(fewer):
            parted = fewer
    return sorted(parted)


def _strongest_of_each(records: Set[int], across: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """For each of the records the strongest pair that has it; a pair may serve two."""
    left = set(records)
    for ends in across:
        if not left.isdisjoint(ends):
            left.difference_update(ends)
            yield ends


def _runs(pairs: Sequence[tuple[int, int]], most: int) -> Iterator[Sequence[tuple[int, int]]]:
    """The pairs one by one; where they are more than may be tried, in that many runs of several."""
    length = ceil(len(pairs) / most)
    return (pairs[start : start + length] for start in range(0, len(pairs), length or 1))


def _different(pairs: Iterable[tuple[int, int]], basis: Basis) -> list[Ruling]:
    return [
        Ruling(left, right, VerdictKind.DIFFERENT, basis, -number)
        for (left, right), number in zip(pairs, count(1), strict=False)
    ]


def _is_across(ends: tuple[int, int], one: Set[int], other: Set[int]) -> bool:
    left, right = ends
    return (left in one and right in other) or (left in other and right in one)


def _strongest_between(one: Set[int], other: Set[int], across: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """The strongest pair between two sides; without any, the oldest of both."""
    oldest = min(one), min(other)
    return next((ends for ends in across if _is_across(ends, one, other)), (min(oldest), max(oldest)))
