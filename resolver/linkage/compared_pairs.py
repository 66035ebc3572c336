"""Pairs of records as they are scored: their comparison vectors, and how rare is what they have in common."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from resolver.linkage.agreement import agreements
from resolver.linkage.columns import TF_COLUMNS
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.compiled import Places
from resolver.linkage.record_arrays import COLUMNS, ROWS_AT_ONCE, RecordArrays, record_arrays
from resolver.linkage.vectors import Vectors, vectors

PAIRS: Final = pa.schema(
    [
        ("left_number", pa.int64()),
        ("right_number", pa.int64()),
        *((f"gamma_{comparison.name}", pa.int8()) for comparison in COMPARISONS),
        *((column, pa.float64()) for column in TF_COLUMNS),
    ]
)
"""What the scorer reads. A term frequency is the greater of the two sides', which is Splink's rule; NULL if neither has
one."""
_FEW: Final = 10_000
"""Pairs that another thread is not worth."""


class ComparedRecords:
    """Records that are compared, found by their numbers."""

    def __init__(self, tables: Iterable[pa.Table]) -> None:
        """Reads tables that have `record_arrays.COLUMNS`, their rows in any order."""
        self._records = record_arrays(tables)
        self._order = np.argsort(self._records.numbers)
        self._numbers = self._records.numbers[self._order]

    def pairs(self, left: Places, right: Places, threads: int = 1) -> pa.Table:
        """Pairs of numbers as `PAIRS`, in their order.

        Raises:
            KeyError: a number is of none of the records.
        """
        one, other = self._places(left), self._places(right)
        # NaN where a record has none; the other side's is the greater then.
        frequencies = [np.fmax(rarity[one], rarity[other]) for rarity in self._records.frequencies]
        return pa.table(
            [
                pa.array(left),
                pa.array(right),
                *map(pa.array, self._vectors(one, other, threads).T),
                *(pa.array(rarity, from_pandas=True) for rarity in frequencies),
            ],
            schema=PAIRS,
        )

    def vectors(self, left: Places, right: Places) -> Vectors:
        """The comparison vectors of pairs of numbers; raises as `pairs` does."""
        return self._vectors(self._places(left), self._places(right), threads=1)

    def _vectors(self, one: Places, other: Places, threads: int) -> Vectors:
        if threads == 1 or len(one) <= _FEW:
            return _compared(self._records, one, other)
        parts = [slice(start, start + _FEW) for start in range(0, len(one), _FEW)]
        with ThreadPoolExecutor(threads) as pool:
            return np.concatenate(list(pool.map(lambda part: _compared(self._records, one[part], other[part]), parts)))

    def _places(self, numbers: Places) -> Places:
        places = np.searchsorted(self._numbers, numbers)
        if (places == len(self._numbers)).any() or not np.array_equal(self._numbers[places], numbers):
            raise KeyError("a pair of a record that is not there")
        return self._order[places]


def records_in(connection: duckdb.DuckDBPyConnection, records: str) -> ComparedRecords:
    """All records of a table of `linkage.columns.SCHEMA`."""
    bounds = connection.execute(f"SELECT min(record_number), max(record_number) FROM {records}").fetchall()  # noqa: S608 - a table of ours
    ((first, last),) = bounds
    some = f"SELECT {', '.join(COLUMNS)} FROM {records} WHERE record_number BETWEEN ? AND ?"  # noqa: S608 - constants and a table of ours
    # Not as one stream: what goes wrong within one, an interruption too, is told as an error of Arrow's.
    return ComparedRecords(
        connection.execute(some, [start, start + ROWS_AT_ONCE - 1]).to_arrow_table()
        for start in range(first or 0, (last or 0) + 1, ROWS_AT_ONCE)
    )


def make_ready() -> None:
    """Compiles, which takes seconds the first time after an installation, so that no call waits for it."""
    none = np.zeros(0, dtype=np.int64)
    _compared(record_arrays([]), none, none)


def _compared(records: RecordArrays, left: Places, right: Places) -> Vectors:
    return vectors(records.stated, left, right, agreements(records.names, left, right))
