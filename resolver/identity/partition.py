"""The partition: which records are one person, as a pure function of the records, pairs, verdicts and policy.

No clock, no arrival order, no former state: records are told apart by their names, and ties between
equal weights are broken by them. So any order of arrivals, corrections, withdrawals and verdicts ends where a
batch run over the final records and verdicts ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property, reduce
from math import inf

from resolver.domain.decision import ReviewReason
from resolver.domain.link_cell import UNDECIDED
from resolver.identity.conflicts import Facts, conflict, conflicts, together
from resolver.identity.link_table import LinkOutcome
from resolver.identity.policy import Policy
from resolver.identity.verdicts import NO_RULINGS, Rulings


@dataclass(frozen=True, slots=True)
class Pair:
    """Two record numbers, the smaller first, and their match weight in bits.

    `identifying`: their names, a document or their biometrics agree. Without that, people who share a
    father, a town and a telephone would merge: siblings. `cell` is the number of their cell in the link table.
    """

    left: int
    right: int
    weight: float
    identifying: bool = True
    cell: int = UNDECIDED

    def other_than(self, record: int) -> int:
        """The other end of a pair of this record."""
        return self.right if record == self.left else self.left

    def outcome(self, policy: Policy) -> LinkOutcome:
        """What the policy makes of the pair by itself: MERGE, unless a rule refuses, REVIEW or NOTHING."""
        named = policy.outcome(self.cell)
        if named is not LinkOutcome.BY_WEIGHT:
            return named
        if self.weight < policy.review_weight:
            return LinkOutcome.NOTHING
        strong = self.weight >= policy.merge_weight and self.identifying
        return LinkOutcome.MERGE if strong else LinkOutcome.REVIEW

    def merges(self, policy: Policy) -> bool:
        """Whether the pair may unite two groups, unless a rule refuses."""
        return self.outcome(policy) is LinkOutcome.MERGE

    def supports(self, policy: Policy) -> bool:
        """Whether the pair speaks for two groups being one, beside the pair that would unite them.

        All that brothers share does not, while their names contradict.
        """
        return (self.identifying and self.weight >= policy.support_weight) or self.merges(policy)


@dataclass(frozen=True, slots=True)
class Partition:
    """The groups, each sorted; and the pairs that united them, in the order in which they did.

    Records that a verdict united have no pair among `uniting` for that.
    """

    groups: tuple[tuple[int, ...], ...]
    uniting: tuple[Pair, ...]


def partition(
    records: Collection[int],
    pairs: Iterable[Pair],
    facts: Mapping[int, Facts],
    policy: Policy,
    rulings: Rulings = NO_RULINGS,
) -> Partition:
    """Unites records by SAME verdicts, which nothing undoes, then by pairs, strongest first, unless a rule refuses.

    Rules look at the groups as wholes; see `refusal`. A record that is good for two groups that must not be one joins
    neither; see `_World.ambiguous`. `pairs` must hold all pairs between the records that the policy does not leave
    alone or that reach its review threshold; verdicts on other records say nothing.
    """
    world = _World(facts, policy, rulings, pairs)
    unclear: set[int] = set()
    while True:
        clear = world.united(set(records) - unclear)
        found = world.ambiguous(clear)
        if not found and not unclear:
            return Partition(tuple(sorted(clear.groups())), clear.uniting)
        if not found:
            apart = world.united(unclear)
            groups = sorted((*clear.groups(), *apart.groups()))
            return Partition(tuple(groups), (*clear.uniting, *apart.uniting))
        unclear |= found


def refusal(
    pair: Pair,
    one: Collection[int],
    other: Collection[int],
    pairs: Iterable[Pair],
    facts: Mapping[int, Facts],
    policy: Policy,
    rulings: Rulings = NO_RULINGS,
) -> ReviewReason | None:
    """Why a pair may not unite its two groups, or None.

    A DIFFERENT verdict between the groups refuses, and a conflict between them. So does a weak bridge: a pair that too
    few of the pairs between the groups support, by the policy for its weight.
    """
    world = _World(facts, policy, rulings, pairs)
    return world.refusal(pair, world.group(one), world.group(other))


def strongest_first(pairs: Iterable[Pair], facts: Mapping[int, Facts]) -> list[Pair]:
    """The pairs by falling weight; equal weights by the records' names."""

    def order(pair: Pair) -> tuple[float, str, str]:
        one, other = facts[pair.left].key, facts[pair.right].key
        return (-pair.weight, one, other) if one < other else (-pair.weight, other, one)

    return sorted(pairs, key=order)


