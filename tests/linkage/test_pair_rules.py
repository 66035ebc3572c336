"""What the rules of the partition read off a comparison vector."""

import duckdb
import pytest

from resolver.linkage.comparison import NOTHING_TO_COMPARE
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.pair_rules import IDENTIFYING

ONE_NAME = {"name": "same_0"}
ANOTHER_NAME = {"name": "different"}
GIVEN_NAME = {"name": "given_name"}
YEARS_APART = {"birth_date": "disjoint"}
BIRTHDAY = {"birth_date": "same_day"}
DOCUMENT = {"document": "same"}


def identifies(levels):
    """Whether a pair identifies that has these levels, and nothing to compare besides."""
    gammas = ", ".join(
        f"{comparison.gamma(levels[comparison.name]) if comparison.name in levels else NOTHING_TO_COMPARE}"
        f" AS gamma_{comparison.name}"
        for comparison in COMPARISONS
    )
    ((found,),) = duckdb.sql(f"SELECT {IDENTIFYING} FROM (SELECT {gammas})").fetchall()
    return found


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (ONE_NAME, True),
        ({"name": "given_differs_9"}, True),
        (GIVEN_NAME, True),
        ({"name": "given_omitted_9"}, False),
        (ANOTHER_NAME, False),
        (ONE_NAME | {"birth_date": "within_two_years"}, True),
        (ONE_NAME | YEARS_APART, False),
        (GIVEN_NAME | YEARS_APART, False),
        (ONE_NAME | YEARS_APART | DOCUMENT, True),
        (ONE_NAME | YEARS_APART | {"document": "another_number"}, False),
        (DOCUMENT, True),
        (ANOTHER_NAME | DOCUMENT, False),
        (ANOTHER_NAME | DOCUMENT | BIRTHDAY, True),
        (ANOTHER_NAME | DOCUMENT | YEARS_APART, False),
        (ANOTHER_NAME | YEARS_APART | {"biometric": "same"}, True),
        (BIRTHDAY, False),
        ({}, False),
    ],
)
def test_who_is_identified_by_names_documents_and_biometrics(levels, expected):
    assert identifies(levels) is expected
