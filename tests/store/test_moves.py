"""Identities follow from where records went."""

import pytest

from resolver.store.moves import Move, grouped, last_stay


def moves(*steps):
    """Steps as (record, identity or None, sequence); what ends stands before what begins in one sequence."""
    return [Move(record, identity, sequence, identity is not None) for record, identity, sequence in steps]


JOINED = moves((1, 1, 1), (2, 2, 2), (2, None, 3), (2, 1, 3))


def shown(found):
    return {number: (identity.records, identity.revision) for number, identity in found.items()}


def test_a_record_is_where_it_went_last():
    assert shown(grouped(reversed(JOINED))) == {1: ([1, 2], 3), 2: ([], 3)}


def test_at_a_past_moment_it_is_where_it_was_then():
    assert shown(grouped(JOINED, 2)) == {1: ([1], 1), 2: ([2], 2)}
    assert shown(grouped(JOINED, 0)) == {}


def test_who_went_out_of_sight_is_nowhere_and_changed_what_it_left():
    assert shown(grouped([*JOINED, *moves((1, None, 4))])) == {1: ([2], 4), 2: ([], 3)}


def test_what_is_told_again_changes_nothing():
    assert shown(grouped([*JOINED, *moves((2, 1, 5))])) == shown(grouped(JOINED))


@pytest.mark.parametrize(
    ("steps", "stay"),
    [
        ((), None),
        ((JOINED[0],), (1, 1)),
        (JOINED[1:], (1, 3)),
        # It left as the last of its identity.
        ((JOINED[0], *moves((1, None, 7))), (1, 7)),
    ],
)
def test_the_last_stay_tells_when_it_began_or_ended(steps, stay):
    assert last_stay(steps) == stay
