"""What another partition would change of the one that is there. Records are those present, identities are numbers."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import compress

import numpy as np

from resolver.domain.decision import DecisionKind
from resolver.identity.conflicts import Facts
from resolver.identity.crossing import crossing
from resolver.identity.identities import NOBODY, Identities
from resolver.identity.neighbourhood import Neighbourhood, Task
from resolver.identity.partition import Pair
from resolver.identity.policy import Policy
from resolver.identity.verdicts import Ruling

TaskKey = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Group:
    """An identity with its records, rising: the first one's number is its own."""

    records: tuple[int, ...]

    @property
    def number(self) -> int:
        """The identity's number."""
        return self.records[0]


@dataclass(frozen=True, slots=True)
class Shift:
    """Identities that come, grow, merge, split or exchange records with no others, before and after.

    Only records that are not there yet make an identity come, or grow alone.
    """

    before: tuple[Group, ...]
    after: tuple[Group, ...]

    @property
    def kind(self) -> DecisionKind:
        """CREATED, ATTACHED, MERGED, SPLIT or REGROUPED."""
        if not self.before:
            return DecisionKind.CREATED
        if len(self.after) == 1:
            return DecisionKind.ATTACHED if len(self.before) == 1 else DecisionKind.MERGED
        return DecisionKind.SPLIT if len(self.before) == 1 else DecisionKind.REGROUPED

    @property
    def records(self) -> tuple[int, ...]:
        """The records in them, rising, those that are not there yet included."""
        return tuple(sorted(record for group in self.after for record in group.records))


@dataclass(frozen=True, slots=True)
class Responsible:
    """The links that unite what is apart, and those that united what will be apart, each strongest first."""

    joining: tuple[Pair, ...]
    parting: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class TaskChanges:
    """Open review tasks by their identities: those that come, those that go, and those that show another thing."""

    raised: frozenset[TaskKey]
    closed: frozenset[TaskKey]
    renewed: frozenset[TaskKey]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a target changes; see `difference`. `unsettled` are records whose identities have to be found anew, rising.

    They are those of the shifts and, for review tasks, one of each identity that a task comes to or goes from.
    """

    shifts: tuple[Shift, ...]
    tasks: TaskChanges
    unsettled: tuple[int, ...] = field(repr=False)

    def digest(self) -> bytes:
        """The SHA-256 of the exact list of changes of identities."""
        told = [
            (tuple(group.records for group in shift.before), tuple(group.records for group in shift.after))
            for shift in self.shifts
        ]
        return hashlib.sha256(repr(told).encode()).digest()


def difference(
    before: Identities,
    after: Identities,
    open_tasks: Mapping[TaskKey, Task],
    tasks: Mapping[TaskKey, Task],
) -> Difference:
    """What changes, from the identities of records and the open review tasks before and after.

    Records that are not there before come with a source; all that are there before are there after.
    """
    found = tuple(shifts(*_exchanging(before, after)))
    changes = task_changes(open_tasks, tasks)
    ends = list({end for key in (*changes.raised, *changes.closed, *changes.renewed) for end in key})
    moved = {record for shift in found for record in shift.records}
    known = before.at(ends) != NOBODY
    return Difference(found, changes, tuple(sorted(moved.union(compress(ends, known)))))


def shifts(before: Mapping[int, int], after: Mapping[int, int]) -> Iterator[Shift]:
    """The identities that change, those together that exchange records, in the order of their oldest records."""
    was, will_be = _members(before), _members(after)
    seen: set[int] = set()
    for record in sorted(record for record, identity in after.items() if before.get(record) != identity):
        if record in seen:
            continue
        region, open_ends = {record}, [record]
        while open_ends:
            one = open_ends.pop()
            found = (will_be[after[one]] | (was[before[one]] if one in before else set())) - region
            region |= found
            open_ends.extend(found)
        seen |= region
        yield Shift(_groups(region, before), _groups(region, after))


def responsible(
    shift: Shift, pairs: Iterable[Pair], policy: Policy, former_pairs: Iterable[Pair], former_policy: Policy
) -> Responsible:
    """The links responsible for a shift, among pairs of its records with their new and with their former weights."""
    # Records that are not there yet are apart from all others.
    before = {record: -record for record in shift.records}
    before |= {record: group.number for group in shift.before for record in group.records}
    after = {record: group.number for group in shift.after for record in group.records}
    joining = crossing(pairs, policy, after, before)
    return Responsible(joining, crossing(former_pairs, former_policy, before, after))


def task_changes(before: Mapping[TaskKey, Task], after: Mapping[TaskKey, Task]) -> TaskChanges:
    """What becomes of open review tasks."""
    both = before.keys() & after.keys()
    return TaskChanges(
        raised=frozenset(after.keys() - both),
        closed=frozenset(before.keys() - both),
        renewed=frozenset(key for key in both if not before[key].shows_as(after[key])),
    )


def tasks_between(
    identities: Mapping[int, int],
    facts: Mapping[int, Facts],
    pairs: Iterable[Pair],
    verdicts: Collection[Ruling],
    policy: Policy,
) -> dict[TaskKey, Task]:
    """The review tasks that are open between identities, by these."""
    everything = Neighbourhood(policy, dict(facts), identities=dict(identities))
    for pair in pairs:
        everything.add_pair(pair)
    if verdicts:
        everything.add_verdicts(verdicts)
    return {task.identities: task for task in everything.open_tasks()}


def _exchanging(before: Identities, after: Identities) -> tuple[dict[int, int], dict[int, int]]:
    """Of both the identities that lose or gain a record, whole: shifts lie among these."""
    was, will_be = before.at(after.records), after.identity
    moved = was != will_be
    touched = np.concatenate([was[moved], will_be[moved]])
    near = moved | np.isin(was, touched) | np.isin(will_be, touched)
    return Identities(after.records, was).where(near & (was != NOBODY)), after.where(near)


def _members(identities: Mapping[int, int]) -> Mapping[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for record, identity in identities.items():
        found[identity].add(record)
    return found


def _groups(records: Collection[int], identities: Mapping[int, int]) -> tuple[Group, ...]:
    groups = _members({record: identities[record] for record in records if record in identities})
    return tuple(Group(tuple(sorted(groups[number]))) for number in sorted(groups))
