"""A whole holding that arrives at once, told in its final state: one outcome for each record.

One component of merging pairs is told after the other, the one of the oldest record first, and within it one identity
after the other. An identity is told from its oldest record outwards along its links, so that each further record is
attached to what was told before. A review task is raised by that record of its strongest pair which is told later.
Whoever carries the outcomes out in this order has the final memberships and open tasks, and on the way no identity
that is undone again. No verdict stands.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from resolver.domain.decision import DecisionKind
from resolver.identity.conflicts import Facts
from resolver.identity.differences import Move
from resolver.identity.evidence import deciding_links, runner_ups
from resolver.identity.neighbourhood import Neighbourhood, Outcome, Task
from resolver.identity.partition import Pair, partition
from resolver.identity.policy import Policy

_NO_PAIRS: Mapping[int, Pair] = {}


def arrivals(
    components: Iterable[Sequence[int]],
    pairs: Iterable[Pair],
    facts: Mapping[int, Facts],
    told: Mapping[int, int],
    policy: Policy,
) -> Iterator[Outcome]:
    """The outcomes of the records of some components.

    Args:
        components: each rising, in the order of their first records.
        pairs: all pairs between these records, and all between them and records that were told before.
        facts: those of all records that have one of these pairs.
        told: the identities of the records of these pairs that were told before.
        policy: thresholds and rules.
    """
    holding = Neighbourhood(policy, facts=dict(facts), identities=dict(told))
    for pair in pairs:
        holding.add_pair(pair)
    groups = [group for component in components for group in _groups(component, holding)]
    holding.identities |= {record: group[0] for group in groups for record in group}
    order = [_outwards(group, holding) for group in groups]
    raised = _by_later_record(holding.open_tasks(), order)
    identities = dict(told)
    for records in order:
        for record in records:
            identities[record] = records[0]
            yield arrival_of(record, holding, identities, raised.get(record, ()))


def grouped(
    components: Iterable[Sequence[int]], pairs: Iterable[Pair], facts: Mapping[int, Facts], policy: Policy
) -> Neighbourhood:
    """A whole holding with its identities; `facts` are those of all records, and `pairs` all that there are."""
    holding = Neighbourhood(policy, facts=dict(facts))
    for pair in pairs:
        holding.add_pair(pair)
    for component in components:
        holding.identities |= {record: group[0] for group in _groups(component, holding) for record in group}
    return holding


def _groups(component: Sequence[int], holding: Neighbourhood) -> Sequence[Sequence[int]]:
    if len(component) == 1:
        return (component,)
    within = holding.pairs_within(set(component))
    return partition(component, within, holding.facts, holding.policy).groups


def _outwards(group: Sequence[int], holding: Neighbourhood) -> list[int]:
    """The records of a group, from the oldest along merging pairs; each but the first has one with one before it."""
    left = set(group[1:])
    found, reached = [group[0]], deque(group[:1])
    while reached:
        linked = sorted(holding.linked([reached.popleft()]) & left)
        left.difference_update(linked)
        found += linked
        reached.extend(linked)
    return found


def _by_later_record(tasks: Iterable[Task], order: Iterable[Sequence[int]]) -> dict[int, list[Task]]:
    """The tasks by that record of their strongest pair which is told later, in the order of their identities."""
    place = {record: number for number, record in enumerate(record for records in order for record in records)}
    found: dict[int, list[Task]] = {}
    for task in sorted(tasks, key=lambda task: task.identities):
        later = max(task.pair.left, task.pair.right, key=lambda record: place.get(record, -1))
        found.setdefault(later, []).append(task)
    return found


def arrival_of(record: int, holding: Neighbourhood, identities: Mapping[int, int], raised: Collection[Task]) -> Outcome:
    """The outcome of a record that comes to an identity; `identities` are those told so far, its own included."""
    identity = identities[record]
    pairs = holding.pairs.get(record, _NO_PAIRS)
    return Outcome(
        kind=DecisionKind.CREATED if record == identity else DecisionKind.ATTACHED,
        record=record,
        identity=identity,
        moves=(Move(None, identity, (record,)),),
        deciding=deciding_links(record, pairs, identities, holding.facts, holding.policy),
        broken=(),
        runner_ups=runner_ups(record, pairs, identities),
        raised=tuple(raised),
        closed=(),
    )
