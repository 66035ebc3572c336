"""The partition is a pure function: no order matters, and without conflicts it is networkx' components."""

from dataclasses import replace

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.domain.link_cell import UNDECIDED, Biometrics, Cell, Documents, IdentityData
from resolver.identity.conflicts import Facts
from resolver.identity.partition import Pair, partition
from resolver.identity.policy import STANDARD, Bridge
from resolver.identity.verdicts import Rulings

RECORDS = range(1, 13)
BRIDGES_ALLOWED = replace(STANDARD, bridges=())
SUPPORT = STANDARD.support_weight
A_THIRD_MUST_SUPPORT = replace(STANDARD, bridges=(Bridge(STANDARD.firm_weight, 0.3),))
weights = st.floats(min_value=-5, max_value=30, allow_nan=False)
edges = st.dictionaries(
    st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS)).filter(lambda edge: edge[0] < edge[1]), weights
)
births = st.lists(st.sampled_from(["19850304", "19850403", "19911120", ""]), min_size=12, max_size=12)


def facts_with(days):
    return {
        record: Facts(key=f"r{record:02}", birth_days=frozenset({day} if day else ()))
        for record, day in zip(RECORDS, days, strict=True)
    }


def pairs_of(chosen):
    return [Pair(left, right, weight) for (left, right), weight in chosen.items()]


@given(edges)
def test_without_conflicts_the_groups_are_the_components_of_the_merging_pairs(chosen):
    graph = nx.Graph()
    graph.add_nodes_from(RECORDS)
    graph.add_edges_from(edge for edge, weight in chosen.items() if weight >= STANDARD.merge_weight)
    expected = {tuple(sorted(component)) for component in nx.connected_components(graph)}
    found = partition(RECORDS, pairs_of(chosen), facts_with([""] * 12), BRIDGES_ALLOWED)
    assert set(found.groups) == expected


@given(edges, births, st.randoms(use_true_random=False))
def test_the_order_of_pairs_and_the_numbering_of_records_do_not_matter(chosen, days, random):
    facts = facts_with(days)
    pairs = pairs_of(chosen)
    expected = partition(RECORDS, pairs, facts, STANDARD).groups
    numbers = list(RECORDS)
    random.shuffle(numbers)
    renumbered = dict(zip(RECORDS, numbers, strict=True))
    shuffled = [Pair(*sorted((renumbered[pair.left], renumbered[pair.right])), pair.weight) for pair in pairs]
    random.shuffle(shuffled)
    found = partition(numbers, shuffled, {renumbered[record]: fact for record, fact in facts.items()}, STANDARD).groups
    names = {renumbered[record]: record for record in RECORDS}
    assert {tuple(sorted(names[number] for number in group)) for group in found} == set(expected)


@given(edges, births)
def test_no_group_holds_two_records_whose_birth_dates_exclude_each_other(chosen, days):
    facts = facts_with(days)
    for group in partition(RECORDS, pairs_of(chosen), facts, STANDARD).groups:
        known = {day for record in group for day in facts[record].birth_days}
        assert known in (set(), {"19911120"}) or known <= {"19850304", "19850403"}


def test_a_record_good_for_two_people_joins_neither_unless_it_is_much_closer_to_one():
    facts = facts_with(["19850304", "", "19911120"] + [""] * 9)
    closer = [Pair(1, 2, 30.0), Pair(2, 3, 30.0 - STANDARD.ambiguity_margin)]
    undecided = [Pair(1, 2, 30.0), Pair(2, 3, 30.01 - STANDARD.ambiguity_margin)]
    assert partition([1, 2, 3], closer, facts, STANDARD).groups == ((1, 2), (3,))
    assert partition([1, 2, 3], undecided, facts, STANDARD).groups == ((1,), (2,), (3,))


def test_records_that_are_unclear_between_the_same_two_people_may_still_be_one():
    facts = facts_with(["19850304", "", "", "19911120"] + [""] * 8)
    pairs = [Pair(1, 2, 20.0), Pair(1, 3, 20.0), Pair(2, 3, 25.0), Pair(2, 4, 20.0), Pair(3, 4, 20.0)]
    assert partition([1, 2, 3, 4], pairs, facts, STANDARD).groups == ((1,), (2, 3), (4,))


@pytest.mark.parametrize("weight", [STANDARD.merge_weight - 0.01, STANDARD.review_weight])
def test_a_pair_below_the_merge_threshold_unites_nobody(weight):
    found = partition([1, 2], [Pair(1, 2, weight)], facts_with([""] * 12), STANDARD)
    assert found.groups == ((1,), (2,))
    assert found.uniting == ()


def crowd(first, second, bridge):
    """Two groups of three, tight in themselves, and the pairs of `bridge` between them."""
    within = [Pair(a, b, 40.0) for group in (first, second) for a in group for b in group if a < b]
    return within + bridge


def test_a_single_weak_bridge_does_not_join_two_well_supported_groups():
    facts = facts_with([""] * 12)
    weak = crowd([1, 2, 3], [4, 5, 6], [Pair(3, 4, STANDARD.merge_weight + 1)])
    assert partition(range(1, 7), weak, facts, A_THIRD_MUST_SUPPORT).groups == ((1, 2, 3), (4, 5, 6))


