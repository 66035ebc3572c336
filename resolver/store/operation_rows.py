"""The writing side of the list of operations, within the writer's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import duckdb

from resolver.domain.operation import Operation
from resolver.store.operations import NAMED, operation_from_row, operation_row

_NEXT: Final = "SELECT coalesce(max(number), 0) + 1 FROM operations"
_UNFINISHED: Final = "SELECT count(*) FROM operations WHERE end_time IS NULL"
_DELETE: Final = "DELETE FROM operations WHERE number = ?"
_INSERT: Final = "INSERT INTO operations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_FORGET: Final = "DELETE FROM operations WHERE end_time < ?"


class OperationRows:
    """Statements of the one writer on its own connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def named(self, name: str) -> Operation | None:
        """The operation of a name."""
        rows = self._connection.execute(NAMED, [name]).fetchall()
        return operation_from_row(rows[0]) if rows else None

    def next_number(self) -> int:
        """The number of the next operation."""
        return int(self._connection.execute(_NEXT).fetchall()[0][0])

    def unfinished(self) -> int:
        """How many operations have not ended."""
        return int(self._connection.execute(_UNFINISHED).fetchall()[0][0])

    def write(self, operation: Operation) -> None:
        """Enters an operation, or replaces the one of its number."""
        self.delete(operation.number)
        self._connection.execute(_INSERT, operation_row(operation))

    def delete(self, number: int) -> None:
        """Deletes an operation."""
        self._connection.execute(_DELETE, [number])

    def forget(self, before: datetime) -> None:
        """Deletes those that ended before a time."""
        self._connection.execute(_FORGET, [before])
