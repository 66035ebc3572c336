"""How the pairs of a whole holding are found and weighed: within DuckDB; on Spark, see `jobs.spark`.

Whatever the way, definition and parameters are the same, and so are candidates, levels and weights. What is made of the
pairs does not know which way they came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import duckdb
import pyarrow as pa

from resolver.domain.errors import ErrorReason, Refused
from resolver.identity.link_table import NAMED
from resolver.identity.pairs import Pairs
from resolver.jobs.batch import Progress, score_found, strong_pairs
from resolver.linkage.scorer import compile_scorer
from resolver.store.candidates import find_candidates, put_candidates
from resolver.store.configuration import Configuration
from resolver.store.statements import scored_pairs

TOLERANCE: Final = 1e-6
"""How much the weights of two engines may differ, in bits."""
_ENDS: Final = pa.schema([("left_number", pa.int64()), ("right_number", pa.int64())])


@dataclass(frozen=True, slots=True)
class Weighed:
    """How many candidate pairs there are; and those that the policy does not leave alone or that reach review."""

    candidates: int
    pairs: Pairs


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
    """Finds and weighs pairs on this machine; what does not fit into memory is spilled."""
    progress("finding candidate pairs")
    candidates = find_candidates(scratch)
    return Weighed(candidates, _weighed(scratch, candidates, wanted, progress))


def weighed_again(
    scratch: duckdb.DuckDBPyConnection, wanted: Configuration, given: Weighed, progress: Progress
) -> Weighed:
    """What another engine gives, in the weights of this one, so that what is stored does not hang on the engine.

    Equal weights stand in the order of their records' names, and two engines' logarithms differ in the last digit.

    Raises:
        Refused: the other engine weighs a pair otherwise, by more than `TOLERANCE`.
    """
    ends = pa.table([given.pairs.left, given.pairs.right], schema=_ENDS)
    pairs = _weighed(scratch, put_candidates(scratch, ends), wanted, progress)
    ours = {(pair.left, pair.right): pair for pair in pairs}
    least = wanted.policy.review_weight + TOLERANCE
    for pair in given.pairs:
        same = ours.get((pair.left, pair.right))
        if same is None:
            agrees = pair.weight < least and pair.cell not in NAMED
        else:
            agrees = abs(same.weight - pair.weight) <= TOLERANCE
            agrees = agrees and (same.identifying, same.cell) == (pair.identifying, pair.cell)
        if not agrees:
            raise Refused(ErrorReason.SPARK_FAILED, "Spark weighs pairs otherwise than they are weighed here")
    return Weighed(given.candidates, pairs)


def _weighed(scratch: duckdb.DuckDBPyConnection, candidates: int, wanted: Configuration, progress: Progress) -> Pairs:
    """Those of the table `candidates`, which has so many rows, that count; the table goes."""
    scorer = compile_scorer(wanted.model, "slice")
    score_found(scratch, candidates, scored_pairs(scorer.sql, wanted.policy.review_weight), progress)
    pairs = strong_pairs(scratch, wanted.policy)
    scratch.execute("DROP TABLE scored; DROP TABLE candidates; DROP TABLE slice")
    return pairs
