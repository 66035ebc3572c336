"""Statements over Arrow tables of the call, planned once where that is safe.

Planning is most of what a small statement costs: a millisecond for an insert, tens of them for the scorer. DuckDB keeps
a prepared plan as long as nothing in its catalogue changes, so the tables of a call must not be registered anew: each
name is bound once to a place where, at each run, the table of the call stands (see `call_stream`).

A prepared plan also keeps what the statistics of the tables said when it was made: `x IS NULL` over a table that had
no NULL then finds none for ever (DuckDB 1.5.5). So only what reads nothing but streams is prepared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow as pa

from resolver.store.call_stream import CallStream


class Planned:
    """Statements of one connection, by name. Each reads the streams whose names stand in it, and each of these once.

    `prepared` are those that read nothing but streams; `looking` are those that read tables of the store.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        streams: Mapping[str, pa.Schema],
        prepared: Mapping[str, str],
        looking: Mapping[str, str],
    ) -> None:
        self._connection = connection
        self._statements = {**{name: f"EXECUTE {name}" for name in prepared}, **looking}
        self._streams = {name: CallStream(schema) for name, schema in streams.items()}
        for name, stream in self._streams.items():
            connection.register(name, stream.capsule)
        for name, sql in prepared.items():
            connection.execute(f"PREPARE {name} AS {sql}")

    def prepare(self, name: str, sql: str) -> None:
        """Puts another statement that reads nothing but streams in the place of a prepared one."""
        self._connection.execute(f"DEALLOCATE {name}")
        self._connection.execute(f"PREPARE {name} AS {sql}")

    def insert(self, name: str, rows: pa.Table) -> None:
        """Runs `insert_{name}`, which reads `new_{name}`; nothing for an empty table."""
        if rows.num_rows:
            self.run(f"insert_{name}", {f"new_{name}": rows})

    def run(self, statement: str, tables: Mapping[str, pa.Table]) -> list[tuple[Any, ...]]:
        """The rows that a statement gives over these tables, whose schemas are those of their streams."""
        for name, table in tables.items():
            self._streams[name].show(table)
        try:
            return self._connection.execute(self._statements[statement]).fetchall()
        finally:
            for name in tables:
                self._streams[name].clear()
