"""The partition: which records are one person, as a pure function of the records, the pairs and the policy.

No clock, no arrival order, no former state: records are told apart by their names, and ties between
equal weights are broken by them. So any order of arrivals, corrections and withdrawals ends where a
batch run over the final records ends.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from resolver.domain.decision import ReviewReason
from resolver.identity.conflicts import Facts, conflict
from resolver.identity.policy import Policy


@dataclass(frozen=True, slots=True)
class Pair:
    """Two record numbers, the smaller first, and their match weight in bits.

    `identifying`: their names, a document or their biometrics agree. Without that, people who share a
    father, a town and a telephone would merge: siblings.
    """

    left: int
    right: int
    weight: float
    identifying: bool = True

    def merges(self, policy: Policy) -> bool:
        """Whether the pair may unite two groups, unless a rule refuses."""
        return self.weight >= policy.merge_weight and self.identifying


@dataclass(frozen=True, slots=True)
class Partition:
    """The groups, each sorted; and the pairs that united them, in the order in which they did."""

    groups: tuple[tuple[int, ...], ...]
    uniting: tuple[Pair, ...]


def partition(records: Collection[int], pairs: Iterable[Pair], facts: Mapping[int, Facts], policy: Policy) -> Partition:
    """Unites records by the pairs at or above the merge threshold, strongest first, unless a rule refuses.

    Rules look at the groups as wholes; see `refusal`. `pairs` must hold all pairs at or above the
    review threshold between the records.
    """
    ordered = strongest_first(pairs, facts)
    supported = {(pair.left, pair.right) for pair in ordered if pair.weight >= policy.review_weight}
    conflict_of = remembered(facts)
    group_of: dict[int, list[int]] = {record: [record] for record in records}
    uniting: list[Pair] = []
    open_pairs = [pair for pair in ordered if pair.merges(policy)]
    united = True
    # A bridge that was too weak may have found support by what was united after it.
    while united:
        united = False
        still_open: list[Pair] = []
        for pair in open_pairs:
            one, other = group_of[pair.left], group_of[pair.right]
            if one is other:
                continue
            if refusal(pair, one, other, conflict_of, supported, policy) is not None:
                still_open.append(pair)
                continue
            larger, smaller = (one, other) if len(one) >= len(other) else (other, one)
            larger.extend(smaller)
            for record in smaller:
                group_of[record] = larger
            uniting.append(pair)
            united = True
        open_pairs = still_open
    groups = {id(group): group for group in group_of.values()}.values()
    return Partition(tuple(sorted(tuple(sorted(group)) for group in groups)), tuple(uniting))


def refusal(
    pair: Pair,
    one: Collection[int],
    other: Collection[int],
    conflict_of: Callable[[int, int], ReviewReason | None],
    supported: Container[tuple[int, int]],
    policy: Policy,
) -> ReviewReason | None:
    """Why a pair may not unite its two groups, or None.

    A conflict between any record of one group and any of the other refuses. So does a weak bridge:
    a pair below the policy's bridge weight, with too few of the pairs between the groups in
    `supported` (the smaller number first).
    """
    found = {conflict_of(x, y) for x in one for y in other}
    grave = min(
        (reason for reason in found if reason in policy.refusals), key=lambda reason: reason.value, default=None
    )
    if grave is not None or pair.weight >= policy.bridge_weight:
        return grave
    support = sum((min(x, y), max(x, y)) in supported for x in one for y in other)
    return ReviewReason.WEAK_BRIDGE if support < policy.bridge_support * len(one) * len(other) else None


def remembered(facts: Mapping[int, Facts]) -> Callable[[int, int], ReviewReason | None]:
    """The conflict of two records, each pair looked at once."""

    @cache
    def ordered(low: int, high: int) -> ReviewReason | None:
        return conflict(facts[low], facts[high])

    return lambda one, other: ordered(min(one, other), max(one, other))


def strongest_first(pairs: Iterable[Pair], facts: Mapping[int, Facts]) -> list[Pair]:
    """The pairs by falling weight; equal weights by the records' names."""

    def order(pair: Pair) -> tuple[float, tuple[str, ...]]:
        return -pair.weight, tuple(sorted((facts[pair.left].key, facts[pair.right].key)))

    return sorted(pairs, key=order)
