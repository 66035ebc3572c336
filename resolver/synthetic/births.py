"""Birth dates: what is true, what the person's papers say, and how a record states it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from resolver.synthetic.pools import Pool, chance

# Shares of the individuals' birth dates in the UN Security Council list: day, year, approximate, range, none.
_PRECISIONS = Pool((("DAY", 49), ("YEAR", 29), ("APPROXIMATE", 13), ("RANGE", 3), ("", 6)))
_DEFAULTS = Pool((((1, 1), 90), ((7, 1), 7), ((12, 31), 3)))
# 13.8 to 15.2 of 100 refugees admitted to the USA had 1 January (Christian Science Monitor, 2 January 2009; Los Angeles
# Times, 1 January 2010); elsewhere our estimate.
DEFAULT_DATE, DEFAULT_DATE_ELSEWHERE = 0.14, 0.006
# Of the days: parts swapped, a digit wrong. Of the years: off by one or two. Of all: a second date that disagrees.
DAY_AND_MONTH_SWAPPED, DIGIT_WRONG, YEAR_OFF, SECOND_DATE = 0.008, 0.012, 0.06, 0.05


class Calendar(StrEnum):
    """The calendar in which an office holds birth dates; the values are those of the contract."""

    GREGORIAN = "GREGORIAN"
    HIJRI = "HIJRI"
    SOLAR_HIJRI = "SOLAR_HIJRI"


# Days that come back from another calendar one off, our estimate.
CONVERSION_OFF = {Calendar.HIJRI: 0.15, Calendar.SOLAR_HIJRI: 0.04}


def true_date(rng: Random, minor: bool) -> date:
    """The day a person was born; most fighters were born between 1975 and 1998."""
    year = 2009 + int(rng.random() * 8) if minor else max(1948, min(2003, _adult_year(rng)))
    return date(year, 1, 1) + timedelta(days=int(rng.random() * 365))


def _adult_year(rng: Random) -> int:
    """A bell around 1987 with a deviation of seven and a half years, from four throws: no logarithm to round."""
    return int(1987 + 13 * (rng.random() + rng.random() + rng.random() + rng.random() - 2))


def default_date(rng: Random, usual: bool) -> tuple[int, int] | None:
    """The month and day that an office gives to those who know none, for the usual share of people; else None."""
    return _DEFAULTS.draw(rng) if chance(rng, DEFAULT_DATE if usual else DEFAULT_DATE_ELSEWHERE) else None


def stated(papers: date, rng: Random, calendar: Calendar = Calendar.GREGORIAN) -> list[dict[str, Any]]:
    """The `births` of one identity in a record: none, one, or now and then two that disagree."""
    precision = _PRECISIONS.draw(rng)
    if not precision:
        return []
    births = [_birth(papers, precision, rng, calendar)]
    if chance(rng, SECOND_DATE):
        other = papers.replace(year=papers.year + _offset(rng), day=min(papers.day, 28))
        births.append(_birth(other, "YEAR" if chance(rng, 0.6) else precision, rng, Calendar.GREGORIAN))
    return births


def _birth(papers: date, precision: str, rng: Random, calendar: Calendar) -> dict[str, Any]:
    birth: dict[str, Any]
    if precision == "DAY":
        gregorian = calendar is Calendar.GREGORIAN
        day, entered = (_slipped(papers, rng), {}) if gregorian else _converted(papers, calendar, rng)
        birth = {
            "earliest": message(day),
            **entered,
            "basis": "DATE_BASIS_DOCUMENT" if chance(rng, 0.6) else "DATE_BASIS_STATED",
        }
    elif precision == "YEAR":
        year = solar_day(papers)[0] + 621 if calendar is Calendar.SOLAR_HIJRI else papers.year
        year += _offset(rng) if chance(rng, YEAR_OFF) else 0
        birth = {"earliest": {"year": year}, "basis": "DATE_BASIS_STATED"}
    elif precision == "APPROXIMATE":
        middle, reach = papers.year + int(rng.random() * 3) - 1, 1 + int(rng.random() * 2)
        birth = {
            "earliest": {"year": middle - reach},
            "latest": {"year": middle + reach},
            "basis": "DATE_BASIS_ESTIMATED",
        }
        if chance(rng, 0.5):
            birth["asEntered"] = f"approximately {middle}"
    else:
        first = papers.year - int(rng.random() * 4)
        last = papers.year + 1 + int(rng.random() * 3)
        birth = {"earliest": {"year": first}, "latest": {"year": last}, "asEntered": f"between {first} and {last}"}
    return {**birth, "precision": f"DATE_PRECISION_{precision}"}


def _offset(rng: Random) -> int:
    return (-2, -1, -1, 1, 1, 2)[int(rng.random() * 6)]


def _slipped(day: date, rng: Random) -> date:
    """The day, or for some the day with its parts swapped or one digit wrong."""
    draw = rng.random()
    if draw < DAY_AND_MONTH_SWAPPED and day.day <= 12:
        return date(day.year, day.day, day.month)
    draw -= DAY_AND_MONTH_SWAPPED
    if 0 <= draw < DIGIT_WRONG / 2:
        return day.replace(day=1 + (day.day + (9 if day.day < 18 else -11)) % 28)
    if 0 <= draw < DIGIT_WRONG:
        year = day.year + (10 if draw < 0.75 * DIGIT_WRONG and day.year < 1990 else -1)
        return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))
    return day


def _converted(day: date, calendar: Calendar, rng: Random) -> tuple[date, dict[str, str]]:
    """The day as an office of another calendar has it; converting back is off by one day for some.

    The Islamic month begins with the sight of the moon, so that tables and offices differ by a day either way; the
    solar year begins at the equinox, so that only leap years go wrong.
    """
    off_by = CONVERSION_OFF[calendar]
    back = day + timedelta(days=(1 if chance(rng, 0.5) else -1) if chance(rng, off_by) else 0)
    year, month, of_month = hijri_day(day) if calendar is Calendar.HIJRI else solar_day(day)
    return back, {"calendar": f"CALENDAR_{calendar}", "asEntered": f"{of_month:02d}/{month:02d}/{year}"}


def solar_day(day: date) -> tuple[int, int, int]:
    """Year, month and day of the Solar Hijri calendar, by the cycle of 33 years, which holds from 1799 to 2256."""
    year = day.year - 621
    if day < _new_year(year):
        year -= 1
    elapsed = (day - _new_year(year)).days
    if elapsed < 186:
        return year, elapsed // 31 + 1, elapsed % 31 + 1
    return year, (elapsed - 186) // 30 + 7, (elapsed - 186) % 30 + 1


def _new_year(year: int) -> date:
    leap_days = (8 * year + 21) // 33
    return date.fromordinal(226530 + 365 * year + leap_days)


def hijri_day(day: date) -> tuple[int, int, int]:
    """Year, month and day of the tabular Islamic calendar (thirty-year cycle of 10,631 days)."""
    elapsed = day.toordinal() - date(622, 7, 19).toordinal()
    year = (30 * elapsed + 10646) // 10631
    in_year = elapsed - ((year - 1) * 354 + (3 + 11 * year) // 30)
    month = min(12, (2 * in_year + 1) // 59 + 1)
    return year, month, in_year - (59 * (month - 1) + 1) // 2 + 1


def message(day: date) -> dict[str, int]:
    """A day in the JSON mapping of google.type.Date."""
    return {"year": day.year, "month": day.month, "day": day.day}


def with_default(day: date, default: tuple[int, int] | None) -> date:
    """The day as the papers have it: with the default month and day, where an office gave one."""
    if default is None:
        return day
    month, of_month = default
    return date(day.year, month, min(of_month, monthrange(day.year, month)[1]))
