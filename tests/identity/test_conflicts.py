"""What two records of one person cannot both state."""

from datetime import date

import pytest

from resolver.domain.decision import ReviewReason
from resolver.identity.conflicts import Document, Facts, conflict


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
        (facts(sex="M"), facts(sex="F"), ReviewReason.SEX_CONFLICT),
        (facts(sex="M"), facts(), None),
        (facts(minor=True), facts(), ReviewReason.MINOR),
        (
            facts(biometric_excluded=frozenset({"face|A|1"})),
            facts(biometric_references=frozenset({"face|A|1"})),
            ReviewReason.BIOMETRICS_EXCLUDED,
        ),
        (
            facts(documents=(passport("1", 2000, 2010),)),
            facts(documents=(passport("2", 2003, 2013),)),
            ReviewReason.DOCUMENTS_CONFLICT,
        ),
        (facts(documents=(passport("1", 2000, 2010),)), facts(documents=(passport("2", 2010, 2020),)), None),
        (facts(documents=(passport("1", 2000, 2010),)), facts(documents=(passport("1", 2003, 2013),)), None),
    ],
)
def test_conflicts_are_found_and_symmetric(one, other, expected):
    assert conflict(one, other) is expected
    assert conflict(other, one) is expected
