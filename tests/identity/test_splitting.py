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


def mixed(leaving, staying, pairs, parted):
    groups = partition(RECORDS, pairs, FACTS, STANDARD, parted_by(parted)).groups
    return any(leaving.intersection(group) and staying.intersection(group) for group in groups)


@given(
    st.dictionaries(st.sampled_from(list(combinations(RECORDS, 2))), st.floats(-3, 30), min_size=6, max_size=21),
    st.randoms(use_true_random=False),
)
def test_the_sides_are_parted_and_no_verdict_is_idle(weights, random):
    pairs = [Pair(*pair, weight) for pair, weight in weights.items()]
    largest = max(partition(RECORDS, pairs, FACTS, STANDARD).groups, key=len)
    if len(largest) < 2:
        return
    leaving = set(random.sample(largest, random.randint(1, len(largest) - 1)))
    staying = set(largest) - leaving
    parted = fewest_different(leaving, staying, RECORDS, pairs, FACTS, STANDARD, [], Basis.EXAMINER)
    assert parted
    assert not mixed(leaving, staying, pairs, parted)
    for idle in parted:
        assert mixed(leaving, staying, pairs, [pair for pair in parted if pair != idle])


def test_one_verdict_parts_two_that_only_a_bridge_held_together():
    pairs = [Pair(1, 2, 25.0), Pair(3, 4, 25.0), Pair(2, 3, 20.0)]
    assert fewest_different({3, 4}, {1, 2}, RECORDS, pairs, FACTS, STANDARD, [], Basis.EXAMINER) == [(2, 3)]


@pytest.mark.parametrize("basis", [Basis.EXAMINER, Basis.COURT])
def test_what_a_verdict_binds_is_named_so_that_the_contradiction_shows(basis):
    standing = [Ruling(1, 2, VerdictKind.SAME, Basis.EXAMINER, 1), Ruling(2, 3, VerdictKind.SAME, Basis.EXAMINER, 2)]
    assert fewest_different({3}, {1, 2}, RECORDS, [], FACTS, STANDARD, standing, basis) in ([(1, 3)], [(2, 3)])
