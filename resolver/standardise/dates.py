"""Birth dates as intervals, with the default-date rule.

14 to 15 % of recorded birth dates are 1 January because the day was not known; 1 July and 31 December serve the same
way, and so does the first day of the year in the Islamic calendars. Such a date says its year and no more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from resolver.domain.record import BirthDate, Calendar, DatePrecision

_DEFAULT_DAYS = frozenset({(1, 1), (7, 1), (12, 31)})
_TO_THE_DAY = (DatePrecision.DAY, DatePrecision.UNSPECIFIED)
_ASCII_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_FIRST_OF_YEAR = re.compile(r"\D*0?1[-/. ]+0?1[-/. ]+\d{4}\D*|\D*\d{4}[-/. ]+0?1[-/. ]+0?1\D*")
_DAYS_OF_YEAR = {Calendar.HIJRI: 354, Calendar.SOLAR_HIJRI: 365}
# Tables of the Islamic calendar, and sightings of the moon, differ by up to so many days.
_CONVERSION_ERROR = 2
# Years of an interval say something only while there are few of them.
_MOST_YEARS = 2


@dataclass(frozen=True, slots=True)
class Birth:
    """A birth date as it is compared: the interval, the day where it is really known, and whether it was converted.

    `default` is the day that was stated where it is one that offices give to those who know none.
    """

    earliest: date
    latest: date
    day: date | None
    converted: bool = False
    default: date | None = None

    @property
    def years(self) -> tuple[int, ...]:
        """The calendar years of the interval; empty when there are more than two."""
        years = range(self.earliest.year, self.latest.year + 1)
        return tuple(years) if len(years) <= _MOST_YEARS else ()


@lru_cache(maxsize=65_536)
def read(birth: BirthDate) -> Birth:
    """`birth` opened to what is known: a default or year-precise date to its year, a month-precise one to its month."""
    earliest, latest = birth.earliest, birth.latest
    if birth.precision in _TO_THE_DAY and earliest == latest:
        if birth.calendar in _DAYS_OF_YEAR:
            return _converted(birth)
        if (earliest.month, earliest.day) not in _DEFAULT_DAYS:
            return Birth(earliest, latest, earliest)
        return replace(_whole_years(earliest, latest), default=earliest)
    if birth.precision is DatePrecision.MONTH:
        return Birth(earliest.replace(day=1), _end_of_month(latest), None)
    if birth.precision is DatePrecision.YEAR or (
        # An estimate that names one day knows the year at best.
        birth.precision is DatePrecision.APPROXIMATE and earliest == latest
    ):
        return _whole_years(earliest, latest)
    return Birth(earliest, latest, None)


def _converted(birth: BirthDate) -> Birth:
    if _FIRST_OF_YEAR.fullmatch(birth.as_entered.translate(_ASCII_DIGITS)):
        return Birth(birth.earliest, birth.earliest + timedelta(days=_DAYS_OF_YEAR[birth.calendar] - 1), None)
    return Birth(birth.earliest, birth.earliest, birth.earliest, converted=True)


def around(birth: Birth) -> tuple[date, ...]:
    """The days that another conversion of the same date from its calendar may give; none for a Gregorian date."""
    if birth.day is None or not birth.converted:
        return ()
    steps = (step for step in range(-_CONVERSION_ERROR, _CONVERSION_ERROR + 1) if step)
    return tuple(birth.day + timedelta(days=step) for step in steps)


def key_of(day: date) -> str:
    """`day` as YYYYMMDD."""
    return day.isoformat().replace("-", "")


def swapped(day: date) -> date | None:
    """`day` with day and month exchanged; None when that is no date or the same one."""
    if day.day > 12 or day.day == day.month:
        return None
    return date(day.year, day.day, day.month)


def _whole_years(earliest: date, latest: date) -> Birth:
    return Birth(date(earliest.year, 1, 1), date(latest.year, 12, 31), None)


def _end_of_month(day: date) -> date:
    if day.month == 12:
        return day.replace(day=31)
    return day.replace(month=day.month + 1, day=1) - timedelta(days=1)
