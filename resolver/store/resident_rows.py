"""The rows that the writer keeps in memory: their schemas, and the keys that they are found by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from resolver.store import row_schemas
from resolver.store.key_index import Keys
from resolver.store.resident_table import RowKeys

_LEFT_OUT: Final = ("source", "update_time", "handle", "marking")
RECORDS: Final = pa.schema([column for column in row_schemas.RECORDS if column.name not in _LEFT_OUT])
MEMBERSHIPS: Final = pa.schema([("record_number", pa.int64()), ("identity_number", pa.int64())])
TASKS: Final = pa.schema(list(row_schemas.TASKS)[:6])
RULINGS: Final = pa.schema(
    [
        ("left_number", pa.int64()),
        ("right_number", pa.int64()),
        ("kind", pa.int8()),
        ("basis", pa.int8()),
        ("number", pa.int64()),
    ]
)
REQUESTS: Final = pa.schema([("request_key", pa.string()), ("answer_time", row_schemas.TIME)])
NO_KEYS: Final = RowKeys(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def as_keys(values: Iterable[int]) -> Keys:
    """Numbers as keys."""
    return np.fromiter(values, np.int64)


def hashes(names: Iterable[str]) -> Keys:
    """Keys of texts: two texts may have one, so a row that is found has to be compared."""
    return np.fromiter((hash(name) & 0x7FFF_FFFF_FFFF_FFFF for name in names), np.int64)


def by_columns(rows: pa.Table, columns: Collection[str]) -> dict[str, RowKeys]:
    """The keys of rows that stand in columns, under the names of these."""
    places = np.arange(rows.num_rows)
    return {column: RowKeys(rows[column].to_numpy(), places) for column in columns}


def record_keys(rows: pa.Table) -> Mapping[str, RowKeys]:
    """The keys of `RECORDS`: number and name."""
    return by_columns(rows, ("number",)) | text_keys(rows, "name")


def text_keys(rows: pa.Table, column: str) -> dict[str, RowKeys]:
    """The keys of texts in a column, under its name."""
    return {column: RowKeys(hashes(rows[column].to_pylist()), np.arange(rows.num_rows))}


def places_of(records: NDArray[np.int64], keys: pa.Table) -> RowKeys:
    """Those of the keys that are of the numbered records, with the places of these."""
    if not len(records):
        return NO_KEYS
    first, last = records.min(), records.max()
    place_of = np.full(last - first + 1, -1)
    place_of[records - first] = np.arange(len(records))
    owners = keys["record_number"].to_numpy()
    within = (owners >= first) & (owners <= last)
    places = place_of[owners[within] - first]
    return RowKeys(keys["key"].to_numpy()[within][places >= 0], places[places >= 0])
