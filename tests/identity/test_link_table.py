"""All 27 cells of the link table, for both policies; the rows are written out as the regulation's detector has them."""

from dataclasses import replace

import pytest

from resolver.domain.decision import ReviewReason
from resolver.domain.link_cell import CELLS, Biometrics, Cell, Documents, IdentityData
from resolver.identity.conflicts import Facts
from resolver.identity.link_table import LinkOutcome
from resolver.identity.neighbourhood import Neighbourhood
from resolver.identity.partition import Pair, partition
from resolver.identity.policy import STANDARD, STRICT

SAME, SIMILAR, DIFFERENT, SILENT = "same", "similar", "different", "not comparable"
MERGE, REVIEW, ELSE = "merge", "review", "anything else"
# biometrics, identity data, document: outcome
TABLE = {
    (SAME, SAME, SAME): MERGE,
    (SAME, SAME, SILENT): MERGE,
    (SAME, SAME, DIFFERENT): MERGE,
    (SAME, SIMILAR, SAME): MERGE,
    (SAME, SIMILAR, SILENT): MERGE,
    (SAME, SIMILAR, DIFFERENT): MERGE,
    (SAME, DIFFERENT, SAME): REVIEW,
    (SAME, DIFFERENT, SILENT): REVIEW,
    (SAME, DIFFERENT, DIFFERENT): REVIEW,
    (SILENT, SAME, SAME): MERGE,
    (SILENT, SAME, SILENT): ELSE,
    (SILENT, SAME, DIFFERENT): ELSE,
    (SILENT, SIMILAR, SAME): MERGE,
    (SILENT, SIMILAR, SILENT): ELSE,
    (SILENT, SIMILAR, DIFFERENT): ELSE,
    (SILENT, DIFFERENT, SAME): REVIEW,
    (SILENT, DIFFERENT, SILENT): ELSE,
    (SILENT, DIFFERENT, DIFFERENT): ELSE,
    (DIFFERENT, SAME, SAME): REVIEW,
    (DIFFERENT, SAME, SILENT): REVIEW,
    (DIFFERENT, SAME, DIFFERENT): REVIEW,
    (DIFFERENT, SIMILAR, SAME): REVIEW,
    (DIFFERENT, SIMILAR, SILENT): ELSE,
    (DIFFERENT, SIMILAR, DIFFERENT): ELSE,
    (DIFFERENT, DIFFERENT, SAME): REVIEW,
    (DIFFERENT, DIFFERENT, SILENT): ELSE,
    (DIFFERENT, DIFFERENT, DIFFERENT): ELSE,
}
BIOMETRICS = {SAME: Biometrics.SAME, SILENT: Biometrics.NOT_COMPARABLE, DIFFERENT: Biometrics.DIFFERENT}
IDENTITY = {SAME: IdentityData.SAME, SIMILAR: IdentityData.SIMILAR, DIFFERENT: IdentityData.DIFFERENT}
DOCUMENTS = {SAME: Documents.SAME, SILENT: Documents.NOT_COMPARABLE, DIFFERENT: Documents.DIFFERENT}
WEIGHTS = {"strong": 25.0, "between": 1.0, "weak": -20.0}
BY_WEIGHT = {"strong": MERGE, "between": REVIEW, "weak": ELSE}


def cell_of(row):
    biometrics, identity, document = row
    return Cell(BIOMETRICS[biometrics], IDENTITY[identity], DOCUMENTS[document])


def outcome_of(policy, row, weight):
    """What really becomes of two records: merged, a review task, or nothing."""
    holding = Neighbourhood(policy)
    pair = Pair(1, 2, weight, identifying=True, cell=cell_of(row).number)
    holding.submit(1, Facts("a"), [])
    told = holding.submit(2, Facts("b"), [pair])
    if told.identity == 1:
        return MERGE
    return REVIEW if told.raised else ELSE


def test_the_table_has_all_cells_and_their_numbers_are_their_places():
    assert {cell_of(row) for row in TABLE} == set(CELLS)
    assert [cell.number for cell in CELLS] == list(range(27))


@pytest.mark.parametrize("row", TABLE)
@pytest.mark.parametrize("weight", WEIGHTS)
def test_the_strict_policy_does_what_the_table_says_and_nothing_else(row, weight):
    assert outcome_of(STRICT, row, WEIGHTS[weight]) == TABLE[row]


@pytest.mark.parametrize("row", TABLE)
@pytest.mark.parametrize("weight", WEIGHTS)
def test_the_standard_policy_goes_by_weight_where_the_table_names_nothing(row, weight):
    expected = TABLE[row] if TABLE[row] != ELSE else BY_WEIGHT[weight]
    assert outcome_of(STANDARD, row, WEIGHTS[weight]) == expected


@pytest.mark.parametrize("policy", [STANDARD, STRICT])
def test_the_rules_of_refusal_stand_above_the_table(policy):
    pair = Pair(1, 2, 30.0, cell=cell_of((SAME, SAME, SAME)).number)
    child, other = Facts("a", minor=True), Facts("b")
    assert partition([1, 2], [pair], {1: other, 2: replace(other, key="a")}, policy).groups == ((1, 2),)
    assert partition([1, 2], [pair], {1: child, 2: other}, policy).groups == ((1,), (2,))


def test_a_review_by_the_table_says_why():
    holding = Neighbourhood(STANDARD)
    holding.submit(1, Facts("a"), [])
    row = (SILENT, DIFFERENT, SAME)
    told = holding.submit(2, Facts("b"), [Pair(1, 2, 25.0, cell=cell_of(row).number)])
    assert [task.reason for task in told.raised] == [ReviewReason.IDENTITY_DATA_DIFFER]


def test_only_the_strict_policy_leaves_biographic_agreement_alone():
    similar = cell_of((SILENT, SIMILAR, SILENT)).number
    assert STANDARD.outcome(similar) is LinkOutcome.BY_WEIGHT
    assert STRICT.outcome(similar) is LinkOutcome.NOTHING
