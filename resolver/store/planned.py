"""Statements over Arrow tables of the call, planned once where that is safe.

Planning is most of what a small statement costs: a millisecond for an insert, tens of them for the scorer. DuckDB keeps
a prepared plan as long as nothing in its catalogue changes, so the tables of a call must not be registered anew: each
name is bound once to a place where, at each run, the table of the call stands (see `call_stream`).

Once a table of the store was made, dropped or renamed, DuckDB plans a statement that was prepared before and writes to
a table of the store anew at each run, for ever, which is half as much again for a write of one record: it has to be
told (`plan_anew`).

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

    `entering` and `weighing` read nothing but streams and are prepared; the first write to tables of the store.
    `looking` are those that read tables of the store.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        streams: Mapping[str, pa.Schema],
        entering: Mapping[str, str],
        weighing: Mapping[str, str],
        looking: Mapping[str, str],
    ) -> None:
        self._connection = connection
        prepared = {**entering, **weighing}
        self._statements = {**{name: f"EXECUTE {name}" for name in prepared}, **looking}
        self._entering = dict(entering)
        self._outdated: set[str] = set()
        self._streams = {name: CallStream(schema) for name, schema in streams.items()}
        for name, stream in self._streams.items():
            connection.register(name, stream.capsule)
        for name, sql in prepared.items():
            connection.execute(f"PREPARE {name} AS {sql}")

    def plan_anew(self) -> None:
        """Has each statement that writes to tables prepared anew before its next run: the store's tables are others."""
        self._outdated = set(self._entering)

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
        if statement in self._outdated:
            self.prepare(statement, self._entering[statement])
            self._outdated.discard(statement)
        for name, table in tables.items():
            self._streams[name].show(table)
        try:
            return self._connection.execute(self._statements[statement]).fetchall()
        finally:
            for name in tables:
                self._streams[name].clear()
