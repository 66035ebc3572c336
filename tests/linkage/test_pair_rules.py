"""What identifies a pair, read off its comparison vector."""

import duckdb
import pytest

from resolver.linkage.comparison import NOTHING_TO_COMPARE
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.pair_rules import IDENTIFYING

SAME_NAME = "same_after_transliteration_15"


def identifies(**levels):
    vector = []
    for comparison in COMPARISONS:
        level = levels.get(comparison.name)
        gamma = NOTHING_TO_COMPARE
        if level is not None:
            gamma = next(comparison.gamma(each.code) for each in comparison.levels if each.code == level)
        vector.append(f"{gamma} AS gamma_{comparison.name}")
    with duckdb.connect() as connection:
        ((found,),) = connection.execute(f"SELECT {IDENTIFYING} FROM (SELECT {', '.join(vector)})").fetchall()
    return found


@pytest.mark.parametrize("name", [SAME_NAME, "part_omitted_12", "one_edit_15", "given_name"])
def test_a_name_does_not_identify_where_births_are_years_apart(name):
    """Father and son of one name, a brother who is named after another, namesakes."""
    assert identifies(name=name)
    assert identifies(name=name, birth_date="within_two_years")
    assert not identifies(name=name, birth_date="disjoint")


@pytest.mark.parametrize("slip", ["one_character", "day_and_month_swapped", "calendar_conversion"])
def test_a_slip_in_a_date_of_birth_takes_nothing_from_a_name(slip):
    assert identifies(name=SAME_NAME, birth_date=slip)


@pytest.mark.parametrize("document", ["same", "same_number", "exchanged"])
def test_a_document_in_common_makes_up_for_births_years_apart(document):
    assert identifies(name=SAME_NAME, birth_date="disjoint", document=document)
    assert not identifies(name=SAME_NAME, birth_date="disjoint", document="another_number")


def test_biometrics_identify_whatever_the_births():
    assert identifies(name="different", birth_date="disjoint", biometric="same")
