"""A split writes verdicts that part its sides, and none that it could leave out."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.domain.verdict import Basis, VerdictKind
from resolver.identity.conflicts import Facts
from resolver.identity.partition import Pair, partition
from resolver.identity.policy import STANDARD
from resolver.identity.splitting import fewest_different
from resolver.identity.verdicts import Ruling, rulings

RECORDS = range(1, 8)
FACTS = {record: Facts(f"r{record}") for record in RECORDS}


def parted_by(pairs):
    return rulings(
        Ruling(left, right, VerdictKind.DIFFERENT, Basis.EXAMINER, number)
        for number, (left, right) in enumerate(pairs, 1)
    )


def sides(leaving, staying, pairs, parted):
    """The groups that verdicts leave of the two sides, without records of others."""
    groups = partition(RECORDS, pairs, FACTS, STANDARD, parted_by(parted)).groups
    return {(leaving | staying).intersection(group) for group in map(frozenset, groups)} - {frozenset()}


@given(
    st.dictionaries(st.sampled_from(list(combinations(RECORDS, 2))), st.floats(-3, 30), min_size=6, max_size=21),
    st.randoms(use_true_random=False),
)
def test_the_sides_are_parted_each_side_stays_whole_and_no_verdict_is_idle(weights, random):
    pairs = [Pair(*pair, weight) for pair, weight in weights.items()]
    largest = max(partition(RECORDS, pairs, FACTS, STANDARD).groups, key=len)
    if len(largest) < 2:
        return
    leaving = frozenset(random.sample(largest, random.randint(1, len(largest) - 1)))
    staying = frozenset(largest) - leaving
    parted = fewest_different(leaving, staying, RECORDS, pairs, FACTS, STANDARD, [], Basis.EXAMINER)
    every = [tuple(sorted((one, other))) for one in leaving for other in staying]
    wanted = sides(leaving, staying, pairs, every)
    assert all(group <= leaving or group <= staying for group in wanted)
    assert parted
    assert sides(leaving, staying, pairs, parted) == wanted
    for idle in parted:
        assert sides(leaving, staying, pairs, [pair for pair in parted if pair != idle]) != wanted


def test_who_is_good_for_the_other_side_through_a_third_stays_with_its_own():
    """7 is linked to 1, whom 4 parts from, and as much to 6, who hangs together with 4."""
    weights = {(3, 6): 7.0, (3, 4): 7.0, (1, 4): 7.0, (1, 7): 7.0, (6, 7): 7.0, (5, 6): 0.0, (1, 2): 0.0, (1, 5): 0.0}
    pairs = [Pair(*ends, weight) for ends, weight in weights.items()]
    parted = fewest_different({4}, {1, 7}, RECORDS, pairs, FACTS, STANDARD, [], Basis.EXAMINER)
    assert (1, 4) in parted
    assert sides(frozenset({4}), frozenset({1, 7}), pairs, parted) == {frozenset({4}), frozenset({1, 7})}


def test_who_resembles_both_sides_alike_stays_with_its_own():
    pairs = [Pair(1, 2, 25.0), Pair(1, 3, 25.0), Pair(2, 3, 25.0)]
    assert fewest_different({2}, {1, 3}, RECORDS, pairs, FACTS, STANDARD, [], Basis.EXAMINER) == [(1, 2), (2, 3)]


def test_one_verdict_parts_two_that_only_a_bridge_held_together():
    pairs = [Pair(1, 2, 25.0), Pair(3, 4, 25.0), Pair(2, 3, 24.0)]
    assert fewest_different({3, 4}, {1, 2}, RECORDS, pairs, FACTS, STANDARD, [], Basis.EXAMINER) == [(2, 3)]


@pytest.mark.parametrize("basis", [Basis.EXAMINER, Basis.COURT])
def test_what_a_verdict_binds_is_named_so_that_the_contradiction_shows(basis):
    standing = [Ruling(1, 2, VerdictKind.SAME, Basis.EXAMINER, 1), Ruling(2, 3, VerdictKind.SAME, Basis.EXAMINER, 2)]
    assert fewest_different({3}, {1, 2}, RECORDS, [], FACTS, STANDARD, standing, basis) in ([(1, 3)], [(2, 3)])
