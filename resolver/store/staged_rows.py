"""The writing side of staged sources, within the writer's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

import duckdb
import pyarrow as pa

from resolver.domain.plan import UNDER_WAY
from resolver.identity.names import IdentityNames
from resolver.store.arrow import arrow_table, insert, registered
from resolver.store.rewriting import ask_for_rewriting

_ROWS: Final = pa.schema(
    [
        ("source", pa.int64()),
        ("place", pa.int64()),
        ("name", pa.string()),
        ("payload", pa.binary()),
        ("last_day", pa.date32()),
        ("guard", pa.int32()),
        ("marking", pa.string()),
    ]
)
_BROUGHT: Final = pa.schema([("place", pa.int64()), ("record_number", pa.int64()), ("version", pa.int32())])
_STAGED_BY: Final = "SELECT count(*) FROM staged_sources WHERE staged_by = ?"
_OPEN: Final = "INSERT INTO staged_sources VALUES (?, ?, ?, false)"
_CLOSE: Final = "UPDATE staged_sources SET whole = true WHERE number = ?"
_IS_OPEN: Final = "SELECT number FROM staged_sources WHERE number = ? AND staged_by = ? AND NOT whole"
_LAST: Final = "SELECT coalesce(max(place), 0) FROM staged_records WHERE source = ?"
_AGAIN: Final = "DELETE FROM staged_records WHERE source = ? AND name IN (SELECT name FROM incoming)"
_ADD: Final = "INSERT INTO staged_records BY NAME SELECT * FROM incoming"
_WAITING: Final = """
SELECT count(*), coalesce(list(place) FILTER (place IN (SELECT unnest($2))), []) FROM staged_records
WHERE source = $1 AND payload IS NOT NULL
"""
_BRING: Final = """
UPDATE staged_records SET payload = NULL, record_number = i.record_number, version = i.version, last_day = $2
FROM incoming i WHERE staged_records.source = $1 AND staged_records.place = i.place
"""
_IN: Final = """
SELECT place, name, record_number, version FROM staged_records WHERE source = ? AND record_number IS NOT NULL
ORDER BY place DESC LIMIT ?
"""
_COUNT: Final = "SELECT count(record_number) FROM staged_records WHERE source = ?"
_FORGET: Final = """
DELETE FROM staged_records WHERE source = ? AND place IN (SELECT unnest(?)) RETURNING payload IS NOT NULL
"""
_DROP: Final = "DELETE FROM staged_records WHERE source = ? AND payload IS NOT NULL RETURNING place"
_EXPIRE: Final = "DELETE FROM staged_records WHERE last_day < ? RETURNING place"
_BROUGHT_BY: Final = f"""
SELECT number FROM plans WHERE state IN {tuple(state.value for state in UNDER_WAY)}
  AND CAST(body->>'$.source' AS BIGINT) = ?
"""  # noqa: S608 - values of an enum


class StagedRows:
    """Statements of the one writer on its own connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, names: IdentityNames) -> None:
        self._connection = connection
        self._names = names

    def open(self, time: datetime, caller: str) -> int:
        """Makes room for a source; returns its number. Those of callers tell nothing of other callers' sources."""
        ((earlier,),) = self._connection.execute(_STAGED_BY, [caller]).fetchall()
        number = self._names.staged_source(caller, earlier) if caller else int(earlier) + 1
        self._connection.execute(_OPEN, [number, time, caller])
        return number

    def is_open(self, source: int, caller: str) -> bool:
        """Whether records of a source may still come from a caller."""
        return bool(self._connection.execute(_IS_OPEN, [source, caller]).fetchall())

    def close(self, source: int) -> None:
        """Says that all records of a source are there."""
        self._connection.execute(_CLOSE, [source])

    def add(self, source: int, records: Sequence[tuple[str, bytes, date, int, str]]) -> None:
        """Adds records of different names, as they were sent, with last days, guards, and markings as texts.

        The last of a name counts.
        """
        ((last,),) = self._connection.execute(_LAST, [source]).fetchall()
        rows = [(source, place, *record) for place, record in enumerate(records, start=last + 1)]
        with registered(self._connection, "incoming", arrow_table(_ROWS, rows)):
            self._connection.execute(_AGAIN, [source])
        insert(self._connection, _ADD, arrow_table(_ROWS, rows))

    def waiting(self, source: int, places: Collection[int]) -> tuple[int, set[int]]:
        """How many records of a source wait, and at which of some places."""
        ((count, found),) = self._connection.execute(_WAITING, [source, list(places)]).fetchall()
        return count, set(found)

    def bring(self, source: int, records: Sequence[tuple[int, int, int]], last_day: date) -> None:
        """Writes down which records came of places, place by number and version, and until when that is known."""
        if records:
            with registered(self._connection, "incoming", arrow_table(_BROUGHT, records)):
                self._connection.execute(_BRING, [source, last_day])

    def brought_count(self, source: int) -> int:
        """How many records a source brought in that were not taken back."""
        return int(self._connection.execute(_COUNT, [source]).fetchall()[0][0])

    def brought(self, source: int, limit: int) -> list[tuple[int, str, int, int]]:
        """The last records that a source brought in and that were not taken back: place, name, number, version."""
        return self._connection.execute(_IN, [source, limit]).fetchall()

    def forget(self, source: int, places: Collection[int]) -> None:
        """Drops places of a source."""
        if not places:
            return
        rows = self._connection.execute(_FORGET, [source, list(places)]).fetchall()
        self._erased([place for place, (waited,) in enumerate(rows) if waited])

    def drop(self, source: int) -> int:
        """Drops what waits of a source; returns how many records that were."""
        return self._erased(self._connection.execute(_DROP, [source]).fetchall())

    def expire(self, today: date) -> int:
        """Drops what had its last day before today; returns how many records that were."""
        return self._erased(self._connection.execute(_EXPIRE, [today]).fetchall())

    def under_way(self, source: int) -> bool:
        """Whether a plan is bringing a source in, or taking it back."""
        return bool(self._connection.execute(_BROUGHT_BY, [source]).fetchall())

    def _erased(self, rows: Sequence[object]) -> int:
        if rows:
            ask_for_rewriting(self._connection)
        return len(rows)
