"""What two records of one person cannot both state."""

from datetime import date

import pytest

from resolver.domain.decision import ReviewReason
from resolver.identity.conflicts import Document, Facts, conflict, together


def facts(**stated):
    return Facts(key="sources/a/records/1", **stated)


def passport(number, first, last):
    return Document("FRA|passport", number, date(first, 1, 1), date(last, 1, 1))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (facts(), facts(), None),
        (facts(birth_days=frozenset({"19850304"})), facts(), None),
        (facts(birth_days=frozenset({"19850304"})), facts(birth_days=frozenset({"19850304", "19900101"})), None),
        (facts(birth_days=frozenset({"19850304"})), facts(birth_days=frozenset({"19850403"})), None),
        (facts(birth_days=frozenset({"19850304"})), facts(birth_days=frozenset({"19850305"})), None),
        (facts(birth_days=frozenset({"19370416"})), facts(birth_days=frozenset({"19730416"})), None),
        (
            facts(birth_days=frozenset({"19850304"})),
            facts(birth_days=frozenset({"19881117"})),
            ReviewReason.BIRTH_DATES_CONFLICT,
        ),
        (facts(sexes=frozenset("M")), facts(sexes=frozenset("F")), ReviewReason.SEX_CONFLICT),
        (facts(sexes=frozenset("M")), facts(), None),
        (facts(minor=True), facts(), ReviewReason.MINOR),
        (
            facts(biometric_excluded=frozenset({"face|A|1"})),
            facts(biometric_references=frozenset({"face|A|1"})),
            ReviewReason.BIOMETRICS_EXCLUDED,
        ),
        (
            facts(documents=frozenset({passport("1", 2000, 2010)})),
            facts(documents=frozenset({passport("2", 2001, 2011)})),
            ReviewReason.DOCUMENTS_CONFLICT,
        ),
        (
            # One that replaces a lost or full one: the former's printed validity runs on.
            facts(documents=frozenset({passport("1", 2000, 2010)})),
            facts(documents=frozenset({passport("2", 2003, 2013)})),
            None,
        ),
        (
            facts(documents=frozenset({passport("1", 2000, 2010)})),
            facts(documents=frozenset({passport("2", 2010, 2020)})),
            None,
        ),
        (
            facts(documents=frozenset({passport("1", 2000, 2010)})),
            facts(documents=frozenset({passport("1", 2003, 2013)})),
            None,
        ),
        (facts(fathers=frozenset({"khlt"})), facts(fathers=frozenset({"jmlm"})), ReviewReason.FATHERS_CONFLICT),
        (facts(fathers=frozenset({"jmlm"})), facts(fathers=frozenset({"jmlt"})), None),
        (facts(fathers=frozenset({"jmlm"})), facts(fathers=frozenset({"jml"})), None),
        (facts(fathers=frozenset({"al"})), facts(fathers=frozenset({"ml"})), ReviewReason.FATHERS_CONFLICT),
        (facts(fathers=frozenset({"khlt"})), facts(), None),
    ],
)
def test_conflicts_are_found_and_symmetric(one, other, expected):
    assert conflict(one, other) is expected
    assert conflict(other, one) is expected


def test_one_mistaken_statement_among_several_does_not_part_two_groups():
    right, mistaken = facts(birth_days=frozenset({"19850304"})), facts(birth_days=frozenset({"19911120"}))
    assert conflict(right, mistaken) is ReviewReason.BIRTH_DATES_CONFLICT
    assert conflict(together(right, mistaken), right) is None


def test_a_document_in_common_excuses_another_that_is_valid_at_once():
    renewed = facts(documents=frozenset({passport("1", 2000, 2010), passport("2", 2001, 2011)}))
    assert conflict(renewed, facts(documents=frozenset({passport("1", 2000, 2010)}))) is None


def test_an_excluded_biometric_of_one_record_parts_the_whole_groups():
    one = together(facts(biometric_excluded=frozenset({"face|A|1"})), facts(sexes=frozenset("M")))
    other = together(facts(), facts(biometric_references=frozenset({"face|A|1"})))
    assert conflict(one, other) is ReviewReason.BIOMETRICS_EXCLUDED
