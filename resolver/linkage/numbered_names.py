"""Pairs of records by their numbers, with what is worked out before the scorer's statement: the agreement of names."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from resolver.linkage.agreement import agreements
from resolver.linkage.name_arrays import NAME_COLUMNS, Codes, Places, name_arrays

PAIRS: Final = pa.schema([("left_number", pa.int64()), ("right_number", pa.int64()), ("measure_agreement", pa.int32())])
"""What the scorer reads of a pair beside its sides; the agreement is bits * 8 + kind, see `linkage.agreement`."""
_FEW: Final = 10_000
"""Pairs that another thread is not worth."""


class NumberedNames:
    """The names of records, found by the records' numbers."""

    def __init__(self, rows: pa.Table) -> None:
        """Reads the names of a table with record_number, any order, and `name_arrays.NAME_COLUMNS`."""
        numbers = rows["record_number"].to_numpy()
        self._order = np.argsort(numbers)
        self._numbers = numbers[self._order]
        self._names = name_arrays(rows)

    def measured(self, left: Places, right: Places, threads: int = 1) -> pa.Table:
        """Pairs of numbers as `PAIRS`, in their order.

        Raises:
            KeyError: a number is of none of the records.
        """
        found = self._agreements(self._places(left), self._places(right), threads)
        return pa.table([pa.array(column) for column in (left, right, found)], schema=PAIRS)

    def _agreements(self, one: Places, other: Places, threads: int) -> Codes:
        if threads == 1 or len(one) <= _FEW:
            return agreements(self._names, one, other)
        parts = [slice(start, start + _FEW) for start in range(0, len(one), _FEW)]
        with ThreadPoolExecutor(threads) as pool:
            return np.concatenate(list(pool.map(lambda part: agreements(self._names, one[part], other[part]), parts)))

    def _places(self, numbers: Places) -> Places:
        places = np.minimum(np.searchsorted(self._numbers, numbers), len(self._numbers) - 1)
        if not np.array_equal(self._numbers[places], numbers):
            raise KeyError("a pair of a record that is not there")
        return self._order[places]


def names_in(connection: duckdb.DuckDBPyConnection, records: str) -> NumberedNames:
    """The names of all records of a table of `linkage.columns.SCHEMA`."""
    columns = ", ".join(NAME_COLUMNS)
    found = connection.execute(f"SELECT record_number, {columns} FROM {records}")  # noqa: S608 - constants and a table of ours
    return NumberedNames(found.to_arrow_table())
