"""The writing side of retention, within the writer's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final

import duckdb
import pyarrow as pa

from resolver.domain.retention import Dates, Kept, RecordClass, Stated

RETENTION: Final = pa.schema(
    [
        ("record_number", pa.int64()),
        ("record_class", pa.int8()),
        ("stated_review", pa.date32()),
        ("stated_expiry", pa.date32()),
        ("since", pa.date32()),
        ("extended_review", pa.date32()),
        ("extended_expiry", pa.date32()),
        ("applied_class", pa.int8()),
        ("review_date", pa.date32()),
        ("expiry_date", pa.date32()),
        ("told_date", pa.date32()),
    ]
)
_COLUMNS: Final = ", ".join(f"t.{name}" for name in RETENTION.names)
_OF: Final = f"SELECT {_COLUMNS} FROM retention t WHERE t.record_number IN (SELECT unnest(?))"  # noqa: S608 - of the schema
_TOLD: Final = (
    "UPDATE retention SET told_date = least(review_date, expiry_date) WHERE record_number IN (SELECT unnest(?))"
)
_EXTENSION: Final = "INSERT INTO retention_extensions VALUES (?, ?, ?, ?, ?, ?)"
_SWEPT: Final = "INSERT OR REPLACE INTO settings VALUES ('swept', ?)"
_FROM_DUE: Final = """FROM retention t JOIN records r ON r.number = t.record_number
WHERE NOT r.withdrawn AND least(t.review_date, t.expiry_date) <= ?
  AND t.told_date IS DISTINCT FROM least(t.review_date, t.expiry_date)"""
_ALL_DUE: Final = f"SELECT t.record_number {_FROM_DUE} ORDER BY t.record_number"
_DUE: Final = f"""
SELECT r.name, r.version, t.applied_class, t.review_date, t.expiry_date {_FROM_DUE}
  AND t.record_number BETWEEN ? AND ? AND r.number BETWEEN ? AND ?
ORDER BY t.record_number LIMIT ?
"""
_EXPIRED: Final = """
SELECT r.name FROM retention t JOIN records r ON r.number = t.record_number
WHERE t.expiry_date < ? ORDER BY t.record_number LIMIT ?
"""


class RetentionRows:
    """Statements of the one writer on its own connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._found_due: list[int] = []
        """The records that one look at all of them found due, and that no step has taken yet, rising."""

    def kept(self, numbers: Collection[int]) -> dict[int, Kept]:
        """What is known of the retention of records."""
        rows = self._connection.execute(_OF, [list(numbers)]).fetchall() if numbers else []
        return {row[0]: kept_from_row(row) for row in rows}

    def write_extension(self, kept: Kept, time: datetime, by: str, reason: str) -> None:
        """Keeps who extended a record when, and why, with the dates that hold now."""
        self._connection.execute(_EXTENSION, [kept.number, time, by, reason, kept.dates.review, kept.dates.expiry])

    def write_swept(self, time: datetime) -> None:
        """Keeps when a sweep began."""
        self._connection.execute(_SWEPT, [time.isoformat()])

    def due(self, until: date, limit: int) -> list[tuple[str, int, Dates]]:
        """Names, versions and dates of present records that are due by a day, of which nobody was told yet.

        A holding is looked through once for many steps; each looks anew at its own records and at those between them,
        which may have become due since. None are left when a look through all finds none, so a step that was undone is
        made up for.
        """
        while True:
            if not self._found_due:
                self._found_due = [number for (number,) in self._connection.execute(_ALL_DUE, [until]).fetchall()]
            some, self._found_due = self._found_due[:limit], self._found_due[limit:]
            ends = [some[0], some[-1]] if some else [0, 0]
            rows = self._connection.execute(_DUE, [until, *ends, *ends, limit]).fetchall()
            if rows or not some:
                break
        return [
            (name, version, Dates(RecordClass(given), review, expiry)) for name, version, given, review, expiry in rows
        ]

    def told(self, numbers: Collection[int]) -> None:
        """Keeps that owners were told of the dates that these records have now."""
        self._connection.execute(_TOLD, [list(numbers)])

    def expired(self, today: date, limit: int) -> list[str]:
        """Names of records whose last day was before today, the oldest records first; withdrawn ones included."""
        return [name for (name,) in self._connection.execute(_EXPIRED, [today, limit]).fetchall()]


def row_from_kept(kept: Kept) -> tuple[Any, ...]:
    """A row of the table."""
    stated, dates = kept.stated, kept.dates
    return (
        kept.number,
        stated.record_class.value,
        stated.review,
        stated.expiry,
        kept.since,
        *(kept.extended or (None, None)),
        dates.record_class.value,
        dates.review,
        dates.expiry,
        kept.told,
    )


def kept_from_row(row: Sequence[Any]) -> Kept:
    """What a row of the table tells; one of an earlier version has the dates of its first day until it is renewed."""
    number, stated_class, review, expiry, since, *rest = row
    extended_review, extended_expiry, applied, review_date, expiry_date, told = rest
    stated = Stated(RecordClass(stated_class or 0), review, expiry)
    dates = Dates(RecordClass(applied or 0), review_date or since, expiry_date or since)
    extended = None if extended_expiry is None else (extended_review, extended_expiry)
    return Kept(number, stated, since, dates, extended, told)
