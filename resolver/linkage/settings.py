"""The model as Splink settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from splink import block_on

from resolver.linkage.comparison import Comparison, Level, either_missing
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.model import LevelParameters

UNIQUE_ID = "record_number"


def splink_settings(
    prior: float,
    levels: Mapping[str, LevelParameters] | None = None,
    comparisons: Iterable[Comparison] = COMPARISONS,
    condition: Callable[[Comparison, str], str] = Comparison.written_out,
) -> dict[str, Any]:
    """Returns the settings of the definition in code, with parameters where `levels` gives them.

    `levels` is keyed by level code. Levels whose weight is policy keep it through training. `condition` gives the SQL
    of a condition of a comparison, in the dialect of who reads the settings.
    """
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": UNIQUE_ID,
        "probability_two_random_records_match": prior,
        "blocking_rules_to_generate_predictions": [block_on("blocking_keys", arrays_to_explode=["blocking_keys"])],
        "comparisons": [_comparison(comparison, levels or {}, condition) for comparison in comparisons],
        "retain_intermediate_calculation_columns": True,
    }


def policy_parameters(weight: float) -> LevelParameters:
    """m and u whose ratio is a weight in bits given by policy."""
    return LevelParameters(m=2.0 ** min(weight, 0.0), u=2.0 ** min(-weight, 0.0))


def _comparison(
    comparison: Comparison, levels: Mapping[str, LevelParameters], condition: Callable[[Comparison, str], str]
) -> dict[str, Any]:
    # Splink carries along what conditions name outside of lambdas.
    columns = (either_missing(column) for column in comparison.measured)
    missing = {
        "sql_condition": condition(comparison, " AND ".join((comparison.nothing_to_compare, *columns))),
        "label_for_charts": "nothing to compare",
        "is_null_level": True,
    }
    return {
        "output_column_name": comparison.name,
        "comparison_levels": [
            missing,
            *(_level(comparison, level, levels.get(comparison.code(level)), condition) for level in comparison.levels),
        ],
    }


def _level(
    comparison: Comparison,
    level: Level,
    parameters: LevelParameters | None,
    condition: Callable[[Comparison, str], str],
) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "sql_condition": condition(comparison, level.whole_condition),
        "label_for_charts": level.words,
    }
    if level.weight is not None:
        parameters = policy_parameters(level.weight)
        settings |= {"fix_m_probability": True, "fix_u_probability": True}
    if parameters is not None:
        settings |= {"m_probability": parameters.m, "u_probability": parameters.u}
    if level.term_frequency is not None:
        settings |= {
            "tf_adjustment_column": level.term_frequency,
            "tf_adjustment_weight": level.term_frequency_weight,
            "tf_minimum_u_value": level.rarest,
            "disable_tf_exact_match_detection": True,
        }
    return settings
