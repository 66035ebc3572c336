"""Rows into DuckDB as Arrow tables: one statement for any number of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa

NUMBERS = pa.schema([("record_number", pa.int64())])


def arrow_table(schema: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """The rows, in the order of the schema's columns."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(column, kind.type) for column, kind in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


@contextmanager
def registered(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> Iterator[None]:
    """Makes the table readable as `name` within the block."""
    connection.register(name, table)
    try:
        yield
    finally:
        connection.unregister(name)


def insert(connection: duckdb.DuckDBPyConnection, statement: str, table: pa.Table) -> None:
    """Runs an INSERT that selects from `incoming`; nothing for an empty table."""
    if table.num_rows:
        with registered(connection, "incoming", table):
            connection.execute(statement)