def test_pairs_whose_names_contradict_support_no_union():
    """Brothers: all else is alike, and one record names neither."""
    facts = facts_with([""] * 12)
    bridge = Pair(3, 4, STANDARD.merge_weight + 1)
    brothers = [Pair(left, right, 15.0, identifying=False) for left in (1, 2) for right in (4, 5, 6)]
    pairs = crowd([1, 2, 3], [4, 5, 6], [bridge, *brothers])
    assert partition(range(1, 7), pairs, facts, STANDARD).groups == ((1, 2, 3), (4, 5, 6))


def test_strong_evidence_outweighs_a_slip_in_the_sex_and_no_graver_conflict():
    facts = {1: Facts("a", sexes=frozenset("M")), 2: Facts("b", sexes=frozenset("F"))}
    assert partition([1, 2], [Pair(1, 2, STANDARD.outweighing)], facts, STANDARD).groups == ((1, 2),)
    assert partition([1, 2], [Pair(1, 2, STANDARD.outweighing - 1)], facts, STANDARD).groups == ((1,), (2,))
    minor = facts | {2: replace(facts[2], minor=True)}
    assert partition([1, 2], [Pair(1, 2, STANDARD.outweighing)], minor, STANDARD).groups == ((1,), (2,))
    told_apart = Rulings({}, {1: frozenset({2}), 2: frozenset({1})})
    found = partition([1, 2], [Pair(1, 2, STANDARD.outweighing)], facts, STANDARD, told_apart)
    assert found.groups == ((1,), (2,))


@pytest.mark.parametrize("field", ["birth_days", "fathers"])
def test_a_document_with_strong_evidence_outweighs_a_mistaken_date_or_father(field):
    stated = {"birth_days": ("19850314", "19790822"), "fathers": ("hsn", "krm")}[field]
    facts = {number: Facts(str(number), **{field: frozenset([value])}) for number, value in enumerate(stated, start=1)}
    same = Cell(Biometrics.NOT_COMPARABLE, IdentityData.SIMILAR, Documents.SAME).number

    def groups(weight, cell):
        return partition([1, 2], [Pair(1, 2, weight, cell=cell)], facts, STANDARD).groups

    strong = STANDARD.outweighing + 4
    assert groups(strong, same) == ((1, 2),)
    assert groups(strong - 1, same) == ((1,), (2,))
    assert groups(strong + 20, UNDECIDED) == ((1,), (2,))


def test_a_strong_bridge_or_one_with_support_joins_them():
    facts = facts_with([""] * 12)
    strong = crowd([1, 2, 3], [4, 5, 6], [Pair(3, 4, STANDARD.firm_weight)])
    assert partition(range(1, 7), strong, facts, A_THIRD_MUST_SUPPORT).groups == ((1, 2, 3, 4, 5, 6),)
    supported = [Pair(3, 4, STANDARD.merge_weight + 1), Pair(1, 5, SUPPORT), Pair(2, 6, SUPPORT)]
    assert partition(range(1, 7), crowd([1, 2, 3], [4, 5, 6], supported), facts, A_THIRD_MUST_SUPPORT).groups == (
        (1, 2, 3, 4, 5, 6),
    )


@pytest.mark.parametrize(
    ("weight", "supporting"),
    [
        (STANDARD.merge_weight, 6),
        (STANDARD.bridges[0].below - 0.01, 6),
        (STANDARD.bridges[0].below, 4),
        (STANDARD.firm_weight - 0.01, 4),
        (STANDARD.firm_weight, 1),
    ],
)
def test_the_stronger_a_bridge_the_fewer_pairs_must_support_it(weight, supporting):
    """Of nine pairs between two groups of three the bridge is one."""
    facts = facts_with([""] * 12)
    others = [(a, b) for a in (1, 2, 3) for b in (4, 5, 6) if (a, b) != (3, 4)]

    def groups(supported, support=SUPPORT):
        pairs = [Pair(*ends, support) for ends in others[: supported - 1]]
        return partition(range(1, 7), crowd([1, 2, 3], [4, 5, 6], [Pair(3, 4, weight), *pairs]), facts, STANDARD).groups

    assert len(groups(supporting)) == 1
    if supporting > 1:
        assert len(groups(supporting - 1)) == 2
        assert len(groups(9, support=SUPPORT - 0.01)) == 2


def test_support_that_comes_from_later_unions_counts():
    facts = facts_with([""] * 12)
    tight = [Pair(a, b, 40.0) for a in range(1, 5) for b in range(a + 1, 5)]
    weak_bridge, later = Pair(4, 5, STANDARD.merge_weight + 2), Pair(5, 6, STANDARD.merge_weight + 1)
    support = [Pair(1, 6, SUPPORT), Pair(2, 6, SUPPORT), Pair(3, 6, SUPPORT)]
    assert partition(range(1, 6), [*tight, weak_bridge], facts, A_THIRD_MUST_SUPPORT).groups == ((1, 2, 3, 4), (5,))
    assert partition(range(1, 7), [*tight, weak_bridge, later, *support], facts, A_THIRD_MUST_SUPPORT).groups == (
        (1, 2, 3, 4, 5, 6),
    )
