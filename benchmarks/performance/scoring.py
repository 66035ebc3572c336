"""The compiled scorer on the tables of a store: one record against 30 others and against 1,000."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

import duckdb
import pyarrow as pa

from benchmarks.performance.holdings import Store
from resolver.identity.policy import STANDARD
from resolver.linkage.compared_pairs import PAIRS, ComparedRecords
from resolver.linkage.model import shipped_model
from resolver.linkage.record_arrays import COLUMNS
from resolver.linkage.scorer import compile_scorer
from resolver.store.arrow import registered
from resolver.store.planned import Planned
from resolver.store.statements import scored_pairs

SIZES = (30, 1_000)
_REPEATED = 40
_SAMPLES = 10
_SEED = 5
_CANDIDATES = """
SELECT DISTINCT k.record_number AS candidate FROM blocking_keys b JOIN blocking_keys k USING (key)
WHERE b.record_number = ? AND k.record_number <> b.record_number
"""


_ROWS = f"""SELECT {", ".join(COLUMNS)} FROM comparable
WHERE record_number IN (SELECT left_number FROM chosen UNION SELECT right_number FROM chosen)"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class ScoringFigures:
    """Milliseconds for one record against so many: median of repetitions, each with another record.

    Both begin with the comparison vectors. `prepared` is the writer's statement, planned once, over rows that were
    gathered in memory; `planned` one that is planned with every execution, with rows that are read from the store.
    """

    candidates: int
    prepared: float
    planned: float


def scoring_figures(store: Store) -> tuple[ScoringFigures, ...]:
    """Scores random records of the store with their candidates, filled up at random to the number asked."""
    with _opened(store) as connection:
        score = scored_pairs(compile_scorer(shipped_model(), "candidates").sql, STANDARD.review_weight)
        statements = Planned(connection, {"candidates": PAIRS}, {}, {"score": score}, {})

        def gathered() -> Callable[[], object]:
            rows, chosen = _rows(connection), _chosen(connection)
            return lambda: statements.run("score", {"candidates": _compared(rows, chosen)})

        def reading() -> Callable[[], object]:
            def planned() -> None:
                with registered(connection, "candidates", _compared(_rows(connection), _chosen(connection))):
                    connection.execute(score).fetchall()

            return planned

        return tuple(
            ScoringFigures(
                candidates=size,
                prepared=_median(connection, size, gathered),
                planned=_median(connection, size, reading),
            )
            for size in SIZES
        )


def scoring_costs_text(store: Store) -> str:
    """What scoring is made of: milliseconds for one pair, 30 and 1,000, medians."""
    sizes = (1, *SIZES)
    with _opened(store) as connection:
        draw, numbers = Random(_SEED), _numbers(connection)
        score = scored_pairs(compile_scorer(shipped_model(), "candidates").sql, STANDARD.review_weight)
        statements = Planned(
            connection, {"candidates": PAIRS}, {}, {"nothing": "SELECT count(*) FROM candidates", "score": score}, {}
        )
        rows: dict[str, list[float]] = {}
        for size in sizes:
            samples = []
            for _ in range(_SAMPLES):
                _choose(connection, draw, numbers, size)
                samples.append((_rows(connection), _chosen(connection)))
            pairs = [_compared(*sample) for sample in samples]
            taken = {
                "arrays of the records": [_taken(ComparedRecords, [rows]) for rows, _ in samples],
                "arrays and vectors": [_taken(_compared, *sample) for sample in samples],
                "a statement on the pairs": [_taken(statements.run, "nothing", {"candidates": some}) for some in pairs],
                "the scorer's statement": [_taken(statements.run, "score", {"candidates": some}) for some in pairs],
            }
            for part, times in taken.items():
                rows.setdefault(part, []).append(statistics.median(times))
    title = f"Parts of scoring one record with others, a store of {store.holding.records:,} records, one thread."
    head = f"{'part':26}" + "".join(f"{size:>10,} pairs" for size in sizes)
    lines = [f"{part:26}" + "".join(f"{taken:>13.2f} ms" for taken in times) for part, times in rows.items()]
    return "\n".join([title, "", head, *lines]) + "\n"


@contextmanager
def _opened(store: Store) -> Iterator[duckdb.DuckDBPyConnection]:
    """The store for reading alone, with a table of pairs in memory, and one thread as the writer's connection has."""
    with duckdb.connect(str(store.path), read_only=True) as connection:
        connection.execute("CREATE TEMP TABLE chosen (left_number BIGINT, right_number BIGINT)")
        connection.execute("SET threads = 1")
        yield connection


def _numbers(connection: duckdb.DuckDBPyConnection) -> list[int]:
    return [number for (number,) in connection.execute("SELECT record_number FROM comparable").fetchall()]


def _rows(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """What is compared of the records of the pairs that were chosen."""
    return connection.execute(_ROWS).to_arrow_table()


def _chosen(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    return connection.execute("SELECT * FROM chosen").to_arrow_table()


def _compared(rows: pa.Table, chosen: pa.Table) -> pa.Table:
    """The pairs that were chosen as `PAIRS`."""
    left, right = (chosen[end].to_numpy() for end in ("left_number", "right_number"))
    return ComparedRecords([rows]).pairs(left, right)


def _taken(work: Callable[..., object], *given: object) -> float:
    begun = time.perf_counter()
    work(*given)
    return 1000 * (time.perf_counter() - begun)


def _median(connection: duckdb.DuckDBPyConnection, size: int, made_ready: Callable[[], Callable[[], object]]) -> float:
    draw = Random(_SEED)
    numbers = _numbers(connection)
    taken = []
    for _ in range(_REPEATED):
        _choose(connection, draw, numbers, size)
        score = made_ready()
        begun = time.perf_counter()
        score()
        taken.append(1000 * (time.perf_counter() - begun))
    return round(statistics.median(taken), 2)


def _choose(connection: duckdb.DuckDBPyConnection, draw: Random, numbers: list[int], size: int) -> None:
    one = draw.choice(numbers)
    others = [number for (number,) in connection.execute(_CANDIDATES, [one]).fetchall()][:size]
    left = draw.sample(numbers, min(len(numbers), 2 * size + 1))
    chosen = list(dict.fromkeys([*others, *(number for number in left if number != one)]))[:size]
    connection.execute("DELETE FROM chosen")
    # Registering a table would change the catalogue, and every prepared statement would be planned anew.
    connection.execute("INSERT INTO chosen SELECT ?, unnest(?)", [one, chosen])
