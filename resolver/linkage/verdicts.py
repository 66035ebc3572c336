"""What verdicts on pairs of records teach, which are few."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.level_counts import level_counts

RecordPair = tuple[int, int]


def smoothed_m(table: pa.Table, same: Sequence[RecordPair]) -> dict[str, float]:
    """m of every level from pairs that were judged to be one person, as if each level had been seen half a time more.

    So a level that a few dozen pairs did not happen to show is rare, but not impossible (Jeffreys' prior).
    """
    counts = level_counts(table, np.array(same, np.int64).reshape(-1, 2), COMPARISONS)
    found: dict[str, float] = {}
    for comparison in COMPARISONS:
        codes = [comparison.code(level) for level in comparison.levels]
        pairs = sum(counts[code] for code in codes)
        found |= {code: (counts[code] + 0.5) / (pairs + 0.5 * len(codes)) for code in codes}
    return found
