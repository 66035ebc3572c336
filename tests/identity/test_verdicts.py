"""Which verdicts decide, and which contradict each other."""

from itertools import combinations, permutations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from resolver.domain.verdict import Basis, VerdictKind
from resolver.identity.conflicts import Facts
from resolver.identity.partition import Pair, partition
from resolver.identity.policy import STANDARD
from resolver.identity.verdicts import Ruling, contradiction, deciding, rulings

SAME, DIFFERENT = VerdictKind.SAME, VerdictKind.DIFFERENT


def said(number, left, right, kind, basis=Basis.EXAMINER):
    return Ruling(left, right, kind, basis, number)


def test_of_two_on_one_pair_the_higher_basis_decides_and_the_lower_comes_back():
    examined, judged = said(1, 1, 2, SAME), said(2, 1, 2, DIFFERENT, Basis.COURT)
    assert deciding([examined, judged]) == [judged]
    assert contradiction([examined, judged]) == ()
    assert deciding([examined]) == [examined]


def test_bases_rise_from_rules_to_courts():
    order = [Basis.RULE, Basis.MODEL, Basis.EXAMINER, Basis.OWNER_STATEMENT, Basis.COURT]
    for lower, higher in combinations(order, 2):
        assert deciding([said(1, 1, 2, SAME, lower), said(2, 1, 2, DIFFERENT, higher)])[0].kind is DIFFERENT


def test_two_of_one_basis_that_disagree_are_a_contradiction():
    found = contradiction([said(1, 1, 2, SAME), said(2, 1, 2, DIFFERENT)])
    assert [verdict.kind for verdict in found] == [DIFFERENT, SAME]


def test_a_contradiction_is_told_by_the_shortest_chain_whatever_the_bases():
    verdicts = [
        said(1, 1, 2, SAME),
        said(2, 2, 3, SAME, Basis.RULE),
        said(3, 3, 4, SAME),
        said(4, 1, 3, SAME),
        said(5, 1, 4, DIFFERENT, Basis.COURT),
    ]
    for order in permutations(verdicts):
        assert [verdict.number for verdict in contradiction(order)] == [5, 4, 3]
    assert contradiction(verdicts[:-1]) == ()


RECORDS = range(1, 7)
VERDICTS = st.lists(
    st.tuples(
        st.sampled_from(list(combinations(RECORDS, 2))),
        st.sampled_from([SAME, DIFFERENT]),
        st.sampled_from([Basis.RULE, Basis.COURT]),
    ),
    max_size=8,
)


@given(VERDICTS)
def test_a_contradiction_is_found_exactly_where_components_of_same_hold_a_different(chosen):
    verdicts = [said(number, *pair, kind, basis) for number, (pair, kind, basis) in enumerate(chosen, 1)]
    clash = any(
        one.pair == other.pair and one.basis == other.basis and one.kind is not other.kind
        for one, other in combinations(verdicts, 2)
        if one in deciding(verdicts) or other in deciding(verdicts)
    )
    graph = nx.Graph()
    graph.add_nodes_from(RECORDS)
    graph.add_edges_from(verdict.pair for verdict in deciding(verdicts) if verdict.kind is SAME)
    within = any(nx.has_path(graph, *verdict.pair) for verdict in deciding(verdicts) if verdict.kind is DIFFERENT)
    assert bool(contradiction(verdicts)) == (clash or within)


@given(VERDICTS, st.dictionaries(st.sampled_from(list(combinations(RECORDS, 2))), st.floats(-5, 30), max_size=15))
def test_what_verdicts_say_holds_whatever_the_evidence(chosen, weights):
    verdicts = []
    for number, (pair, kind, basis) in enumerate(chosen, 1):
        if not contradiction([*verdicts, said(number, *pair, kind, basis)]):
            verdicts.append(said(number, *pair, kind, basis))
    facts = {record: Facts(f"r{record}") for record in RECORDS}
    pairs = [Pair(*pair, weight) for pair, weight in weights.items()]
    groups = partition(RECORDS, pairs, facts, STANDARD, rulings(verdicts)).groups
    group_of = {record: group for group in groups for record in group}
    for verdict in deciding(verdicts):
        assert (group_of[verdict.left] == group_of[verdict.right]) == (verdict.kind is SAME)


def test_a_verdict_overrules_every_rule_of_refusal():
    one = Facts("a", birth_days=frozenset({"19850304"}), sexes=frozenset("M"), minor=True)
    other = Facts("b", birth_days=frozenset({"19611231"}), sexes=frozenset("F"))
    groups = partition([1, 2], [], {1: one, 2: other}, STANDARD, rulings([said(1, 1, 2, SAME)])).groups
    assert groups == ((1, 2),)


def test_a_verdict_on_a_record_that_is_not_there_says_nothing():
    facts = {1: Facts("a"), 3: Facts("c")}
    through_the_absent = rulings([said(1, 1, 2, SAME), said(2, 2, 3, SAME)])
    assert partition([1, 3], [], facts, STANDARD, through_the_absent).groups == ((1,), (3,))
