"""How many of some pairs show each level: what Splink counts, by compiled comparison vectors.

Splink has a condition for each level, and the agreement of names stands in each of sixty, so that millions of pairs
would take hours. A test holds the shares equal to Splink's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from resolver.linkage.compared_pairs import ComparedRecords
from resolver.linkage.comparison import NOTHING_TO_COMPARE, Comparison
from resolver.linkage.comparisons import COMPARISONS

Pairs = NDArray[np.int64]
"""Pairs of places in a table, a row of two each."""

_PAIRS_AT_ONCE = 200_000
_VALUES = 1 - NOTHING_TO_COMPARE + max(len(comparison.levels) for comparison in COMPARISONS)


def level_counts(table: pa.Table, pairs: Pairs, comparisons: Sequence[Comparison]) -> dict[str, int]:
    """The number of pairs at each level, by the level's code, 0 for one that none shows.

    Args:
        table: comparable records, see `linkage.columns.SCHEMA`; their numbers are not read.
        pairs: places in `table`.
        comparisons: whose levels are counted. Pairs with nothing to compare count for none.
    """
    records = ComparedRecords([table.set_column(0, "record_number", pa.array(range(len(table)), pa.int64()))])
    counts = np.zeros((len(COMPARISONS), _VALUES), dtype=np.int64)
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        some = pairs[start : start + _PAIRS_AT_ONCE]
        for place, values in enumerate(records.vectors(some[:, 0], some[:, 1]).T):
            counts[place] += np.bincount(values - NOTHING_TO_COMPARE, minlength=_VALUES)
    return {
        comparison.code(level): int(counts[COMPARISONS.index(comparison), place])
        for comparison in comparisons
        for place, level in enumerate(reversed(comparison.levels), start=-NOTHING_TO_COMPARE)
    }


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
