"""What the records of small writes state: first a text each, then, by the hundred, rows of the tables of content.

With each transaction DuckDB writes lists into its log whole vectors at a time, however few rows are new (1.5.5): a row
of `comparable`, most of whose columns are lists, took up to half a megabyte there. So a few records at a time are
entered as one row of JSON each, which has no lists, and moved when there are enough of them, and when a store is
closed. Whoever reads content reads both, by the parts of queries below; what a store says is the same.
"""

from __future__ import annotations

import json
from typing import Final

import duckdb
import pyarrow as pa

from resolver.linkage.columns import SCHEMA as CONTENT
from resolver.store.content_tables import ContentTables
from resolver.store.facts_rows import SCHEMA as FACTS_SCHEMA
from resolver.store.faults import has_failed, storage_faults
from resolver.store.planned import Planned

SCHEMA: Final = pa.schema(
    [
        ("record_number", pa.int64()),
        ("comparable", pa.string()),
        ("facts", pa.string()),
        ("keys", pa.string()),
        ("families", pa.string()),
    ]
)
MOST: Final = 500
"""Records that wait to be moved at most: moving so many takes some 30 ms of a write's time."""
_MANY: Final = 100
"""Records that are entered together from which on they go into the tables at once."""
_text: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode
_TYPES: Final = {
    pa.string(): "VARCHAR",
    pa.float32(): "FLOAT",
    pa.float64(): "DOUBLE",
    pa.int16(): "SMALLINT",
    pa.date32(): "DATE",
    pa.bool_(): "BOOLEAN",
}


def _type(of: pa.DataType) -> str:
    """The name that DuckDB has for a type of Arrow's."""
    if pa.types.is_map(of):
        return f"MAP({_type(of.key_type)}, {_type(of.item_type)})"
    if pa.types.is_list(of):
        return f"{_type(of.value_type)}[]"
    if pa.types.is_struct(of):
        return f"STRUCT({', '.join(f'{field.name} {_type(field.type)}' for field in of)})"
    return _TYPES[of]


def _columns(schema: pa.Schema) -> tuple[pa.Field, ...]:
    return tuple(field for field in schema if field.name != "record_number")


def _read(name: str, schema: pa.Schema) -> str:
    """A query for the rows of a schema that are texts in the column `name`."""
    structure = json.dumps({field.name: _type(field.type) for field in _columns(schema)})
    return f"SELECT record_number, unnest(from_json({name}, '{structure}')) FROM recent_content"  # noqa: S608 - of a schema


_COMPARABLE_READ: Final = _read("comparable", CONTENT)
_FACTS_READ: Final = _read("facts", FACTS_SCHEMA)
_KEYS_READ: Final = """SELECT unnest(from_json(keys, '["UBIGINT"]')) AS key, record_number,
  unnest(from_json(families, '["VARCHAR"]')) AS family FROM recent_content"""
COMPARABLE: Final = f"(SELECT {', '.join(CONTENT.names)} FROM comparable UNION ALL {_COMPARABLE_READ})"  # noqa: S608
"""What can be compared of all present records, as `columns.SCHEMA`."""
FACTS: Final = f"(SELECT {', '.join(FACTS_SCHEMA.names)} FROM facts UNION ALL {_FACTS_READ})"  # noqa: S608 - of a schema
"""What the rules read of them, as `facts_rows.SCHEMA`."""
KEYS: Final = f"(SELECT key, record_number, family FROM blocking_keys UNION ALL {_KEYS_READ})"  # noqa: S608 - as above
"""Their blocking keys."""
_MOVES: Final = (
    f"INSERT INTO comparable BY NAME {_COMPARABLE_READ}",
    f"INSERT INTO facts BY NAME {_FACTS_READ}",
    f"INSERT INTO blocking_keys BY NAME {_KEYS_READ}",
    "DELETE FROM recent_content",
)


def move_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Moves what waits, if anything does, in a transaction of its own.

    Raises:
        StorageFull, Overloaded: there is no room; it waits on.
        StoreFailed: nothing can be done with the store any more.
    """
    with storage_faults():
        if not _count(connection):
            return
        connection.begin()
        try:
            _move(connection)
        except BaseException as error:
            if not has_failed(error):
                connection.rollback()
            raise
        # DuckDB has undone what it could not commit.
        connection.commit()


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    return int(connection.execute("SELECT count(*) FROM recent_content").fetchall()[0][0])


def _move(connection: duckdb.DuckDBPyConnection) -> None:
    for statement in _MOVES:
        connection.execute(statement)


class RecentContent:
    """Enters content for the writer. Belongs to its thread."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, planned: Planned) -> None:
        self._connection = connection
        self._planned = planned
        self._waiting = self._committed = _count(connection)

    def enter(self, tables: ContentTables) -> None:
        """Enters the content of records that have none."""
        records = tables[0].num_rows
        if records >= _MANY:
            for name, rows in zip(("comparable", "facts", "keys"), tables, strict=True):
                self._planned.insert(name, rows)
            return
        self._planned.insert("recent", _texts(*tables))
        self._waiting += records
        if self._waiting >= MOST:
            _move(self._connection)
            self._waiting = 0

    def drop(self) -> None:
        """Drops what waits: the tables have the content of all."""
        self._connection.execute("DELETE FROM recent_content")
        self._waiting = 0

    def commit(self) -> None:
        """Keeps count of what was entered."""
        self._committed = self._waiting

    def rollback(self) -> None:
        """Counts as before."""
        self._waiting = self._committed


def _texts(comparable: pa.Table, facts: pa.Table, keys: pa.Table) -> pa.Table:
    """The rows of the three tables of content as `SCHEMA`."""
    owned: dict[int, tuple[list[int], list[str]]] = {}
    for key, number, family in zip(*(column.to_pylist() for column in keys.columns), strict=True):
        found, families = owned.setdefault(number, ([], []))
        found.append(key)
        families.append(family)
    numbers = comparable["record_number"].to_pylist()
    both = (owned.get(number, ([], [])) for number in numbers)
    texts = [[_text(found), _text(families)] for found, families in both]
    return pa.table(
        [
            numbers,
            _rows(comparable),
            _rows(facts),
            [found for found, _ in texts],
            [families for _, families in texts],
        ],
        schema=SCHEMA,
    )


def _rows(table: pa.Table) -> list[str]:
    """Each row of a table as text, without its number and without what is NULL."""
    rows: list[dict[str, object]] = [{} for _ in range(table.num_rows)]
    for field, column in zip(table.schema, table.columns, strict=True):
        if field.name == "record_number" or column.null_count == len(rows):
            continue
        is_map = pa.types.is_map(field.type)
        for row, value in zip(rows, column.to_pylist(), strict=True):
            if value is not None:
                row[field.name] = dict(value) if is_map else value
    return list(map(_text, rows))