@dataclass(slots=True)
class _Group:
    """Records that are one person as far as was united, what they state together, and whom verdicts tell them from."""

    members: set[int]
    facts: Facts
    apart_from: set[int]
    first: int

    @property
    def state(self) -> tuple[int, int]:
        """What tells the group, as it is, from all others of its world: the record it began with, and its size."""
        return self.first, len(self.members)

    def absorb(self, other: _Group) -> None:
        self.members |= other.members
        self.facts = together(self.facts, other.facts)
        self.apart_from |= other.apart_from


@dataclass(frozen=True, slots=True)
class _United:
    """Records in groups, the pairs that united them, and those that a rule refused."""

    group_of: Mapping[int, _Group]
    uniting: tuple[Pair, ...]
    refused: tuple[Pair, ...]

    def groups(self) -> tuple[tuple[int, ...], ...]:
        distinct = {id(group): group for group in self.group_of.values()}.values()
        return tuple(tuple(sorted(group.members)) for group in distinct)


class _World:
    """What stays the same while records are united: facts, policy, verdicts, and the pairs."""

    def __init__(self, facts: Mapping[int, Facts], policy: Policy, rulings: Rulings, pairs: Iterable[Pair]) -> None:
        self._facts = facts
        self._policy = policy
        self._rulings = rulings
        self._pairs = list(pairs)
        self._opposed_of: dict[tuple[tuple[int, int], tuple[int, int]], ReviewReason | None] = {}

    @cached_property
    def _merging(self) -> list[Pair]:
        """The pairs that may unite, strongest first."""
        return strongest_first((pair for pair in self._pairs if pair.merges(self._policy)), self._facts)

    @cached_property
    def _pairs_of(self) -> Mapping[int, list[Pair]]:
        """The identifying pairs of each record."""
        found: dict[int, list[Pair]] = {}
        for pair in self._pairs:
            if pair.identifying:
                found.setdefault(pair.left, []).append(pair)
                found.setdefault(pair.right, []).append(pair)
        return found

    @cached_property
    def _support(self) -> Mapping[int, set[int]]:
        """The records that each record has a pair with that speaks for a union."""
        found: dict[int, set[int]] = {}
        for pair in self._pairs:
            if pair.supports(self._policy):
                found.setdefault(pair.left, set()).add(pair.right)
                found.setdefault(pair.right, set()).add(pair.left)
        return found

    def group(self, members: Collection[int]) -> _Group:
        """The records as one group."""
        apart_from = {other for member in members for other in self._rulings.different.get(member, ())}
        stated = reduce(together, (self._facts[member] for member in members))
        return _Group(set(members), stated, apart_from, min(members))

    def united(self, records: Set[int]) -> _United:
        """The records united by verdicts, and then by those of the pairs that lie among them."""
        group_of: dict[int, _Group] = {}
        for bound in self._bound(records):
            group = self.group(bound)
            group_of |= dict.fromkeys(bound, group)
        uniting: list[Pair] = []
        self._opposed_of.clear()
        open_pairs = [pair for pair in self._merging if pair.left in group_of and pair.right in group_of]
        united = True
        # A bridge that was too weak may have found support by what was united after it.
        while united:
            united = False
            still_open: list[Pair] = []
            for pair in open_pairs:
                one, other = group_of[pair.left], group_of[pair.right]
                if one is other:
                    continue
                if self.refusal(pair, one, other) is not None:
                    still_open.append(pair)
                    continue
                larger, smaller = (one, other) if len(one.members) >= len(other.members) else (other, one)
                larger.absorb(smaller)
                for record in smaller.members:
                    group_of[record] = larger
                uniting.append(pair)
                united = True
            open_pairs = still_open
        return _United(group_of, tuple(uniting), tuple(open_pairs))

    def refusal(self, pair: Pair, one: _Group, other: _Group) -> ReviewReason | None:
        """Why a pair may not unite two groups, or None."""
        found = self._opposed(one, other)
        if found is not None and self._policy.outweighs(pair.weight, pair.cell, found):
            found = self._graver(pair, one, other)
        if found is not None:
            return found
        share = self._policy.support_needed(pair.weight)
        if share <= 0:
            return None
        fewer, more = (one, other) if len(one.members) <= len(other.members) else (other, one)
        support = sum(len(self._support.get(record, set()) & more.members) for record in fewer.members)
        enough = share * len(one.members) * len(other.members)
        return ReviewReason.WEAK_BRIDGE if support < enough else None

    def ambiguous(self, united: _United) -> set[int]:
        """The records that are good for two groups that must not be one.

        Such a record is the end of a pair that was refused because the groups oppose each other; it does not oppose the
        other group itself, and it is not closer, by the policy's margin, to those of its own group who do than to the
        other group. One that a verdict binds is clear.
        """
        found: set[int] = set()
        opponents_of: dict[tuple[tuple[int, int], tuple[int, int]], set[int]] = {}
        for record, other in dict.fromkeys(
            ends for pair in united.refused for ends in ((pair.left, pair.right), (pair.right, pair.left))
        ):
            own, others = united.group_of[record], united.group_of[other]
            # Who is alone is with nobody whom the other group opposes.
            if len(own.members) == 1 or record in found or self._is_bound(record, own):
                continue
            if self._opposed(own, others) is None:
                continue
            key = own.state, others.state
            if key not in opponents_of:
                opponents_of[key] = {member for member in own.members if self._opposes(member, others)}
            opponents = opponents_of[key]
            if not opponents or record in opponents:
                continue
            bar = self._strongest(record, others.members) + self._policy.ambiguity_margin
            if self._strongest(record, opponents) < bar:
                found.add(record)
        return found

    def _bound(self, records: Set[int]) -> Iterator[set[int]]:
        """The records, those together that SAME verdicts unite."""
        left = set(records)
        while left:
            open_ends = [left.pop()]
            bound = set(open_ends)
            while open_ends:
                found = self._rulings.same.get(open_ends.pop(), frozenset()) & left
                left -= found
                bound |= found
                open_ends.extend(found)
            yield bound

    def _is_bound(self, record: int, group: _Group) -> bool:
        return not self._rulings.same.get(record, frozenset()).isdisjoint(group.members)

    def _opposes(self, record: int, group: _Group) -> bool:
        """Whether a record can be none of a group, whatever the weights."""
        told_apart = not self._rulings.different.get(record, frozenset()).isdisjoint(group.members)
        return told_apart or conflict(self._facts[record], group.facts) in self._policy.refusals

    def _opposed(self, one: _Group, other: _Group) -> ReviewReason | None:
        """Why two groups cannot be one, whatever the weights. Found once for two groups as they are."""
        key = one.state, other.state
        if key not in self._opposed_of:
            found = conflict(one.facts, other.facts)
            refused = found if found in self._policy.refusals else None
            told_apart = not one.apart_from.isdisjoint(other.members)
            self._opposed_of[key] = ReviewReason.VERDICT if told_apart else refused
        return self._opposed_of[key]

    def _graver(self, pair: Pair, one: _Group, other: _Group) -> ReviewReason | None:
        """Why a pair may not unite two groups though it outweighs a conflict of theirs."""
        found = (
            each for each in conflicts(one.facts, other.facts) if self._policy.refuses(each, pair.weight, pair.cell)
        )
        return next(found, None)

    def _strongest(self, record: int, others: Set[int]) -> float:
        """The strongest evidence between a record and any of the others, in bits; minus infinity without any."""
        return max(
            (pair.weight for pair in self._pairs_of.get(record, ()) if pair.other_than(record) in others),
            default=-inf,
        )
