"""How many of some pairs show each level: what Splink counts, by the statement of the compiled scorer.

Splink has a condition for each level, and the agreement of names stands in each of sixty. Here it is worked out once a
pair, and compiled, so that millions of pairs are counted in minutes. A test holds the shares equal to Splink's.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from resolver.linkage.comparison import Comparison
from resolver.linkage.numbered_names import NumberedNames
from resolver.linkage.scorer import gamma_sql, joined, level_of

Pairs = NDArray[np.int64]
"""Pairs of places in a table, a row of two each."""

_PAIRS_AT_ONCE = 200_000


def level_counts(table: pa.Table, pairs: Pairs, comparisons: Sequence[Comparison]) -> dict[str, int]:
    """The number of pairs at each level, by the level's code, 0 for one that none shows.

    Args:
        table: comparable records, see `linkage.columns.SCHEMA`; their numbers are not read.
        pairs: places in `table`.
        comparisons: whose levels are counted. Pairs with nothing to compare count for none.
    """
    found = {comparison.code(level): 0 for comparison in comparisons for level in comparison.levels}
    with duckdb.connect() as connection:
        numbered = table.set_column(0, "record_number", pa.array(range(len(table)), pa.int64()))
        connection.from_arrow(numbered).create("records")
        names = NumberedNames(numbered)
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            some = pairs[start : start + _PAIRS_AT_ONCE]
            connection.register("pairs", names.measured(some[:, 0], some[:, 1]))
            rows = connection.execute(_statement(comparisons)).fetchall()
            for place, gamma, count in rows:
                level = level_of(comparisons[place], gamma)
                if level is not None:
                    found[comparisons[place].code(level)] += count
    return found


def level_shares(table: pa.Table, pairs: Pairs, comparisons: Sequence[Comparison]) -> dict[str, float]:
    """The share of each level among the pairs that have something to compare, by the level's code.

    Levels of a comparison that has nothing to compare in any pair are left out.
    """
    counts = level_counts(table, pairs, comparisons)
    return {code: share for comparison in comparisons for code, share in _shares(comparison, counts)}


def _shares(comparison: Comparison, counts: dict[str, int]) -> list[tuple[str, float]]:
    codes = [comparison.code(level) for level in comparison.levels]
    total = sum(counts[code] for code in codes)
    return [(code, counts[code] / total) for code in codes] if total else []


def _statement(comparisons: Sequence[Comparison]) -> str:
    gammas = [f"{gamma_sql(comparison)} AS gamma_{comparison.name}" for comparison in comparisons]
    counts = " UNION ALL ".join(
        f"SELECT {place}, gamma_{comparison.name}, count(*) FROM vectors GROUP BY ALL"  # noqa: S608 - constants
        for place, comparison in enumerate(comparisons)
    )
    return (
        f"WITH sides AS ({joined('pairs', 'records')}),"  # noqa: S608 - constants of the definition
        f" vectors AS MATERIALIZED (SELECT {', '.join(gammas)} FROM sides) {counts}"
    )
