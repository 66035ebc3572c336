"""The reading side of retention."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Any, Final

from resolver.access.patterns import OwnerPattern
from resolver.domain.handling import Viewer
from resolver.domain.retention import Dates, DueRecord, RecordClass
from resolver.identity.names import IdentityNames
from resolver.store.reading import Reading
from resolver.store.sight import Sight

# The bounds say it again: with them alone the rest of the table is not read.
_DATES: Final = """
SELECT record_number, applied_class, review_date, expiry_date FROM retention
WHERE record_number >= list_min($1) AND record_number <= list_max($1) AND record_number IN (SELECT unnest($1))
  AND expiry_date IS NOT NULL
"""
_DUE: Final = """
WITH owners AS (SELECT unnest($countries) AS country, unnest($authorities) AS authority),
extensions AS (
  SELECT record_number, count(*) AS times, max(extend_time) AS last, arg_max(reason, extend_time) AS reason
  FROM retention_extensions GROUP BY record_number
),
due AS (
  SELECT r.number, r.name, r.country, r.authority, t.applied_class, t.review_date, t.expiry_date,
    greatest(date_diff('day', DATE '1970-01-01', least(t.review_date, t.expiry_date)), 0) AS day
  FROM retention t JOIN records r ON r.number = t.record_number
  WHERE NOT r.withdrawn AND least(t.review_date, t.expiry_date) <= $until AND EXISTS (
    SELECT 1 FROM owners o WHERE o.country IN ('*', r.country) AND o.authority IN ('*', r.authority)
  ) {seen}
)
SELECT d.number, d.day, d.name, d.country, d.authority, d.applied_class, d.review_date, d.expiry_date,
  coalesce(e.times, 0), e.last, coalesce(e.reason, '')
FROM due d LEFT JOIN extensions e ON e.record_number = d.number
WHERE (d.day, d.number) > ($day, $number) ORDER BY d.day, d.number LIMIT $limit
"""
_SEEN: Final = "AND list_contains($guards, r.guard)"
_HANDLE_BITS: Final = 64
_SWEPT: Final = "SELECT CAST(value AS TIMESTAMP) FROM settings WHERE name = 'swept'"


class Retention:
    """Answers questions about how long records are kept, with the queries of a reader."""

    def __init__(self, reading: Reading, names: IdentityNames, number_of: Callable[[int, Sight | None], int]) -> None:
        """Takes what finds the number of the record with a handle, or raises InvalidInput."""
        self._reading = reading
        self._names = names
        self._number_of = number_of

    def dates(self, numbers: Collection[int]) -> dict[int, Dates]:
        """The dates of records that were not purged."""
        rows = self._reading.rows(_DATES, [list(numbers)]) if numbers else []
        return {number: Dates(RecordClass(given), review, expiry) for number, given, review, expiry in rows}

    def due(
        self, owners: Sequence[OwnerPattern], until: date, after: int, limit: int, viewer: Viewer | None = None
    ) -> list[DueRecord]:
        """Records of owners that are due by a day, the first first, after a place; 0 is the beginning.

        Raises:
            InvalidInput: PAGE_TOKEN_INVALID; there is no such record any more.
        """

        def read(sight: Sight | None) -> list[DueRecord]:
            asked = {
                "countries": [owner.country for owner in owners],
                "authorities": [owner.authority for owner in owners],
                "until": until,
                "day": after >> _HANDLE_BITS,
                "number": self._number_of(after & (1 << _HANDLE_BITS) - 1, sight),
                "limit": limit,
            }
            if sight is None:
                rows = self._reading.rows(_DUE.format(seen=""), asked)
            else:
                rows = self._reading.rows(_DUE.format(seen=_SEEN), sight.seen(**asked))
            return list(map(self._due, rows))

        return self._reading.seen_by(viewer, read)

    def _due(self, row: Sequence[Any]) -> DueRecord:
        number, day, name, country, authority, given, review, expiry, times, last, reason = row
        place = day << _HANDLE_BITS | self._names.handle(number, name)
        dates = Dates(RecordClass(given), review, expiry)
        return DueRecord(place, name, country, authority, dates, times, last, reason)

    def swept(self) -> datetime | None:
        """When the last sweep began, UTC without zone; None where there was none."""
        rows = self._reading.rows(_SWEPT)
        return rows[0][0] if rows else None
