"""The part of a neighbourhood that an audience sees: without hidden records, their pairs, and the verdicts on them.

Who sees only a part is told of an identity what the partition makes of that part. A partition is a function of what is
there, so what an audience was told before a change can be found anew, whatever it came by.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from resolver.identity.neighbourhood import Neighbourhood, Task
from resolver.identity.partition import partition


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Whole components: those that a change reaches, and all of `records`, to which pairs lead from there as well."""

    reached: Set[int]
    records: Set[int]


@dataclass(frozen=True, slots=True)
class ToldBefore:
    """Where a viewer was told that records are, and the open review tasks of their identities."""

    identities: Mapping[int, int]
    tasks: Collection[Task]


def surroundings(whole: Neighbourhood, touched: Iterable[int], ends: Iterable[int] = ()) -> Surroundings:
    """What lies around the records that a change touches. `ends` are of pairs that come with it."""
    reached = whole.components(touched)
    beyond = {other for record in reached for other in whole.pairs.get(record, ())}
    return Surroundings(reached, reached | whole.components(beyond.union(ends)))


def visible_part(
    whole: Neighbourhood, around: Surroundings, hidden: Set[int], told: ToldBefore | None = None
) -> Neighbourhood:
    """What there is around a change without the hidden records, with the identities and tasks that were told of it.

    Tasks are there as far as an identity that the change reaches has them. `told` must be given where what was told
    does not follow from what is there: while identities are as another model or policy made them.
    """
    facts = {record: whole.facts[record] for record in around.records - hidden}
    part = Neighbourhood(whole.policy, facts, whole.names)
    for pair in whole.pairs_within(facts.keys()):
        part.add_pair(pair)
    # One on a record that was withdrawn says nothing, but can be taken back.
    gone = whole.facts.keys() | hidden
    part.add_verdicts(
        verdict for verdict in whole.verdicts.values() if all(end in facts or end not in gone for end in verdict.pair)
    )
    if told is not None:
        _as_told(part, told)
        return part
    for component in _components(whole, around.records):
        if component.isdisjoint(hidden):
            part.identities |= {record: whole.identities[record] for record in component}
        else:
            part.identities |= _grouped(part, component - hidden)
    reached = {part.identities[record] for record in around.reached - hidden}
    part.tasks = {task.identities: task for task in part.open_tasks(reached)}
    return part


def _as_told(part: Neighbourhood, told: ToldBefore) -> None:
    """Gives a part the identities and tasks that were told of it; who was told to be together is looked at together."""
    part.identities |= {record: told.identities[record] for record in part.facts if record in told.identities}
    known = set(part.identities.values())
    part.tasks = {task.identities: task for task in told.tasks if not known.isdisjoint(task.identities)}
    mates: dict[int, set[int]] = {}
    for record, identity in part.identities.items():
        mates.setdefault(identity, set()).add(record)
    part.add_fellows({record: mates[identity] for record, identity in part.identities.items()})


def _components(whole: Neighbourhood, records: Set[int]) -> Iterator[set[int]]:
    left = set(records)
    while left:
        component = whole.component(next(iter(left)))
        left -= component
        yield component


def _grouped(part: Neighbourhood, records: Collection[int]) -> dict[int, int]:
    present = set(records)
    if len(present) == 1:
        # Most of what is left of a small component.
        return dict.fromkeys(present, *present)
    groups = partition(present, part.pairs_within(present), part.facts, part.policy, part.rulings).groups
    return {record: group[0] for group in groups for record in group}
