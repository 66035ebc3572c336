"""Reads the store into the tables in memory, at start: several of its tables at a time, since most of it is sorting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from resolver.domain.verdict import VerdictState
from resolver.store import recent_content
from resolver.store.attaching import use
from resolver.store.key_index import Keys, Slots, rising
from resolver.store.resident_rows import NO_KEYS, by_columns, record_keys, text_keys
from resolver.store.resident_table import ResidentTable, RowKeys

_ROWS_AT_ONCE: Final = 1_000_000
_KEYS_AT_ONCE: Final = 4_000_000
_KEY_RANGE: Final = f"SELECT key::BIGINT, record_number FROM {recent_content.KEYS} WHERE key >= ? AND key < ?"  # noqa: S608
_KEPT: Final = {
    "memberships": "until_decision IS NULL",
    "review_tasks": "closed_by IS NULL",
    "verdicts": f"state = {VerdictState.STANDING.value}",
}
"""Which rows of a table of the store are kept, where not all are."""
_READ_WITH: Final = {"comparable": recent_content.COMPARABLE, "facts": recent_content.FACTS}
"""Tables of which a part waits in another one."""

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
    numbers = [np.zeros(0, dtype=np.int64)]
    for rows in _read(cursor, "comparable", content.schema):
        content.insert(rows, {**by_columns(rows, ("record_number",)), "key": NO_KEYS})
        numbers.append(rows["record_number"].to_numpy())
    content.insert_keys("key", *_rising_keys(cursor, np.concatenate(numbers)))


def _rising_keys(cursor: duckdb.DuckDBPyConnection, records: NDArray[np.int64]) -> tuple[Keys, Slots]:
    """The blocking keys of the store in rising order, each with its record's place among `records`.

    A holding has sixty a record: they are read and sorted a range of keys after the other, since what sorting needs
    beside would be several times as large as what is kept.
    """
    ((count,),) = cursor.execute(f"SELECT count(*) FROM {recent_content.KEYS}").fetchall()  # noqa: S608 - a part of queries
    place_of = np.full(records.max(initial=0) + 1, -1, dtype=np.int32)
    place_of[records] = np.arange(len(records), dtype=np.int32)
    keys, slots, filled = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int32), 0
    parts = count // _KEYS_AT_ONCE + 1
    for part in range(parts):
        first, end = (2**63 * place // parts for place in (part, part + 1))
        read = [batch.columns for batch in cursor.execute(_KEY_RANGE, [first, end]).to_arrow_reader(_ROWS_AT_ONCE)]
        if read:
            found, owners = (np.concatenate([column.to_numpy() for column in each]) for each in zip(*read, strict=True))
            order = rising(found)
            last = filled + len(order)
            np.take(found, order, out=keys[filled:last])
            np.take(place_of, owners[order], out=slots[filled:last])
            filled = last
    known = slots >= 0
    return (keys, slots) if known.all() else (keys[known], slots[known])


def _read(cursor: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema) -> Iterator[pa.Table]:
    columns, kept = ", ".join(schema.names), _KEPT.get(name, "true")
    query = f"SELECT {columns} FROM {_READ_WITH.get(name, name)} WHERE {kept}"  # noqa: S608 - constants of the schema
    for batch in cursor.execute(query).to_arrow_reader(_ROWS_AT_ONCE):
        yield pa.Table.from_batches([batch]).cast(schema)
