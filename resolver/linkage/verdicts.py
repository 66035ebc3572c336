"""What verdicts on pairs of records teach, which are few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from resolver.linkage.columns import COMPARED_COLUMNS
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.settings import UNIQUE_ID

RecordPair = tuple[int, int]


def labels_table(same: Sequence[RecordPair]) -> pa.Table:
    """Pairs that were judged to be one person, as Splink reads them."""
    return pa.table(
        {
            f"{UNIQUE_ID}_l": pa.array([min(pair) for pair in same], pa.int64()),
            f"{UNIQUE_ID}_r": pa.array([max(pair) for pair in same], pa.int64()),
            "clerical_match_score": pa.array([1.0] * len(same), pa.float64()),
        }
    )


def smoothed(m: Mapping[str, float], table: pa.Table, same: Sequence[RecordPair]) -> dict[str, float]:
    """m of every level as if each had been seen half a time more (Jeffreys' prior).

    So a level that a few dozen pairs did not happen to show is rare, but not impossible.
    """
    found: dict[str, float] = {}
    stated = _stated(table, same)
    for comparison in COMPARISONS:
        pairs = stated[comparison.name]
        for level in comparison.levels:
            seen = m.get(comparison.code(level), 0.0) * pairs
            found[comparison.code(level)] = (seen + 0.5) / (pairs + 0.5 * len(comparison.levels))
    return found


def _stated(table: pa.Table, same: Sequence[RecordPair]) -> dict[str, int]:
    """In how many of the pairs each comparison has something to compare."""
    sides = ", ".join(f"{side}.{column} AS {column}_{side}" for column in COMPARED_COLUMNS for side in ("l", "r"))
    counts = ", ".join(
        f"count(*) FILTER (NOT coalesce({comparison.nothing_to_compare}, false)) AS {comparison.name}"
        for comparison in COMPARISONS
    )
    with duckdb.connect() as connection:
        connection.register("records", table)
        connection.register("labels", labels_table(same))
        row = connection.execute(
            f"WITH sides AS (SELECT {sides} FROM labels"  # noqa: S608 - constants of the definition
            f" JOIN records l ON l.{UNIQUE_ID} = labels.{UNIQUE_ID}_l"
            f" JOIN records r ON r.{UNIQUE_ID} = labels.{UNIQUE_ID}_r) SELECT {counts} FROM sides"
        ).fetchall()[0]
    return dict(zip((comparison.name for comparison in COMPARISONS), row, strict=True))
