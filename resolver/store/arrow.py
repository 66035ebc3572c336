"""Rows into DuckDB as Arrow tables: one statement for any number of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

NUMBERS = pa.schema([("record_number", pa.int64())])


def arrow_table(schema: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """The rows, in the order of the schema's columns."""
    if not rows:
        return _empty(schema)
    arrays = [pa.array(column, kind.type) for column, kind in zip(zip(*rows, strict=True), schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


@cache
def _empty(schema: pa.Schema) -> pa.Table:
    """Half of the tables of a single write are empty, and to make one takes ten times as long as to look it up."""
    return schema.empty_table()


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
