"""Pairs of a whole holding from rows and to rows, as columns."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from resolver.identity.pairs import Pairs
from resolver.store.row_schemas import PAIRS


def pairs_in(found: duckdb.DuckDBPyConnection) -> Pairs:
    """The rows of a query: two record numbers, the smaller first, match weight, identifying and cell, none NULL."""
    left, right, weight, identifying, cell = (column.to_numpy() for column in found.to_arrow_table().columns)
    return Pairs(left, right, weight, identifying, cell.astype(np.int8))


def both_ways(pairs: Pairs) -> pa.Table:
    """Each pair as the store keeps it, once for each of its records: rows of `row_schemas.PAIRS`."""
    ends = np.concatenate([pairs.left, pairs.right]), np.concatenate([pairs.right, pairs.left])
    return pa.table([*ends, *(np.tile(each, 2) for each in (pairs.weight, pairs.identifying, pairs.cell))], PAIRS)
