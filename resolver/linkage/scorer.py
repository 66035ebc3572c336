"""The compiled scorer: Splink's weights in one flat statement over pairs whose comparison vectors are known.

Splink builds its SQL anew for each call (24 to 266 ms). The statement here says the same of a vector in the form the
engine needs, and is built once when a model is activated: for each level its weight log2(m/u), and the term-frequency
adjustment weight * (log2(u) - log2(tf)), where tf is the greater of the two sides' frequencies (Splink's rule). A test
holds it equal to `score_pairs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from resolver.linkage.comparison import NOTHING_TO_COMPARE, Comparison, Level
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.model import Model
from resolver.linkage.pair_rules import CELL, IDENTIFYING


@dataclass(frozen=True, slots=True)
class CompiledScorer:
    """SQL that scores pairs of records.

    `sql` reads `compared_pairs.PAIRS`, and gives left_number, right_number, match_weight, `identifying` (names, a
    document or biometrics agree), `cell` (its number in the link table), and for each comparison `gamma_X` (int),
    `mw_X` and `mw_tf_X` (bits).
    """

    sql: str
    prior_weight: float


def compile_scorer(model: Model, pairs: str) -> CompiledScorer:
    """Builds the statement for a model over a relation of `compared_pairs.PAIRS`."""
    weights = ",\n  ".join(_weights_sql(comparison, model) for comparison in COMPARISONS)
    parts = [f"{prefix}_{comparison.name}" for comparison in COMPARISONS for prefix in ("mw", "mw_tf")]
    prior_weight = log2(model.prior / (1.0 - model.prior))
    details = ", ".join(f"gamma_{comparison.name}" for comparison in COMPARISONS) + ", " + ", ".join(parts)
    sql = f"""WITH weighed AS (
  SELECT *,
  {weights}
  FROM {pairs}
)
SELECT left_number, right_number, {prior_weight!r} + {" + ".join(parts)} AS match_weight,
  {IDENTIFYING} AS identifying, {CELL} AS cell, {details}
FROM weighed"""  # noqa: S608 - built from constants of the definition and numbers of the model
    return CompiledScorer(sql=sql, prior_weight=prior_weight)


def level_of(comparison: Comparison, gamma: int) -> Level | None:
    """The level that a comparison vector value stands for; None where there is nothing to compare."""
    return None if gamma == NOTHING_TO_COMPARE else comparison.levels[len(comparison.levels) - 1 - gamma]


def _weights_sql(comparison: Comparison, model: Model) -> str:
    gamma = f"gamma_{comparison.name}"
    highest = len(comparison.levels) - 1
    weights, adjustments = ["0.0"], []
    for place, level in reversed(list(enumerate(comparison.levels))):
        parameters = model.levels[comparison.code(level)]
        weights.append(repr(log2(parameters.m / parameters.u)))
        if level.term_frequency is not None:
            adjustments.append(
                f"WHEN {highest - place} THEN CASE WHEN tf_{level.term_frequency} IS NULL THEN 0.0::DOUBLE"
                f" ELSE {level.term_frequency_weight!r}::DOUBLE * ({log2(parameters.u)!r}::DOUBLE"
                f" - log2(greatest(tf_{level.term_frequency}, {level.rarest!r}::DOUBLE))) END"
            )
    # The weights stand in the order of the levels, and first that of a comparison which says nothing.
    weight = (
        f"list_extract([{', '.join(weights)}]::DOUBLE[], {gamma} + {1 - NOTHING_TO_COMPARE}) AS mw_{comparison.name}"
    )
    adjustment = f"CASE {gamma} {' '.join(adjustments)} ELSE 0.0::DOUBLE END" if adjustments else "0.0::DOUBLE"
    return f"{weight},\n  {adjustment} AS mw_tf_{comparison.name}"
