"""What another partition would change: every identity that differs, once, with those that it exchanges records with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.domain.decision import DecisionKind
from resolver.identity.identities import Identities
from resolver.identity.replanning import difference, shifts


def identities(*groups):
    return {record: min(group) for group in groups for record in group}


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        (((1, 2), (3,)), ((1, 2), (3,)), []),
        (((1, 2), (3,)), ((1, 2, 3),), [DecisionKind.MERGED]),
        (((1, 2, 3),), ((1,), (2, 3)), [DecisionKind.SPLIT]),
        (((1, 2), (3, 4)), ((1, 3), (2, 4)), [DecisionKind.REGROUPED]),
        (((1, 2), (3,), (4, 5)), ((1,), (2,), (3, 4, 5)), [DecisionKind.SPLIT, DecisionKind.MERGED]),
    ],
)
def test_identities_that_exchange_records_are_one_change_of_its_kind(before, after, kinds):
    assert [shift.kind for shift in shifts(identities(*before), identities(*after))] == kinds


@st.composite
def two_partitions(draw):
    labels = st.lists(st.integers(0, 4), min_size=6, max_size=6)
    partitions = []
    for _ in range(2):
        groups = {}
        for record, label in enumerate(draw(labels)):
            groups.setdefault(label, []).append(record)
        partitions.append(identities(*groups.values()))
    return partitions


@given(two_partitions())
def test_the_changes_carried_out_give_the_other_partition_and_touch_nobody_else(partitions):
    before, after = partitions
    found = difference(Identities.of(before), Identities.of(after), {}, {})
    moved = dict(before)
    for shift in found.shifts:
        assert {record for group in shift.after for record in group.records} == set(shift.records)
        moved |= {record: group.number for group in shift.after for record in group.records}
    assert moved == after
    changed = {record for record in before if before[record] != after[record]}
    assert changed <= set(found.unsettled) == {record for shift in found.shifts for record in shift.records}
    unchanged = difference(Identities.of(before), Identities.of(before), {}, {})
    assert (found.digest() == unchanged.digest()) == (before == after)
    assert found.shifts == tuple(shifts(before, after))
