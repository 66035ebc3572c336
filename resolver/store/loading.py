"""Loading a neighbourhood: whole components of merging pairs, the pairs that lead out, and the open review tasks."""

from __future__ import annotations

from collections.abc import Collection, Set

from resolver.domain.decision import ReviewReason
from resolver.identity.neighbourhood import Neighbourhood, Task
from resolver.identity.partition import Pair
from resolver.store.facts_rows import facts_from_row
from resolver.store.remembered import Tables
from resolver.store.verdict_rows import ruling_from_row


def load(
    tables: Tables,
    neighbourhood: Neighbourhood,
    seeds: Collection[int],
    loaded: set[int],
    beside: Collection[int] = (),
) -> None:
    """Adds the components of the seeds to the neighbourhood, with the records one review pair or verdict away.

    `loaded` are the records whose components are there in full; it grows. Of records `beside` only what they state is
    added, and which identities they are in. The neighbourhood must not have been changed since it was first loaded.
    """
    members: set[int] = set()
    ends = set(beside)
    frontier = set(seeds) - loaded
    while frontier:
        members |= frontier
        for record, other, *evidence in tables.pairs(frontier):
            if record < other or other not in frontier:
                ends.add(other)
                neighbourhood.add_pair(Pair(min(record, other), max(record, other), *evidence))
        judged = load_verdicts(tables, neighbourhood, frontier)
        ends |= judged
        fellows = tables.fellows(frontier)
        neighbourhood.add_fellows(fellows)
        frontier = neighbourhood.linked(frontier).union(judged, *fellows.values()) - members - loaded
    loaded |= members
    _state(tables, neighbourhood, members | ends)
    # A record that a verdict is about may be withdrawn.
    identities = {neighbourhood.identities[number] for number in members if number in neighbourhood.identities}
    for low, high, reason, left, right, weight in tables.tasks(identities):
        task = Task((low, high), ReviewReason(reason), Pair(left, right, weight))
        neighbourhood.tasks[task.identities] = task
    # A task that another model raised may be of records that no pair links any more.
    _state(tables, neighbourhood, {end for task in neighbourhood.tasks.values() for end in task.ends})


def _state(tables: Tables, neighbourhood: Neighbourhood, numbers: Set[int]) -> None:
    """Adds what records state, and which identities they are in."""
    missing = numbers - neighbourhood.facts.keys()
    if missing:
        names = tables.names(missing)
        neighbourhood.facts |= {row[0]: facts_from_row(names[row[0]], row[1:]) for row in tables.facts(missing)}
        neighbourhood.identities |= tables.identities(missing)


def load_verdicts(tables: Tables, neighbourhood: Neighbourhood, numbers: Collection[int]) -> set[int]:
    """Adds the verdicts that stand on records; returns the other records that they are about."""
    found = [ruling_from_row(row) for row in tables.rulings(numbers)]
    if found:
        neighbourhood.add_verdicts(found)
    return {end for ruling in found for end in ruling.pair} - set(numbers)
