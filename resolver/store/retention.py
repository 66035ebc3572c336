"""The reading side of retention."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

from resolver.access.patterns import OwnerPattern
from resolver.domain.retention import Dates, DueRecord, RecordClass
from resolver.store.feed import Rows

# The bounds say it again: with them alone the rest of the table is not read.
_DATES: Final = """
SELECT record_number, applied_class, review_date, expiry_date FROM retention
WHERE record_number >= list_min($1) AND record_number <= list_max($1) AND record_number IN (SELECT unnest($1))
  AND expiry_date IS NOT NULL
"""
_DUE: Final = """
WITH owners AS (SELECT unnest($1) AS country, unnest($2) AS authority),
extensions AS (
  SELECT record_number, count(*) AS times, max(extend_time) AS last, arg_max(reason, extend_time) AS reason
  FROM retention_extensions GROUP BY record_number
),
due AS (
  SELECT r.number, r.name, r.country, r.authority, t.applied_class, t.review_date, t.expiry_date,
    greatest(date_diff('day', DATE '1970-01-01', least(t.review_date, t.expiry_date)), 0) * 1099511627776
      + r.number AS place
  FROM retention t JOIN records r ON r.number = t.record_number
  WHERE NOT r.withdrawn AND least(t.review_date, t.expiry_date) <= $3 AND EXISTS (
    SELECT 1 FROM owners o WHERE o.country IN ('*', r.country) AND o.authority IN ('*', r.authority)
  )
)
SELECT d.place, d.name, d.country, d.authority, d.applied_class, d.review_date, d.expiry_date,
  coalesce(e.times, 0), e.last, coalesce(e.reason, '')
FROM due d LEFT JOIN extensions e ON e.record_number = d.number
WHERE d.place > $4 ORDER BY d.place LIMIT $5
"""
_SWEPT: Final = "SELECT CAST(value AS TIMESTAMP) FROM settings WHERE name = 'swept'"


class Retention:
    """Answers questions about how long records are kept, with the queries of a reader."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def dates(self, numbers: Collection[int]) -> dict[int, Dates]:
        """The dates of records that were not purged."""
        rows = self._rows(_DATES, [list(numbers)]) if numbers else []
        return {number: Dates(RecordClass(given), review, expiry) for number, given, review, expiry in rows}

    def due(self, owners: Sequence[OwnerPattern], until: date, after: int, limit: int) -> list[DueRecord]:
        """Records of owners that are due by a day, the first first, after a place; `number` is each one's place."""
        parts = [owner.country for owner in owners], [owner.authority for owner in owners]
        rows = self._rows(_DUE, [*parts, until, after, limit])
        return [
            DueRecord(place, name, country, authority, Dates(RecordClass(given), review, expiry), times, last, reason)
            for place, name, country, authority, given, review, expiry, times, last, reason in rows
        ]

    def swept(self) -> datetime | None:
        """When the last sweep began, UTC without zone; None where there was none."""
        rows = self._rows(_SWEPT, [])
        return rows[0][0] if rows else None
