"""How the pairs of a whole holding are found and weighed: within DuckDB; on Spark, see `jobs.spark`.

Whatever the way, definition and parameters are the same, and so are candidates, levels and weights. What is made of the
pairs does not know which way they came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import duckdb

from resolver.identity.partition import Pair
from resolver.jobs.batch import Progress, score_candidates, strong_pairs
from resolver.linkage.scorer import compile_scorer, joined
from resolver.store.configuration import Configuration
from resolver.store.statements import scored_pairs


@dataclass(frozen=True, slots=True)
class Weighed:
    """How many candidate pairs there are; and those that the policy does not leave alone or that reach review."""

    candidates: int
    pairs: tuple[Pair, ...]


class Weighing(Protocol):
    """A way to find and weigh pairs."""

    def __call__(self, scratch: duckdb.DuckDBPyConnection, wanted: Configuration, progress: Progress) -> Weighed:
        """Weighs all records that share a blocking key.

        `scratch` has the tables `comparable` (see `linkage.columns.SCHEMA`) and `blocking_keys`, made for the model
        that is wanted, and is left as it was. What `progress` raises breaks the work off.

        Raises:
            Refused: the engine cannot do it; nothing is left of the attempt.
        """


def within_duckdb(scratch: duckdb.DuckDBPyConnection, wanted: Configuration, progress: Progress) -> Weighed:
    """Weighs pairs on this machine; what does not fit into memory is spilled."""
    scorer = compile_scorer(wanted.model, joined("slice", "comparable"))
    candidates = score_candidates(scratch, scored_pairs(scorer.sql, wanted.policy.review_weight), progress)
    pairs = strong_pairs(scratch, wanted.policy)
    scratch.execute("DROP TABLE scored; DROP TABLE candidates; DROP TABLE slice")
    return Weighed(candidates, pairs)
