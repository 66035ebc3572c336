"""How long a record is kept follows from its class, what its owner states, and its extensions."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from resolver.domain.retention import Kept, RecordClass, Stated
from resolver.retention.file import parse, standard_policy
from resolver.retention.policy import years_after
from resolver.sections import SectionInvalid

MISTAKES = yaml.safe_load(Path(__file__).with_name("policy_mistakes.yaml").read_text(encoding="utf-8"))
POLICY = parse("""
notice_days: 180
default: {review_years: 3, expiry_years: 5, longest_years: 10}
classes:
  - {class: PRISON, review_years: 1, expiry_years: 2, longest_years: 4}
sources:
  - {source: fra-prison-*, class: PRISON}
""")
DAY = date(2026, 3, 1)
OTHER = RecordClass.NOTICE
PRISON = RecordClass.PRISON


@pytest.mark.parametrize(
    ("source", "stated", "extended", "expected"),
    [
        ("a", Stated(), None, (date(2029, 3, 1), date(2031, 3, 1))),
        ("a", Stated(OTHER), None, (date(2029, 3, 1), date(2031, 3, 1))),
        ("a", Stated(PRISON), None, (date(2027, 3, 1), date(2028, 3, 1))),
        ("fra-prison-1", Stated(), None, (date(2027, 3, 1), date(2028, 3, 1))),
        ("fra-prison-1", Stated(OTHER), None, (date(2029, 3, 1), date(2031, 3, 1))),
        ("a", Stated(review=date(2026, 6, 1)), None, (date(2026, 6, 1), date(2031, 3, 1))),
        ("a", Stated(expiry=date(2027, 1, 1)), None, (date(2027, 1, 1), date(2027, 1, 1))),
        ("a", Stated(expiry=date(2034, 1, 1)), None, (date(2029, 3, 1), date(2034, 1, 1))),
        ("a", Stated(expiry=date(2099, 1, 1)), None, (date(2029, 3, 1), date(2036, 3, 1))),
        ("a", Stated(PRISON), (date(2029, 1, 1), date(2029, 6, 1)), (date(2029, 1, 1), date(2029, 6, 1))),
        ("a", Stated(PRISON), (date(2029, 1, 1), date(2050, 1, 1)), (date(2029, 1, 1), date(2030, 3, 1))),
    ],
)
def test_the_dates_are_those_extended_else_stated_else_of_the_class_and_never_beyond_the_longest(
    source, stated, extended, expected
):
    dates = POLICY.dates(stated, f"sources/{source}", DAY, extended)
    assert (dates.review, dates.expiry) == expected


def test_a_correction_keeps_an_extension_and_what_an_owner_states_anew_takes_its_place():
    source, later = "sources/a", (date(2030, 1, 1), date(2033, 1, 1))
    first = POLICY.kept(7, source, Stated(), DAY, None)
    extended = Kept(7, Stated(), DAY, POLICY.dates(Stated(), source, DAY, later), later)
    next_year = DAY + timedelta(days=365)
    assert POLICY.kept(7, source, Stated(), next_year, first) == first
    assert POLICY.kept(7, source, Stated(), next_year, extended) == extended
    stated = POLICY.kept(7, source, Stated(expiry=date(2028, 1, 1)), next_year, extended)
    assert (stated.dates.expiry, stated.extended, stated.since) == (date(2028, 1, 1), None, DAY)


def test_a_year_after_a_leap_day_is_the_day_before():
    assert years_after(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_the_policy_that_is_shipped_can_be_read_and_tells_half_a_year_before():
    policy = standard_policy()
    assert policy.notice == timedelta(days=180)
    assert policy.periods.keys() == set(RecordClass)


@pytest.mark.parametrize("mistake", MISTAKES, ids=[each["what"] for each in MISTAKES])
def test_a_mistake_in_a_policy_is_named_by_its_key(mistake):
    with pytest.raises(SectionInvalid) as refused:
        parse(mistake["text"])
    assert str(refused.value).startswith(mistake["at"]), refused.value
