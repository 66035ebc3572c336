import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from resolver.identity.arrival import grouped
from resolver.identity.arrival_by_view import arrivals_by_view
from resolver.identity.components import components
from resolver.identity.conflicts import Facts
from resolver.identity.pairs import Pairs
from resolver.identity.partition import Pair
from resolver.identity.policy import STANDARD
from tests.counts import count
from tests.identity.test_telling import GUARDS, VIEWERS

WEIGHTS = st.sampled_from([-9.0, 5.0, 9.0, 20.0])
RECORDS = st.lists(
    st.tuples(st.sampled_from(["", "19850304", "19911120"]), st.sampled_from(GUARDS)), min_size=1, max_size=8
)


def holding_of(numbers, facts, pairs):
    """A holding with its identities, of some of the records."""
    found = [pair for pair in pairs if {pair.left, pair.right} <= set(numbers)]
    merging = Pairs.of(pair for pair in found if pair.merges(STANDARD))
    roots = dict(zip(numbers, components(np.array(numbers, np.int64), merging).tolist(), strict=True))
    parts = [[one for one in numbers if roots[one] == root] for root in sorted(set(roots.values()))]
    return grouped(parts, found, {number: facts[number] for number in numbers}, STANDARD)


@given(RECORDS, st.data())
@settings(max_examples=count(60, 2_000), deadline=None)
def test_each_viewer_is_told_what_it_would_be_told_of_a_holding_of_what_it_sees(records, data):
    numbers = range(1, len(records) + 1)
    facts = {
        number: Facts(f"r{number}", birth_days=frozenset({day} - {""}))
        for number, (day, _) in enumerate(records, start=1)
    }
    guards = {number: guard for number, (_, guard) in enumerate(records, start=1) if guard is not None}
    pairs = [
        Pair(one, other, weight)
        for one in numbers
        for other in numbers
        if one < other and (weight := data.draw(WEIGHTS)) >= STANDARD.review_weight
    ]
    told = list(arrivals_by_view(holding_of(list(numbers), facts, pairs), guards))
    assert [each[0].outcome.record for each in told] == list(numbers)
    for viewer in VIEWERS:
        seen = [number for number in numbers if number not in guards or guards[number].lets(viewer)]
        own = [each.outcome for (each,) in arrivals_by_view(holding_of(seen, facts, pairs), {})]
        found = [one.outcome for each in told for one in each if one.audience.includes(viewer)]
        assert found == own


def test_what_is_told_ends_in_the_identities_and_tasks_that_there_are():
    facts = {number: Facts(f"r{number}") for number in range(1, 6)}
    pairs = [Pair(1, 3, 20.0), Pair(2, 5, 20.0), Pair(3, 4, 5.0), Pair(4, 5, 5.0)]
    holding = holding_of([1, 2, 3, 4, 5], facts, pairs)
    told = [each.outcome for (each,) in arrivals_by_view(holding, {})]
    where = {record: move.after for outcome in told for move in outcome.moves for record in move.records}
    assert where == holding.identities == {1: 1, 2: 2, 3: 1, 4: 4, 5: 2}
    assert sorted(task.identities for outcome in told for task in outcome.raised) == [(1, 4), (2, 4)]
