"""The writing side of the audit log: entries as rows, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb
import pyarrow as pa

from resolver.domain.audit import Head, WrittenEntry
from resolver.store import row_schemas, statements
from resolver.store.arrow import arrow_table
from resolver.store.planned import Planned


def audit_head(connection: duckdb.DuckDBPyConnection) -> tuple[Head, datetime]:
    """How far the audit log has come, and when its last entry was written; the lowest there are in a new store."""
    rows = connection.execute(statements.AUDIT_HEAD).fetchall()
    if not rows:
        return Head(), datetime.min  # noqa: DTZ901 - times are UTC without zone
    number, digest, time = rows[0]
    return Head(number, bytes(digest)), time


def audit_table(entries: Sequence[WrittenEntry]) -> pa.Table:
    """The rows of entries."""
    rows = [
        (entry.number, entry.time, entry.content["caller"], entry.content["method"], entry.body, entry.hash)
        for entry in entries
    ]
    return arrow_table(row_schemas.AUDIT, rows)


class AuditRows:
    """Statements of the one writer, within its transaction."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, planned: Planned) -> None:
        self._connection = connection
        self._planned = planned

    def head(self) -> tuple[Head, datetime]:
        """How far the audit log has come, and when its last entry was written; the lowest there are in a new store."""
        return audit_head(self._connection)

    def write(self, entries: Sequence[WrittenEntry]) -> None:
        """Appends entries."""
        self._planned.insert("audit", audit_table(entries))

    def before(self, time: datetime) -> Head | None:
        """The last entry that was written before a time."""
        rows = self._connection.execute(statements.AUDIT_BEFORE, [time]).fetchall()
        return Head(rows[0][0], bytes(rows[0][1])) if rows else None

    def remove(self, through: int) -> None:
        """Removes the entries up to a number."""
        self._connection.execute(statements.REMOVE_AUDIT, [through])
