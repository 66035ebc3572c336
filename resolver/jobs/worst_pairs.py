"""Where a resolved file went wrong, pair by pair, against a truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from resolver.jobs.batch import BatchResult
from resolver.store.arrow import registered

_MISSED = """
SELECT s.left_number, s.right_number, s.match_weight
FROM scored s JOIN judged l ON l.record_number = s.left_number JOIN judged r ON r.record_number = s.right_number
WHERE l.person = r.person AND l.identity <> r.identity
ORDER BY s.match_weight, s.left_number, s.right_number LIMIT ?
"""
_NEVER_COMPARED = """
SELECT l.record_number, r.record_number
FROM judged l JOIN judged r ON l.person = r.person AND l.record_number < r.record_number
ANTI JOIN candidates c ON c.left_number = l.record_number AND c.right_number = r.record_number
WHERE l.identity <> r.identity
ORDER BY ALL
"""
_SCORED = "SELECT left_number, right_number, match_weight FROM scored"


@dataclass(frozen=True, slots=True)
class WorstPair:
    """Two record numbers, the smaller first, their match weight in bits, and whether they ended in one identity."""

    left: int
    right: int
    weight: float
    united: bool


@dataclass(frozen=True, slots=True)
class WorstPairs:
    """The worst pairs of a batch.

    `missed`: true pairs that were compared and ended apart, the lowest weights first. `never_compared`: true pairs that
    ended apart and share no blocking key, those that weigh most first. `false`: pairs of two persons, the highest
    weights first, whether a rule kept them apart or not.
    """

    missed: tuple[WorstPair, ...]
    never_compared: tuple[WorstPair, ...]
    false: tuple[WorstPair, ...]


def worst_pairs(batch: BatchResult, persons: Sequence[str], most: int) -> WorstPairs:
    """At most `most` pairs of each kind; `persons` by record number."""
    identity = {record: group[0] for group in batch.groups for record in group}
    judged = pa.table(
        {
            "record_number": pa.array(range(len(persons)), pa.int64()),
            "person": pa.array(persons, pa.string()),
            "identity": pa.array([identity[record] for record in range(len(persons))], pa.int64()),
        }
    )
    with registered(batch.connection, "judged", judged):
        missed = batch.connection.execute(_MISSED, [most]).fetchall()
        never = batch.connection.execute(_NEVER_COMPARED).fetchall()
    false = _false(batch, persons, most)
    weighed = batch.score(never).select("left_number, right_number, match_weight").fetchall() if never else []
    heaviest = sorted(weighed, key=lambda row: (-row[2], row[0], row[1]))[:most]
    return WorstPairs(
        *(
            tuple(WorstPair(left, right, weight, identity[left] == identity[right]) for left, right, weight in rows)
            for rows in (missed, heaviest, false)
        )
    )


def _false(batch: BatchResult, persons: Sequence[str], most: int) -> list[tuple[int, int, float]]:
    """Scored pairs of two persons, the heaviest.

    Asked for in SQL, DuckDB joins persons who differ first: nearly every record with every other.
    """
    scored = batch.connection.execute(_SCORED).fetchnumpy()
    left, right, weight = (scored[column] for column in ("left_number", "right_number", "match_weight"))
    _, person = np.unique(np.array(persons), return_inverse=True)
    false = np.flatnonzero(person[left] != person[right])
    heaviest = false[np.lexsort((right[false], left[false], -weight[false]))][:most]
    return [(int(left[at]), int(right[at]), float(weight[at])) for at in heaviest]
