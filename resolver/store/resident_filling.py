"""Reads the store into the tables in memory, at start: several of its tables at a time, since most of it is sorting."""

from __future__ import annotations

import os
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
_KEY_BITS: Final = 63
_THREADS: Final = min(os.cpu_count() or 1, 4)
"""Each has rows or a range of keys beside those that are kept."""
# With parameters in the place of these numbers DuckDB takes four times as long to look at the keys (1.5.5).
_COUNTS: Final = f"SELECT key >> {{:d}}, count(*) FROM {recent_content.KEYS} GROUP BY ALL"  # noqa: S608 - a part of queries
_KEY_RANGE: Final = f"SELECT key, record_number::INTEGER FROM {recent_content.KEYS} WHERE key >> {{:d}} = {{:d}}"  # noqa: S608
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
    content = tables["comparable"]
    with ThreadPoolExecutor(_THREADS) as threads:
        # The largest first: reading keys takes as long as all tables together.
        rows = threads.submit(_fill_content, _cursor(connection), content)
        blocking = _RisingKeys(connection, threads)
        others = [
            threads.submit(_fill, _cursor(connection), name, table, keys.get(name))
            for name, table in tables.items()
            if table is not content
        ]
        content.insert_keys("key", *blocking.with_slots(rows.result()))
        for done in others:
            done.result()


def _cursor(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    cursor = connection.cursor()
    use(cursor)
    return cursor


def _fill(cursor: duckdb.DuckDBPyConnection, name: str, table: ResidentTable, keys: _Keys | None) -> None:
    for rows in _read(cursor, name, table.schema):
        table.insert(rows, keys(rows) if keys else by_columns(rows, table.index_names))


def _fill_content(cursor: duckdb.DuckDBPyConnection, content: ResidentTable) -> NDArray[np.int64]:
    """What can be compared, found by its record; its blocking keys the store has in a table apart.

    Returns the numbers of the records in the order of their slots.
    """
    numbers = [np.zeros(0, dtype=np.int64)]
    for rows in _read(cursor, "comparable", content.schema):
        content.insert(rows, {**by_columns(rows, ("record_number",)), "key": NO_KEYS})
        numbers.append(rows["record_number"].to_numpy())
    return np.concatenate(numbers)


class _RisingKeys:
    """The blocking keys of the store in rising order, each with the number of its record.

    A holding has sixty a record: they are read and sorted a range of keys after the other, since what sorting needs
    beside would be several times as large as what is kept. Each range is a scan of all keys, which takes less than to
    sort it up to some ten millions of them.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, threads: ThreadPoolExecutor) -> None:
        """Has the threads read them."""
        ((count,),) = connection.execute(f"SELECT count(*) FROM {recent_content.KEYS}").fetchall()  # noqa: S608 - as above
        self._shift = _KEY_BITS - (count // _KEYS_AT_ONCE).bit_length()
        self._keys, self._owners = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int32)
        self._read = []
        first = 0
        for part, size in sorted(connection.execute(_COUNTS.format(self._shift)).fetchall()):
            self._read.append(threads.submit(self._read_part, _cursor(connection), part, slice(first, first + size)))
            first += size

    def with_slots(self, records: NDArray[np.int64]) -> tuple[Keys, Slots]:
        """The keys when all are read, each with its record's place among `records`. Blocks."""
        for done in self._read:
            done.result()
        keys, slots = self._keys, self._owners
        place_of = np.full(max(records.max(initial=0), slots.max(initial=0)) + 1, -1, dtype=np.int32)
        place_of[records] = np.arange(len(records), dtype=np.int32)
        for first in range(0, len(slots), _KEYS_AT_ONCE):
            some = slots[first : first + _KEYS_AT_ONCE]
            some[:] = place_of[some]
        known = slots >= 0
        return (keys, slots) if known.all() else (keys[known], slots[known])

    def _read_part(self, cursor: duckdb.DuckDBPyConnection, part: int, place: slice) -> None:
        found_keys = cursor.execute(_KEY_RANGE.format(self._shift, part)).to_arrow_reader(_ROWS_AT_ONCE)
        read = [batch.columns for batch in found_keys]
        found, owners = (np.concatenate([column.to_numpy() for column in each]) for each in zip(*read, strict=True))
        # Keys are below 2^63.
        keys = found.view(np.int64)
        order = rising(keys)
        np.take(keys, order, out=self._keys[place])
        np.take(owners, order, out=self._owners[place])


def _read(cursor: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema) -> Iterator[pa.Table]:
    columns, kept = ", ".join(schema.names), _KEPT.get(name, "true")
    query = f"SELECT {columns} FROM {_READ_WITH.get(name, name)} WHERE {kept}"  # noqa: S608 - constants of the schema
    for batch in cursor.execute(query).to_arrow_reader(_ROWS_AT_ONCE):
        yield pa.Table.from_batches([batch]).cast(schema)
