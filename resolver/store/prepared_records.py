"""New records made ready as the rows of every table that holds what they state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from resolver.domain.handling import Guard

FLAWS: Final = pa.schema([("record_number", pa.int64()), ("findings", pa.string())])
"""What is flawed in records, as JSON; nothing of those in which nothing was found."""
_NUMBER: Final = {"records": "number", "versions": "number"}
"""The column with the record's number, where it is not `record_number`."""
_GUARD: Final = "guard"
TABLES: Final = ("records", "versions", "comparable", "facts", "keys", "flaws", "retention")


@dataclass(frozen=True, slots=True)
class PreparedRecords:
    """Rows as in `row_schemas`, `linkage.columns`, `facts_rows`, `retention_rows` and `FLAWS`, by names in `TABLES`.

    Until `numbered` gives them their numbers, records are numbered from 0 in their order, and their guards are places
    in `guards`, the first of which stands for none.
    """

    tables: tuple[pa.Table, ...]
    guards: tuple[Guard | None, ...] = (None,)

    def __len__(self) -> int:
        """How many records there are."""
        return int(self.tables[0].num_rows)

    @property
    def names(self) -> list[str]:
        """The records' names."""
        names: list[str] = self.tables[0]["name"].to_pylist()
        return names

    def numbered(self, numbers: NDArray[np.int64], guard_numbers: Sequence[int]) -> PreparedRecords:
        """The records with the numbers at their places, without those that have 0, and with those of their guards."""
        given = np.array(guard_numbers, np.int32)
        return PreparedRecords(
            tuple(
                _guarded(_numbered(table, _NUMBER.get(name, "record_number"), numbers), given)
                for name, table in zip(TABLES, self.tables, strict=True)
            )
        )


def together(parts: Sequence[PreparedRecords]) -> PreparedRecords:
    """All records of several parts, which are numbered."""
    return PreparedRecords(
        tuple(pa.concat_tables(tables) for tables in zip(*(part.tables for part in parts), strict=True))
    )


def _numbered(table: pa.Table, column: str, numbers: NDArray[np.int64]) -> pa.Table:
    place = table.schema.get_field_index(column)
    given = numbers[table[column].to_numpy()]
    rows = table.set_column(place, table.schema.field(place), pa.array(given))
    return rows if given.all() else rows.filter(pa.array(given > 0))


def _guarded(table: pa.Table, numbers: NDArray[np.int32]) -> pa.Table:
    """A table with the numbers of the guards that it has the places of, if it has any."""
    place = table.schema.get_field_index(_GUARD)
    if place < 0:
        return table
    return table.set_column(place, table.schema.field(place), pa.array(numbers[table[_GUARD].to_numpy()]))
