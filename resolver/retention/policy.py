"""The retention policy: periods for each class of records, and the dates that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from resolver.access.patterns import SourcePattern
from resolver.domain.retention import Dates, Kept, RecordClass, Stated

_SOURCES: Final = "sources/"


@dataclass(frozen=True, slots=True)
class Periods:
    """Years from the first acceptance of a record to its review, to its expiry, and to the last that may be stated."""

    review_years: int
    expiry_years: int
    longest_years: int


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """Periods by class; those of UNSPECIFIED are for every class without some of its own.

    `sources` give a class to records whose owner states none, the first that fits. `notice`: how long before a
    record is due its owner is told.
    """

    notice: timedelta
    periods: Mapping[RecordClass, Periods]
    sources: tuple[tuple[SourcePattern, RecordClass], ...] = field(default=())

    def class_of(self, stated: RecordClass, source: str) -> RecordClass:
        """The class by which a record of a source, `sources/{source}`, is kept."""
        if stated is not RecordClass.UNSPECIFIED:
            return stated
        key = source.removeprefix(_SOURCES)
        return next((given for pattern, given in self.sources if pattern.matches(key)), stated)

    def longest(self, record_class: RecordClass, since: date) -> date:
        """The last day on which a record may be kept, whoever states or extends what."""
        return years_after(since, self._periods(record_class).longest_years)

    def dates(self, stated: Stated, source: str, since: date, extended: tuple[date, date] | None = None) -> Dates:
        """The dates that hold: those of the last extension, else as stated, else by class; never beyond the longest."""
        record_class = self.class_of(stated.record_class, source)
        periods = self._periods(record_class)
        review, expiry = extended or (stated.review, stated.expiry)
        expiry = min(expiry or years_after(since, periods.expiry_years), self.longest(record_class, since))
        review = min(review or years_after(since, periods.review_years), expiry)
        return Dates(record_class, review, expiry)

    def kept(self, number: int, source: str, stated: Stated, since: date, before: Kept | None) -> Kept:
        """The retention of a record by a new version. What the owner states anew takes the place of an extension."""
        if before is not None and before.stated == stated:
            return self.renewed(before, source)
        told = None if before is None else before.told
        base = since if before is None else before.since
        return Kept(number, stated, base, self.dates(stated, source, base), None, told)

    def renewed(self, kept: Kept, source: str) -> Kept:
        """The same with the dates that follow from this policy."""
        return replace(kept, dates=self.dates(kept.stated, source, kept.since, kept.extended))

    def fingerprint(self) -> str:
        """A text that differs where another policy would give other dates."""
        rows = sorted((key.name, value) for key, value in self.periods.items())
        sources = [(str(pattern), given.name) for pattern, given in self.sources]
        return sha256(repr((rows, sources)).encode()).hexdigest()

    def _periods(self, record_class: RecordClass) -> Periods:
        return self.periods.get(record_class, self.periods[RecordClass.UNSPECIFIED])


def years_after(day: date, years: int) -> date:
    """The same day so many years later; the 28th for a 29th of February that is not there."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
