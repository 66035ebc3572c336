"""The compiled scorer on the tables of a store: one record against 30 others and against 1,000."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import duckdb
import pyarrow as pa

from benchmarks.performance.holdings import Store
from resolver.identity.policy import STANDARD
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.model import shipped_model
from resolver.linkage.name_arrays import NAME_COLUMNS
from resolver.linkage.numbered_names import NumberedNames
from resolver.linkage.scorer import compile_scorer, gamma_sql, joined
from resolver.store.arrow import registered
from resolver.store.planned import Planned
from resolver.store.resident_rows import CANDIDATES
from resolver.store.statements import scored_pairs

SIZES = (30, 1_000)
_REPEATED = 40
_SAMPLES = 10
_SEED = 5
_CANDIDATES = """
SELECT DISTINCT k.record_number AS candidate FROM blocking_keys b JOIN blocking_keys k USING (key)
WHERE b.record_number = ? AND k.record_number <> b.record_number
"""


_SIDES = joined("measured", "comparable")
_NAMES = f"""SELECT record_number, {", ".join(NAME_COLUMNS)} FROM comparable
WHERE record_number IN (SELECT left_number FROM chosen UNION SELECT right_number FROM chosen)"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class ScoringFigures:
    """Milliseconds for one record against so many: median of repetitions, each with another record.

    Both begin with the agreement of names. `prepared` is the writer's statement, planned once, over rows that were
    gathered in memory; `planned` one that is planned with every execution and reads the rows from the store.
    """

    candidates: int
    prepared: float
    planned: float


def scoring_figures(store: Store) -> tuple[ScoringFigures, ...]:
    """Scores random records of the store with their candidates, filled up at random to the number asked."""
    with duckdb.connect(str(store.path), read_only=True) as connection:
        # The file is open for reading alone; a table of pairs in memory takes part in the statement.
        connection.execute("CREATE TEMP TABLE chosen (left_number BIGINT, right_number BIGINT)")
        # As the writer's connection has it.
        connection.execute("SET threads = 1")
        planned = scored_pairs(compile_scorer(shipped_model(), _SIDES).sql, STANDARD.review_weight)
        score = scored_pairs(compile_scorer(shipped_model(), "SELECT * FROM candidates").sql, STANDARD.review_weight)
        statements = Planned(connection, {"candidates": CANDIDATES}, {}, {"score": score}, {})

        def gathered() -> Callable[[], object]:
            names, sides = connection.execute(_NAMES).to_arrow_table(), _sides(connection)

            def score() -> None:
                measured = _measured(names, sides)["measure_agreement"]
                at = CANDIDATES.get_field_index("measure_agreement")
                statements.run("score", {"candidates": sides.set_column(at, "measure_agreement", measured)})

            return score

        def reading() -> Callable[[], object]:
            pairs = connection.execute("SELECT * FROM chosen").to_arrow_table()

            def score() -> None:
                with registered(connection, "measured", _measured(connection.execute(_NAMES).to_arrow_table(), pairs)):
                    connection.execute(planned).fetchall()

            return score

        return tuple(
            ScoringFigures(
                candidates=size,
                prepared=_median(connection, size, gathered),
                planned=_median(connection, size, reading),
            )
            for size in SIZES
        )


def comparison_costs_text(store: Store) -> str:
    """What each comparison adds to a statement that only reads the pairs: milliseconds for one pair, 30 and 1,000."""
    sizes = (1, *SIZES)
    with duckdb.connect(str(store.path), read_only=True) as connection:
        connection.execute("SET threads = 1")
        connection.execute("CREATE TEMP TABLE chosen (left_number BIGINT, right_number BIGINT)")
        draw, numbers = Random(_SEED), _numbers(connection)
        statements = Planned(connection, {"candidates": CANDIDATES}, {}, _parts(), {})
        rows: dict[str, list[float]] = {}
        for size in sizes:
            pairs = [_candidates(connection, draw, numbers, size) for _ in range(_SAMPLES)]
            for part in _parts():
                rows.setdefault(part, []).append(statistics.median(_taken(statements, part, each) for each in pairs))
    title = f"Parts of the scorer's statement, planned once, a store of {store.holding.records:,} records, one thread."
    head = f"{'part':24}" + "".join(f"{size:>10,} pairs" for size in sizes)
    lines = [f"{part:24}" + "".join(f"{taken:>13.2f} ms" for taken in times) for part, times in rows.items()]
    return "\n".join([title, "", head, *lines]) + "\n"


def _parts() -> dict[str, str]:
    """Statements over the pairs: one that says nothing of them, each comparison alone, and all."""
    scorer = compile_scorer(shipped_model(), "SELECT * FROM candidates")
    return {
        "nothing": "SELECT count(*) FROM candidates",
        **{f"level_{each.name}": f"SELECT max({gamma_sql(each)}) FROM candidates" for each in COMPARISONS},  # noqa: S608
        "whole": scored_pairs(scorer.sql, STANDARD.review_weight),
    }


def _numbers(connection: duckdb.DuckDBPyConnection) -> list[int]:
    return [number for (number,) in connection.execute("SELECT record_number FROM comparable").fetchall()]


def _candidates(connection: duckdb.DuckDBPyConnection, draw: Random, numbers: list[int], size: int) -> pa.Table:
    _choose(connection, draw, numbers, size)
    with registered(connection, "measured", _measured(connection.execute(_NAMES).to_arrow_table(), _sides(connection))):
        return connection.execute(_SIDES).to_arrow_table().cast(CANDIDATES)


def _sides(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """The pairs that were chosen as `CANDIDATES`, before the agreement of their names is known."""
    unknown = "(SELECT *, 0 AS measure_agreement FROM chosen)"
    return connection.execute(joined(unknown, "comparable")).to_arrow_table().cast(CANDIDATES)


def _measured(names: pa.Table, pairs: pa.Table) -> pa.Table:
    left, right = (pairs[end].to_numpy() for end in ("left_number", "right_number"))
    return NumberedNames(names).measured(left, right)


def _taken(statements: Planned, part: str, candidates: pa.Table) -> float:
    begun = time.perf_counter()
    statements.run(part, {"candidates": candidates})
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
