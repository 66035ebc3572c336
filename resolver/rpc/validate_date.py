"""Partial dates: what days a `google.type.Date` stands for, and which are refused.

A year alone stands for all of its days, a year and a month for all of that month.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Protocol

from resolver.domain.errors import ErrorReason
from resolver.rpc import limits
from resolver.rpc.violations import Violations


class PartialDate(Protocol):
    """What a `google.type.Date` has; 0 stands for a part that is not known."""

    @property
    def year(self) -> int:
        """The year, from 1."""

    @property
    def month(self) -> int:
        """The month, from 1."""

    @property
    def day(self) -> int:
        """The day of the month, from 1."""


def first_day(value: PartialDate) -> date:
    """The first day that a valid, perhaps partial, date stands for."""
    return date(value.year, value.month or 1, value.day or 1)


def last_day(value: PartialDate) -> date:
    """The last day that a valid, perhaps partial, date stands for."""
    month = value.month or 12
    return date(value.year, month, value.day or monthrange(value.year, month)[1])


def date_fault(value: PartialDate) -> str | None:
    """What is wrong with a date, in words; None for one that exists."""
    if not value.year:
        return "has no year"
    if not limits.YEAR_FIRST <= value.year <= limits.YEAR_LAST:
        return f"year {value.year} is not within {limits.YEAR_FIRST} to {limits.YEAR_LAST}"
    if value.day and not value.month:
        return "has a day without a month"
    if not 0 <= value.month <= 12:
        return f"{value.year}-{value.month:02} does not exist"
    if value.month and not 0 <= value.day <= monthrange(value.year, value.month)[1]:
        return f"{value.year}-{value.month:02}-{value.day:02} does not exist"
    return None


def check_date(violations: Violations, path: str, value: PartialDate) -> bool:
    """Notes a date that does not exist; returns whether it does."""
    fault = date_fault(value)
    if fault is not None:
        violations.add(path, fault, ErrorReason.DATE_INVALID)
    return fault is None


def check_order(violations: Violations, path: str, earliest: PartialDate, latest: PartialDate) -> None:
    """Notes at `path` that an interval of two valid dates ends before it begins."""
    if last_day(latest) < first_day(earliest):
        violations.add(path, "is before the beginning", ErrorReason.DATE_INVALID)
