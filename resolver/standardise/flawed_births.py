"""Birth dates that say less than they seem to, or cannot be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date

from resolver.domain.finding import DataQualityKind, Finding
from resolver.domain.record import BirthDate, Calendar, DatePrecision
from resolver.standardise import dates

Interval = tuple[date, date]
"""First and last day."""
OLDEST = 110
"""Years; nobody of interest is older."""
_TO_THE_DAY = (DatePrecision.DAY, DatePrecision.UNSPECIFIED)
_NUMBER = re.compile("[0-9]+")
_YEAR_DIGITS = 4
_UNWRITTEN = 0
# Days of each month at most, and the years that a living person's birth may bear.
_GREGORIAN_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_HIJRI_DAYS = (30,) * 12
_SOLAR_HIJRI_DAYS = (31,) * 6 + (30,) * 6
_CALENDARS = {
    Calendar.UNSPECIFIED: (_GREGORIAN_DAYS, range(1850, 2101)),
    Calendar.GREGORIAN: (_GREGORIAN_DAYS, range(1850, 2101)),
    Calendar.HIJRI: (_HIJRI_DAYS, range(1266, 1526)),
    Calendar.SOLAR_HIJRI: (_SOLAR_HIJRI_DAYS, range(1228, 1480)),
}
_FEBRUARY, _LEAP_DAY = 2, 29


def flaws_of_births(field: str, births: Sequence[BirthDate], today: date) -> Iterator[Finding]:
    """What is flawed in the birth dates of one identity; `field` is the path of their list."""
    for index, birth in enumerate(births):
        yield from _flaws(f"{field}[{index}]", birth, today)
    if len(births) < 2:
        return
    intervals = [interval_of(birth) for birth in births]
    for index, interval in enumerate(intervals):
        if any(are_disjoint(interval, other) for other in intervals[:index]):
            what = "excludes another birth date of the same identity"
            yield Finding(DataQualityKind.BIRTH_DATES_DISJOINT, f"{field}[{index}]", what)
            return


def interval_of(birth: BirthDate) -> Interval:
    """The days that a birth may lie on as it is compared, those that another conversion gives among them."""
    read = dates.read(birth)
    days = dates.around(read)
    return min((read.earliest, *days)), max((read.latest, *days))


def are_disjoint(one: Interval, other: Interval) -> bool:
    """Whether two intervals have no day in common."""
    return one[1] < other[0] or other[1] < one[0]


def _flaws(field: str, birth: BirthDate, today: date) -> Iterator[Finding]:
    if birth.earliest > today:
        yield Finding(DataQualityKind.BIRTH_DATE_IN_FUTURE, f"{field}.earliest", "lies in the future")
    elif birth.latest.year < today.year - OLDEST:
        what = f"lies more than {OLDEST} years back"
        yield Finding(DataQualityKind.BIRTH_DATE_TOO_LONG_AGO, f"{field}.earliest", what)
    if birth.precision in _TO_THE_DAY and birth.earliest == birth.latest and dates.read(birth).day is None:
        what = "is a date that is commonly entered when the day is not known; it is compared as its year"
        yield Finding(DataQualityKind.BIRTH_DATE_DEFAULT, f"{field}.earliest", what)
    if _is_wider_than_stated(birth):
        what = "is more exact than the interval from the earliest to the latest date"
        yield Finding(DataQualityKind.BIRTH_PRECISION_CONTRADICTED, f"{field}.precision", what)
    what = _not_in_calendar(birth)
    if what:
        yield Finding(DataQualityKind.BIRTH_DATE_NOT_IN_CALENDAR, f"{field}.as_entered", what)


def _is_wider_than_stated(birth: BirthDate) -> bool:
    first, last = birth.earliest, birth.latest
    if birth.precision is DatePrecision.DAY:
        return first != last
    # A month or a year of another calendar lies across two of ours.
    other = birth.calendar in (Calendar.HIJRI, Calendar.SOLAR_HIJRI)
    if birth.precision is DatePrecision.MONTH:
        return (last.year - first.year) * 12 + last.month - first.month > other
    return birth.precision is DatePrecision.YEAR and last.year - first.year > other


def _not_in_calendar(birth: BirthDate) -> str:
    """What is wrong with a date as entered: a text of three numbers of which one is a year; empty for any other."""
    numbers = _NUMBER.findall(_in_ascii_digits(birth.as_entered))
    years = [place for place, number in enumerate(numbers) if len(number) == _YEAR_DIGITS]
    if len(numbers) != 3 or len(years) != 1 or years == [1]:
        return ""
    days, known_years = _CALENDARS[birth.calendar]
    year = int(numbers.pop(years[0]))
    if year not in known_years:
        return "bears a year of another calendar than the one that it states"
    one, other = map(int, numbers)
    # After the year, the month comes first; before it, either may.
    orders = [(one, other)] if years == [0] else [(one, other), (other, one)]
    if any(_exists(year, month, day, days, birth.calendar) for month, day in orders):
        return ""
    return "does not exist in the calendar that it states"


def _exists(year: int, month: int, day: int, days: Sequence[int], calendar: Calendar) -> bool:
    if month > len(days):
        return False
    if _UNWRITTEN in (month, day):
        return day <= max(days)
    if days is _GREGORIAN_DAYS and (month, day) == (_FEBRUARY, _LEAP_DAY):
        return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= days[month - 1]


def _in_ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(sign if sign.isascii() else str(unicodedata.decimal(sign, sign)) for sign in text)
