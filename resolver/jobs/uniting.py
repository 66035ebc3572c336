"""The partition of a whole holding, worked out component by component over arrays.

No rule looks beyond a component of merging pairs and SAME verdicts, so this is `identity.partition` of all records at
once. Most components are one group whatever the order of their pairs: nothing in them conflicts, no verdict is about
them, and no bridge is weak. Of the others alone facts and pairs become objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from resolver.identity.components import components
from resolver.identity.identities import Identities
from resolver.identity.pairs import Mask, Numbers, Pairs
from resolver.identity.partition import partition
from resolver.identity.policy import Policy
from resolver.identity.verdicts import NO_RULINGS, Rulings
from resolver.store.facts_table import FactsTable

_RECORDS_AT_ONCE: Final = 500
"""Records that are partitioned between two reports of progress, unless one component has more."""


def united(
    facts: FactsTable,
    pairs: Pairs,
    policy: Policy,
    rulings: Rulings = NO_RULINGS,
    progress: Callable[[str], None] = lambda _: None,
) -> Identities:
    """The partition of all records that `facts` has, by all pairs of theirs that count, each once.

    `progress` is told that it goes on, and what it raises breaks it off.
    """
    progress("uniting")
    records, merging = facts.records, pairs.merging(policy)
    component = components(records, pairs.where(merging), rulings)
    # A component goes by the place of its first record.
    of = np.searchsorted(records, component)
    of_left, of_right = (of[np.searchsorted(records, ends)] for ends in (pairs.left, pairs.right))
    inside = of_left == of_right
    size = np.bincount(of, minlength=len(records))
    hanging = size[of] > 1
    open_to_rules = facts.may_conflict(records[hanging], of[hanging], len(records))
    open_to_rules[of[np.isin(records, [*rulings.same, *rulings.different])]] = True
    supporting = np.bincount(of_left[inside & pairs.supporting(policy)], minlength=len(records))
    complete = (supporting == size * (size - 1) // 2) & all(bridge.support <= 1 for bridge in policy.bridges)
    firm = components(records, pairs.where(merging & (pairs.weight >= policy.firm_weight))) == component
    open_to_rules[of[~firm & ~complete[of]]] = True
    identity = component.copy()
    for chosen, some in _parts(of, open_to_rules & (size > 1), of_left, inside):
        progress("uniting")
        stated = facts.facts(records[np.concatenate(chosen)])
        for members, places in zip(chosen, some, strict=True):
            found = partition(records[members].tolist(), pairs.where(places), stated, policy, rulings)
            for group in found.groups:
                identity[np.searchsorted(records, group)] = group[0]
    return Identities(records, identity)


def _parts(of: Numbers, chosen: Mask, of_left: Numbers, inside: Mask) -> Iterator[tuple[list[Numbers], list[Numbers]]]:
    """The chosen components, some at a time: the places of the records of each, and those of its pairs."""
    groups = np.flatnonzero(chosen)
    members, pairs = _by_group(of, chosen[of], groups), _by_group(of_left, inside & chosen[of_left], groups)
    start = held = 0
    for end, own in enumerate(members, start=1):
        held += len(own)
        if held >= _RECORDS_AT_ONCE or end == len(members):
            yield members[start:end], pairs[start:end]
            start, held = end, 0


def _by_group(group: Numbers, chosen: Mask, groups: Numbers) -> list[Numbers]:
    """The chosen places of each of some groups, which rise."""
    places = np.flatnonzero(chosen)
    places = places[np.argsort(group[places], kind="stable")]
    return np.split(places, np.searchsorted(group[places], groups[1:])) if len(groups) else []
