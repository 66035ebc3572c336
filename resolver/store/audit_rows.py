"""The writing side of the audit log: entries as rows, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb
import pyarrow as pa

from resolver.domain.audit import Head, WrittenEntry
from resolver.store import row_schemas, statements
from resolver.store.arrow import arrow_table


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
