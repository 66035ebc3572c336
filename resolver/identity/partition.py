"""The partition: which records are one person, as a pure function of the records, the pairs and the policy.

No clock, no arrival order, no former state: records are told apart by their names, and ties between
equal weights are broken by them. So any order of arrivals, corrections and withdrawals ends where a
batch run over the final records ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from resolver.domain.decision import ReviewReason
from resolver.identity.conflicts import Facts, conflict
from resolver.identity.policy import Policy


@dataclass(frozen=True, slots=True)
class Pair:
    """Two record numbers, the smaller first, and their match weight in bits."""

    left: int
    right: int
    weight: float


@dataclass(frozen=True, slots=True)
class Partition:
    """The groups, each sorted; and the pairs that united them, strongest first."""

    groups: tuple[tuple[int, ...], ...]
    uniting: tuple[Pair, ...]


def partition(records: Collection[int], pairs: Iterable[Pair], facts: Mapping[int, Facts], policy: Policy) -> Partition:
    """Unites records by the pairs at or above the merge threshold, strongest first, unless a rule refuses.

    A rule looks at the groups as wholes: a union is refused when any record of one group conflicts
    with any record of the other.
    """
    group_of: dict[int, list[int]] = {record: [record] for record in records}
    uniting: list[Pair] = []
    for pair in strongest_first(pairs, facts):
        if pair.weight < policy.merge_weight:
            break
        one, other = group_of[pair.left], group_of[pair.right]
        if one is other or group_conflict(one, other, facts, policy) is not None:
            continue
        larger, smaller = (one, other) if len(one) >= len(other) else (other, one)
        larger.extend(smaller)
        for record in smaller:
            group_of[record] = larger
        uniting.append(pair)
    groups = {id(group): group for group in group_of.values()}.values()
    return Partition(tuple(sorted(tuple(sorted(group)) for group in groups)), tuple(uniting))


def strongest_first(pairs: Iterable[Pair], facts: Mapping[int, Facts]) -> list[Pair]:
    """The pairs by falling weight; equal weights by the records' names."""

    def order(pair: Pair) -> tuple[float, tuple[str, ...]]:
        return -pair.weight, tuple(sorted((facts[pair.left].key, facts[pair.right].key)))

    return sorted(pairs, key=order)


def group_conflict(
    one: Iterable[int], other: Collection[int], facts: Mapping[int, Facts], policy: Policy
) -> ReviewReason | None:
    """The gravest conflict between any two records of two groups that the policy lets refuse, or None."""
    found = {conflict(facts[x], facts[y]) for x in one for y in other}
    return min((reason for reason in found if reason in policy.refusals), key=lambda reason: reason.value, default=None)
