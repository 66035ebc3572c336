"""A holding that is told at once, in any parts, ends where its records end that come one after the other."""

from itertools import combinations, pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from resolver.domain.decision import DecisionKind
from resolver.identity.arrival import arrivals
from resolver.identity.components import components
from resolver.identity.conflicts import Facts
from resolver.identity.neighbourhood import Neighbourhood
from resolver.identity.pairs import Pairs
from resolver.identity.partition import Pair
from resolver.identity.policy import STANDARD

RECORDS = range(1, 9)
WEIGHTS = st.lists(st.sampled_from([-9.0, -9.0, -2.0, 5.0, 9.0, 20.0]), min_size=28, max_size=28)
DAYS = st.lists(st.sampled_from(["", "19850304", "19911120"]), min_size=8, max_size=8)


def told(pairs, facts, cuts):
    """The outcomes, the components in as many parts as there are cuts and one more."""
    whole: dict[int, list[int]] = {}
    merging = Pairs.of(pair for pair in pairs if pair.merges(STANDARD))
    for record, first in zip(facts, components(np.array(list(facts)), merging).tolist(), strict=True):
        whole.setdefault(first, []).append(record)
    order, identities, outcomes = [whole[first] for first in sorted(whole)], {}, []
    bounds = [0, *sorted(cut % (len(order) + 1) for cut in cuts), len(order)]
    for start, end in pairwise(bounds):
        some = {record for component in order[start:end] for record in component}
        known = [
            pair
            for pair in pairs
            if {pair.left, pair.right} & some and {pair.left, pair.right} <= some | identities.keys()
        ]
        ends = {end for pair in known for end in (pair.left, pair.right)}
        before = {end: identities[end] for end in ends if end in identities}
        outcomes += arrivals(order[start:end], known, {end: facts[end] for end in ends}, before, STANDARD)
        identities = {outcome.record: outcome.identity for outcome in outcomes}
    return outcomes


@given(weights=WEIGHTS, days=DAYS, cuts=st.lists(st.integers(0, 8), max_size=3))
@settings(max_examples=80, deadline=None)
def test_in_any_parts_it_ends_where_one_after_the_other_ends(weights, days, cuts):
    facts = {
        number: Facts(f"r{number}", birth_days=frozenset(filter(None, [day]))) for number, day in enumerate(days, 1)
    }
    ends = combinations(RECORDS, 2)
    pairs = [
        Pair(*both, weight) for both, weight in zip(ends, weights, strict=True) if weight >= STANDARD.review_weight
    ]
    streamed = Neighbourhood(STANDARD)
    for number in RECORDS:
        streamed.submit(number, facts[number], [pair for pair in pairs if pair.right == number])
    outcomes = told(pairs, facts, cuts)
    assert {outcome.record: outcome.identity for outcome in outcomes} == streamed.identities
    assert {task.identities: task for outcome in outcomes for task in outcome.raised} == streamed.tasks
    before = set()
    for outcome in outcomes:
        links = {pair.other_than(outcome.record) for pair in outcome.deciding}
        assert links <= before
        assert (outcome.kind is DecisionKind.ATTACHED) == bool(links)
        assert all({pair.left, pair.right} <= before | {outcome.record} for pair in (t.pair for t in outcome.raised))
        before.add(outcome.record)
