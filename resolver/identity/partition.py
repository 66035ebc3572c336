"""The partition: which records are one person, as a pure function of the records, the pairs and the policy.

No clock, no arrival order, no former state: records are told apart by their names, and ties between
equal weights are broken by them. So any order of arrivals, corrections and withdrawals ends where a
batch run over the final records ends.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from math import inf

from resolver.domain.decision import ReviewReason
from resolver.identity.conflicts import Facts, conflict, together
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

    def other_than(self, record: int) -> int | None:
        """The other end of a pair with this record; None for a pair without it."""
        return self.right if record == self.left else self.left if record == self.right else None

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

    Rules look at the groups as wholes; see `refusal`. A record that is good for two groups that must not be one joins
    neither; see `_ambiguous`. `pairs` must hold all pairs at or above the review threshold between the records.
    """
    ordered = strongest_first(pairs, facts)
    unclear: set[int] = set()
    while True:
        clear = _united(set(records) - unclear, ordered, facts, policy)
        found = {record for pair in clear.refused for record in _ambiguous(pair, clear, ordered, facts, policy)}
        if not found:
            apart = _united(unclear, ordered, facts, policy)
            groups = sorted((*clear.groups(), *apart.groups()))
            return Partition(tuple(groups), (*clear.uniting, *apart.uniting))
        unclear |= found


@dataclass(slots=True)
class _Group:
    """Records that are one person as far as was united, and what they state together."""

    members: list[int]
    facts: Facts


@dataclass(frozen=True, slots=True)
class _United:
    """Records in groups, the pairs that united them, and those that a rule refused."""

    group_of: Mapping[int, _Group]
    uniting: tuple[Pair, ...]
    refused: tuple[Pair, ...]

    def groups(self) -> tuple[tuple[int, ...], ...]:
        distinct = {id(group): group for group in self.group_of.values()}.values()
        return tuple(tuple(sorted(group.members)) for group in distinct)


def _united(records: Collection[int], ordered: Iterable[Pair], facts: Mapping[int, Facts], policy: Policy) -> _United:
    group_of = {record: _Group([record], facts[record]) for record in records}
    between = [pair for pair in ordered if pair.left in group_of and pair.right in group_of]
    supported = {(pair.left, pair.right) for pair in between if pair.weight >= policy.review_weight}
    uniting: list[Pair] = []
    open_pairs = [pair for pair in between if pair.merges(policy)]
    united = True
    # A bridge that was too weak may have found support by what was united after it.
    while united:
        united = False
        still_open: list[Pair] = []
        for pair in open_pairs:
            one, other = group_of[pair.left], group_of[pair.right]
            if one is other:
                continue
            if _refusal(pair, one, other, supported, policy) is not None:
                still_open.append(pair)
                continue
            larger, smaller = (one, other) if len(one.members) >= len(other.members) else (other, one)
            larger.members.extend(smaller.members)
            larger.facts = together(larger.facts, smaller.facts)
            for record in smaller.members:
                group_of[record] = larger
            uniting.append(pair)
            united = True
        open_pairs = still_open
    return _United(group_of, tuple(uniting), tuple(open_pairs))


def _ambiguous(
    refused: Pair, united: _United, pairs: Iterable[Pair], facts: Mapping[int, Facts], policy: Policy
) -> Iterator[int]:
    """The ends of a refused pair that are good for both of its groups.

    Such a record does not conflict with the other group, and is not closer, by the policy's margin, to those of its own
    group for whose sake the groups must stay apart than to the other group.
    """
    for record, other in ((refused.left, refused.right), (refused.right, refused.left)):
        own, others = united.group_of[record], united.group_of[other]
        if conflict(facts[record], others.facts) in policy.refusals:
            continue
        opponents = {member for member in own.members if conflict(facts[member], others.facts) in policy.refusals}
        if opponents and _strongest(record, opponents, pairs) < (
            _strongest(record, others.members, pairs) + policy.ambiguity_margin
        ):
            yield record


def _strongest(record: int, others: Container[int], pairs: Iterable[Pair]) -> float:
    """The strongest evidence between a record and any of the others, in bits; minus infinity without any."""
    return max((pair.weight for pair in pairs if pair.identifying and pair.other_than(record) in others), default=-inf)


def refusal(
    pair: Pair,
    one: Collection[int],
    other: Collection[int],
    pairs: Iterable[Pair],
    facts: Mapping[int, Facts],
    policy: Policy,
) -> ReviewReason | None:
    """Why a pair may not unite its two groups, or None.

    A conflict between the groups refuses. So does a weak bridge: a pair below the policy's bridge weight where too few
    of the pairs between the groups reach the review threshold.
    """
    supported = {(pair.left, pair.right) for pair in pairs if pair.weight >= policy.review_weight}
    return _refusal(pair, _group(one, facts), _group(other, facts), supported, policy)


def _group(members: Collection[int], facts: Mapping[int, Facts]) -> _Group:
    return _Group(list(members), reduce(together, (facts[member] for member in members)))


def _refusal(
    pair: Pair, one: _Group, other: _Group, supported: Container[tuple[int, int]], policy: Policy
) -> ReviewReason | None:
    found = conflict(one.facts, other.facts)
    if found in policy.refusals:
        return found
    if pair.weight >= policy.bridge_weight:
        return None
    support = sum((min(x, y), max(x, y)) in supported for x in one.members for y in other.members)
    enough = policy.bridge_support * len(one.members) * len(other.members)
    return ReviewReason.WEAK_BRIDGE if support < enough else None


def strongest_first(pairs: Iterable[Pair], facts: Mapping[int, Facts]) -> list[Pair]:
    """The pairs by falling weight; equal weights by the records' names."""

    def order(pair: Pair) -> tuple[float, tuple[str, ...]]:
        return -pair.weight, tuple(sorted((facts[pair.left].key, facts[pair.right].key)))

    return sorted(pairs, key=order)
