"""Candidate pairs of a whole holding, found and gone through within DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import duckdb
import pyarrow as pa

from resolver.linkage.compared_pairs import PAIRS, records_in
from resolver.store.arrow import registered

_PAIRS_AT_ONCE: Final = 500_000
"""Candidate pairs that a statement scores at a time."""
_CANDIDATES = """
CREATE TEMP TABLE candidates AS
SELECT DISTINCT l.record_number AS left_number, r.record_number AS right_number
FROM blocking_keys l JOIN blocking_keys r ON l.key = r.key AND l.record_number < r.record_number
"""
_BOUNDS = """
WITH pairs AS (SELECT left_number, count(*) AS pairs FROM candidates GROUP BY left_number),
running AS (SELECT left_number, sum(pairs) OVER (ORDER BY left_number) AS pairs FROM pairs)
SELECT min(left_number), max(left_number) FROM running GROUP BY (pairs - 1) // ? ORDER BY 1
"""
_SLICE = "SELECT left_number, right_number FROM candidates WHERE left_number BETWEEN ? AND ?"
_PUT_SLICE = "CREATE OR REPLACE TEMP TABLE slice AS SELECT * FROM found"


def find_candidates(connection: duckdb.DuckDBPyConnection) -> int:
    """Makes the table `candidates` of left_number < right_number from `blocking_keys`; returns how many there are.

    `slice` is a table of `compared_pairs.PAIRS`, empty.
    """
    connection.execute(_CANDIDATES)
    _put_slice(connection, PAIRS.empty_table())
    return int(connection.execute("SELECT count(*) FROM candidates").fetchall()[0][0])


def put_candidates(connection: duckdb.DuckDBPyConnection, pairs: pa.Table) -> int:
    """Makes the same tables of pairs that were found elsewhere, of these two columns."""
    with registered(connection, "found", pairs):
        connection.execute("CREATE TEMP TABLE candidates AS SELECT left_number, right_number FROM found")
    _put_slice(connection, PAIRS.empty_table())
    return int(pairs.num_rows)


def slices(connection: duckdb.DuckDBPyConnection, candidates: int) -> Iterator[int]:
    """Fills `slice` with some of the candidates after the others, for a statement that scores what is there.

    The records are those of the table `comparable`, as arrays in memory. Yields how many candidates there are up to the
    end of the slice, of all `candidates`.
    """
    bounds = connection.execute(_BOUNDS, [_PAIRS_AT_ONCE]).fetchall()
    if not bounds:
        return
    records = records_in(connection, "comparable")
    ((threads,),) = connection.execute("SELECT current_setting('threads')").fetchall()
    for done, (first, last) in enumerate(bounds, start=1):
        found = connection.execute(_SLICE, [first, last]).fetchnumpy()
        _put_slice(connection, records.pairs(found["left_number"], found["right_number"], threads))
        yield candidates * done // len(bounds)


def _put_slice(connection: duckdb.DuckDBPyConnection, pairs: pa.Table) -> None:
    with registered(connection, "found", pairs):
        connection.execute(_PUT_SLICE)
