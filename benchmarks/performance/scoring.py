"""The compiled scorer on the tables of a store: one record against 30 others and against 1,000."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import duckdb

from benchmarks.performance.holdings import Store
from resolver.linkage.model import shipped_model
from resolver.linkage.scorer import compile_scorer

SIZES = (30, 1_000)
_REPEATED = 40
_SEED = 5
_CANDIDATES = """
SELECT DISTINCT k.record_number AS candidate FROM blocking_keys b JOIN blocking_keys k USING (key)
WHERE b.record_number = ? AND k.record_number <> b.record_number
"""


@dataclass(frozen=True, slots=True)
class ScoringFigures:
    """Milliseconds for one record against so many: median of repetitions, each with another record.

    `prepared` is a statement that was planned once; `planned` one that is planned with every execution.
    """

    candidates: int
    prepared: float
    planned: float


def scoring_figures(store: Store) -> tuple[ScoringFigures, ...]:
    """Scores random records of the store with their candidates, filled up at random to the number asked."""
    with duckdb.connect(str(store.path), read_only=True) as connection:
        scorer = compile_scorer(shipped_model(), "chosen", "comparable").sql
        # The file is open for reading alone; a table of pairs in memory takes part in the statement.
        connection.execute("CREATE TEMP TABLE chosen (left_number BIGINT, right_number BIGINT)")
        statement = f"SELECT left_number, right_number, match_weight, identifying, cell FROM ({scorer})"  # noqa: S608
        connection.execute(f"PREPARE score AS {statement}")
        return tuple(
            ScoringFigures(
                candidates=size,
                prepared=_median(connection, size, lambda: connection.execute("EXECUTE score").fetchall()),
                planned=_median(connection, size, lambda: connection.execute(statement).fetchall()),
            )
            for size in SIZES
        )


def _median(connection: duckdb.DuckDBPyConnection, size: int, score: Callable[[], list[object]]) -> float:
    draw = Random(_SEED)
    numbers = [number for (number,) in connection.execute("SELECT record_number FROM comparable").fetchall()]
    taken = []
    for _ in range(_REPEATED):
        _choose(connection, draw, numbers, size)
        begun = time.perf_counter()
        found = score()
        taken.append(1000 * (time.perf_counter() - begun))
        if len(found) != size:
            raise RuntimeError(f"{len(found):,} of {size:,} pairs were scored")
    return round(statistics.median(taken), 2)


def _choose(connection: duckdb.DuckDBPyConnection, draw: Random, numbers: list[int], size: int) -> None:
    one = draw.choice(numbers)
    others = [number for (number,) in connection.execute(_CANDIDATES, [one]).fetchall()][:size]
    left = draw.sample(numbers, min(len(numbers), 2 * size + 1))
    chosen = list(dict.fromkeys([*others, *(number for number in left if number != one)]))[:size]
    connection.execute("DELETE FROM chosen")
    # Registering a table would change the catalogue, and every prepared statement would be planned anew.
    connection.execute("INSERT INTO chosen SELECT ?, unnest(?)", [one, chosen])
