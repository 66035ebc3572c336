"""Reads the store into the tables in memory, at start: several of its tables at a time, since most of it is sorting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import duckdb
import pyarrow as pa

from resolver.domain.verdict import VerdictState
from resolver.store.attaching import use
from resolver.store.resident_rows import KEYS, by_columns, places_of, record_keys, text_keys
from resolver.store.resident_table import ResidentTable, RowKeys

_ROWS_AT_ONCE: Final = 1_000_000
_KEPT: Final = {
    "memberships": "until_decision IS NULL",
    "review_tasks": "closed_by IS NULL",
    "verdicts": f"state = {VerdictState.STANDING.value}",
}
"""Which rows of a table of the store are kept, where not all are."""

_Keys = Callable[[pa.Table], Mapping[str, RowKeys]]


def fill(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, ResidentTable]) -> None:
    """Fills tables in memory, given by the names of the store's. Nothing of them is committed."""
    keys: Mapping[str, _Keys] = {"records": record_keys, "answers": lambda rows: text_keys(rows, "request_key")}
    with ThreadPoolExecutor() as threads:
        # The largest first: it takes as long as all others together.
        content = threads.submit(_fill_content, _cursor(connection), tables["comparable"])
        others = [
            threads.submit(_fill, _cursor(connection), name, table, keys.get(name))
            for name, table in tables.items()
            if name != "comparable"
        ]
        for done in (content, *others):
            done.result()


def _cursor(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    cursor = connection.cursor()
    use(cursor)
    return cursor


def _fill(cursor: duckdb.DuckDBPyConnection, name: str, table: ResidentTable, keys: _Keys | None) -> None:
    for rows in _read(cursor, name, table.schema):
        table.insert(rows, keys(rows) if keys else by_columns(rows, table.index_names))


def _fill_content(cursor: duckdb.DuckDBPyConnection, content: ResidentTable) -> None:
    """What can be compared, found by its record and by its blocking keys, which the store has in a table apart."""
    keys = pa.concat_tables((KEYS.empty_table(), *_read(cursor, "blocking_keys", KEYS)))
    for rows in _read(cursor, "comparable", content.schema):
        blocking = places_of(rows["record_number"].to_numpy(), keys)
        content.insert(rows, {**by_columns(rows, ("record_number",)), "key": blocking})


def _read(cursor: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema) -> Iterator[pa.Table]:
    columns, kept = ", ".join(schema.names), _KEPT.get(name, "true")
    query = f"SELECT {columns} FROM {name} WHERE {kept}"  # noqa: S608 - constants of the schema
    for batch in cursor.execute(query).to_arrow_reader(_ROWS_AT_ONCE):
        yield pa.Table.from_batches([batch]).cast(schema)
