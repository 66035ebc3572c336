"""From a target to a plan: its numbers and the list of its changes, in the names that people know."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Set
from typing import Final

import numpy as np

from resolver.domain.decision import DecisionKind
from resolver.domain.plan import PlanChange, PlanCounts, PlannedIdentity
from resolver.domain.record import Record
from resolver.identity.identities import NOBODY, Identities
from resolver.identity.names import IdentityNames
from resolver.identity.pairs import Pairs
from resolver.identity.partition import Pair
from resolver.identity.policy import Policy
from resolver.identity.replanning import Group, Shift, responsible
from resolver.jobs.target import Target
from resolver.standardise.standing import sort_names
from resolver.store.receipts import link
from resolver.store.snapshot import Owned

_SIZES: Final = ((1, "1"), (2, "2"), (5, "3-5"), (10, "6-10"), (100, "11-100"))
_LARGER: Final = "more than 100"


def counts_of(
    target: Target, confirmed: Set[int], owned: Mapping[int, Owned], records: Mapping[int, Record]
) -> PlanCounts:
    """A target in numbers; `owned` and `records` are those of the records in its shifts."""
    shifts, tasks = target.difference.shifts, target.difference.tasks
    changed = [group for shift in shifts for group in shift.before]
    before, after = np.unique(target.before.identity), np.unique(target.after.identity)
    was, sure = target.before.at(target.after.records), target.before.at(confirmed)
    kinds = Counter(shift.kind for shift in shifts)
    scripts = {number: _scripts(record) for number, record in records.items()}
    return PlanCounts(
        records=len(target.before),
        identities=len(before),
        confirmed=len(np.unique(sure[sure != NOBODY])),
        changed=len(changed),
        confirmed_changed=sum(not confirmed.isdisjoint(group.records) for group in changed),
        merges=kinds[DecisionKind.MERGED],
        splits=kinds[DecisionKind.SPLIT],
        regroupings=kinds[DecisionKind.REGROUPED],
        retired=len(np.setdiff1d(before, after, assume_unique=True)),
        new_names=len(np.setdiff1d(after, before, assume_unique=True)),
        records_moved=int(((was != NOBODY) & (was != target.after.identity)).sum()),
        tasks_raised=len(tasks.raised),
        tasks_closed=len(tasks.closed),
        tasks_renewed=len(tasks.renewed),
        entering=len(target.after) - len(target.before),
        created=kinds[DecisionKind.CREATED],
        attached=kinds[DecisionKind.ATTACHED],
        by_country=_table(changed, lambda record: (owned[record].country,)),
        by_script=_table(changed, lambda record: scripts[record]),
        by_size=dict(Counter(_size(len(group.records)) for group in changed)),
    )


def changes_of(target: Target, former_policy: Policy, names: IdentityNames) -> Iterator[tuple[PlanChange, Shift]]:
    """The changes of a target, each with the shift that it tells."""
    shifts = target.difference.shifts
    shift_of = Identities.of({record: place for place, shift in enumerate(shifts) for record in shift.records})
    pairs, former = _within(target.pairs, shift_of), _within(target.former_pairs, shift_of)
    keys = target.facts.names(shift_of.records)

    def told(groups: Collection[Group]) -> tuple[PlannedIdentity, ...]:
        return tuple(
            PlannedIdentity(
                names.name(group.number, keys[group.number]), tuple(keys[record] for record in group.records)
            )
            for group in groups
        )

    for place, shift in enumerate(shifts):
        links = responsible(shift, pairs[place], target.configuration.policy, former[place], former_policy)
        change = PlanChange(
            place=place + 1,
            kind=shift.kind,
            before=told(shift.before),
            after=told(shift.after),
            joining=tuple(link(pair, keys) for pair in links.joining),
            parting=tuple(link(pair, keys) for pair in links.parting),
        )
        yield change, shift


def _within(pairs: Pairs, shift_of: Identities) -> defaultdict[int, list[Pair]]:
    """The pairs of which both records are in one shift, by its place."""
    place = shift_of.at(pairs.left)
    inside = (place != NOBODY) & (place == shift_of.at(pairs.right))
    found: defaultdict[int, list[Pair]] = defaultdict(list)
    for one, pair in zip(place[inside].tolist(), pairs.where(inside), strict=True):
        found[one].append(pair)
    return found


def _scripts(record: Record) -> set[str]:
    """The scripts of a record's names; standardising all else of it would take twice as long."""
    return {name.script for name in sort_names(record.identities).good}


def _table(groups: Collection[Group], of: Callable[[int], Collection[str]]) -> dict[str, int]:
    return dict(
        sorted(
            Counter(
                value for group in groups for value in {each for record in group.records for each in of(record)}
            ).items()
        )
    )


def _size(records: int) -> str:
    return next((words for most, words in _SIZES if records <= most), _LARGER)
