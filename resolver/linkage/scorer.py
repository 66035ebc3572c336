"""The compiled scorer: Splink's weights in one flat statement over resident tables.

Splink builds its SQL anew for each call (24 to 266 ms). The statement here says the same in the
form the engine needs, and is built once when a model is activated: the levels' own conditions,
their weights log2(m/u), and the term-frequency adjustment weight * (log2(u) - log2(tf)), where tf
is the greater of the two sides' frequencies (Splink's rule). A test holds it equal to `score_pairs`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import gcd, log2

from resolver.linkage.columns import COMPARED_COLUMNS, TF_COLUMNS
from resolver.linkage.comparison import NOTHING_TO_COMPARE, OTHERWISE, Band, Comparison, Level
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.model import Model
from resolver.linkage.pair_rules import CELL, IDENTIFYING


@dataclass(frozen=True, slots=True)
class CompiledScorer:
    """SQL that scores pairs of records.

    `sql` reads left_number, right_number, measures and the columns of both sides, and gives left_number, right_number,
    match_weight, `identifying` (names, a document or biometrics agree), `cell` (its number in the link table), and for
    each comparison `gamma_X` (int), `mw_X` and `mw_tf_X` (bits).
    """

    sql: str
    prior_weight: float


def _asked() -> frozenset[str]:
    """The names of columns of a side that conditions ask for, and those of term frequencies."""
    texts = [
        text
        for comparison in COMPARISONS
        for text in (comparison.nothing_to_compare, *(level.whole_condition for level in comparison.levels))
    ]
    frequencies = (f"{column}_{side}" for column in TF_COLUMNS for side in ("l", "r"))
    return frozenset((*_WORD.findall(" ".join(texts)), *frequencies))


_WORD = re.compile(r"\w+")
_ASKED = _asked()
_MEASURES = tuple(f"measure_{name}" for comparison in COMPARISONS for name in comparison.measures)
SIDES: tuple[tuple[str, str, str], ...] = tuple(
    (name, column, side)
    for side in ("l", "r")
    for column in (*COMPARED_COLUMNS, *TF_COLUMNS)
    if (name := f"{column}_{side}") in _ASKED
)
"""What the scorer reads of a pair: each name with the column it is, of the left (`l`) or the right record (`r`).

What measures ask for is not among it: they are worked out before, see `linkage.numbered_names`.
"""


def joined(pairs: str, records: str) -> str:
    """The sides of the pairs of a relation as `numbered_names.PAIRS`, read from a relation of records."""
    sides = ", ".join(f"{side}.{column} AS {name}" for name, column, side in SIDES)
    measures = ", ".join(f"p.{measure}" for measure in _MEASURES)
    return f"""SELECT p.left_number, p.right_number, {measures}, {sides} FROM {pairs} p
JOIN {records} l ON l.record_number = p.left_number
JOIN {records} r ON r.record_number = p.right_number"""  # noqa: S608 - built from constants of the definition


def compile_scorer(model: Model, sides: str) -> CompiledScorer:
    """Builds the statement for a model over a query that gives what `joined` does."""
    gammas = ",\n  ".join(f"{gamma_sql(comparison)} AS gamma_{comparison.name}" for comparison in COMPARISONS)
    weights = ",\n  ".join(_weights_sql(comparison, model) for comparison in COMPARISONS)
    parts = [f"{prefix}_{comparison.name}" for comparison in COMPARISONS for prefix in ("mw", "mw_tf")]
    prior_weight = log2(model.prior / (1.0 - model.prior))
    details = ", ".join(f"gamma_{comparison.name}" for comparison in COMPARISONS) + ", " + ", ".join(parts)
    sql = f"""WITH sides AS (
  {sides}
), vectors AS (
  SELECT *,
  {gammas}
  FROM sides
), weighed AS (
  SELECT *,
  {weights}
  FROM vectors
)
SELECT left_number, right_number, {prior_weight!r} + {" + ".join(parts)} AS match_weight,
  {IDENTIFYING} AS identifying, {CELL} AS cell, {details}
FROM weighed"""  # noqa: S608 - built from constants of the definition and numbers of the model
    return CompiledScorer(sql=sql, prior_weight=prior_weight)


def level_of(comparison: Comparison, gamma: int) -> Level | None:
    """The level that a comparison vector value stands for; None where there is nothing to compare."""
    return None if gamma == NOTHING_TO_COMPARE else comparison.levels[len(comparison.levels) - 1 - gamma]


def gamma_sql(comparison: Comparison) -> str:
    """SQL over the sides and `measure_X` of a pair that gives the comparison vector value of one comparison."""
    highest = len(comparison.levels) - 1
    whens = [f"WHEN {comparison.nothing_to_compare} THEN {NOTHING_TO_COMPARE}"]
    places = enumerate(comparison.levels)
    for condition, run in groupby(places, key=lambda item: (item[1].condition, item[1].band is None)):
        levels = list(run)
        if condition[0] == OTHERWISE:
            whens.append(f"ELSE {highest - levels[0][0]}")
            continue
        bands = [level.band for _, level in levels if level.band is not None]
        conditions, gamma = [f"({condition[0]})"], str(highest - levels[-1][0])
        if bands:
            conditions.append(f"{bands[-1].measure} >= {bands[-1].least}")
            gamma = _banded(bands, highest - levels[0][0])
        whens.append(f"WHEN {comparison.by_column(' AND '.join(conditions))} THEN {comparison.by_column(gamma)}")
    return f"CASE {' '.join(whens)} END"


def _banded(bands: Sequence[Band], first: int) -> str:
    """SQL for the comparison vector value among bands of one condition, the highest of which has the value `first`.

    The lowest is known to be reached. One look into a table for all of them: every expression costs, whatever there is
    to compare.
    """
    least = [band.least for band in bands]
    step = gcd(*least) or 1
    values = [first - sum(bound > step * place for bound in least) for place in range(least[0] // step + 1)]
    return f"list_extract({values}, least({bands[0].measure} // {step}, {len(values) - 1}) + 1)"


def _weights_sql(comparison: Comparison, model: Model) -> str:
    gamma = f"gamma_{comparison.name}"
    highest = len(comparison.levels) - 1
    weights, adjustments = ["0.0"], []
    for place, level in reversed(list(enumerate(comparison.levels))):
        parameters = model.levels[comparison.code(level)]
        weights.append(repr(log2(parameters.m / parameters.u)))
        if level.term_frequency is not None:
            left, right = f"tf_{level.term_frequency}_l", f"tf_{level.term_frequency}_r"
            adjustments.append(
                f"WHEN {highest - place} THEN CASE WHEN {left} IS NULL AND {right} IS NULL THEN 0.0::DOUBLE"
                f" ELSE {level.term_frequency_weight!r}::DOUBLE * ({log2(parameters.u)!r}::DOUBLE"
                f" - log2(greatest(coalesce({left}, {right}), coalesce({right}, {left}),"
                f" {level.rarest!r}::DOUBLE))) END"
            )
    # The weights stand in the order of the levels, and first that of a comparison which says nothing.
    weight = (
        f"list_extract([{', '.join(weights)}]::DOUBLE[], {gamma} + {1 - NOTHING_TO_COMPARE}) AS mw_{comparison.name}"
    )
    adjustment = f"CASE {gamma} {' '.join(adjustments)} ELSE 0.0::DOUBLE END" if adjustments else "0.0::DOUBLE"
    return f"{weight},\n  {adjustment} AS mw_tf_{comparison.name}"
