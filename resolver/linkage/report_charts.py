"""Splink's own charts of a model and of scored pairs, as Vega-Lite specifications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from splink import DuckDBAPI, Linker
from splink.internals.accuracy import truth_space_table_from_labels_with_predictions_sqls
from splink.internals.charts import PrecisionRecallChart, ThresholdSelectionToolChart

from resolver.linkage.comparisons import COMPARISONS, TERM_FREQUENCY_COLUMNS
from resolver.linkage.model import Model
from resolver.linkage.settings import UNIQUE_ID, splink_settings

Chart = dict[str, Any]

_LONGEST_IN_A_CHART = 18
"""Characters of a value that a bar of a waterfall has room for."""
_IDENTIFYING_COLUMNS = frozenset({"contact"})
"""Columns whose values point to one person; a chart of their frequencies would print them."""
_TRUTH_SPACE = "WITH {steps} SELECT * FROM {last} ORDER BY truth_threshold"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a waterfall; `weight` in bits."""

    comparison: str
    words: str
    left: str
    right: str
    weight: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """How a match weight adds up: the chart, and its steps in order with what both records state."""

    chart: Chart
    steps: tuple[Step, ...]


class ModelCharts:
    """Draws a model on a table of comparable records (`linkage.columns.SCHEMA`)."""

    def __init__(self, model: Model, table: pa.Table) -> None:
        self._table = table
        settings = splink_settings(model.prior, model.levels)
        settings["blocking_rules_to_generate_predictions"] = []
        # A waterfall shows the value whose rarity counts, which no condition reads.
        settings["additional_columns_to_retain"] = list(TERM_FREQUENCY_COLUMNS)
        self._api = DuckDBAPI(duckdb.connect())
        self._linker = Linker(self._api.register(table), settings, log_level=None)

    def match_weights(self) -> Chart:
        """The match weight of every level."""
        return dict(self._linker.visualisations.match_weights_chart().chart_dict)

    def parameters(self) -> Chart:
        """m and u of every level."""
        return dict(self._linker.visualisations.m_u_parameters_chart().chart_dict)

    def term_frequencies(self) -> dict[str, Chart]:
        """For each comparison that is adjusted for one column of texts, what frequent and rare values add or take."""
        charts = {}
        for comparison in COMPARISONS:
            columns = {level.term_frequency for level in comparison.levels if level.term_frequency is not None}
            if len(columns) == 1 and all(self._can_be_shown(column) for column in columns):
                chart = self._linker.visualisations.tf_adjustment_chart(comparison.name)
                charts[comparison.name] = dict(chart.chart_dict)
        return charts

    def waterfalls(self, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Waterfall]:
        """For each pair of record numbers, the smaller first, how its match weight adds up."""
        if not pairs:
            return {}
        lefts, rights = ({pair[side] for pair in pairs} for side in (0, 1))
        scored = self._linker.inference.score_pairs(self._rows(lefts), self._rows(rights))
        wanted = set(pairs)
        found: dict[tuple[int, int], Waterfall] = {}
        for row in scored.as_record_list():
            one, other = row[f"{UNIQUE_ID}_l"], row[f"{UNIQUE_ID}_r"]
            pair = min(one, other), max(one, other)
            if pair in wanted:
                chart = self._linker.visualisations.waterfall_chart([_readable(row)]).chart_dict
                found[pair] = _waterfall(chart)
        return found

    def _can_be_shown(self, column: str) -> bool:
        values = self._table[column]
        stated = values.null_count < self._table.num_rows
        return stated and column not in _IDENTIFYING_COLUMNS and pa.types.is_string(values.type)

    def _rows(self, numbers: set[int]) -> Any:  # noqa: ANN401 - Splink's data frame
        chosen = pa.array(sorted(numbers), pa.int64())
        return self._api.register(self._table.filter(pc.is_in(self._table[UNIQUE_ID], chosen)))


def accuracy_charts(connection: duckdb.DuckDBPyConnection, judged: str, all_pairs: int) -> tuple[Chart, Chart]:
    """Precision and recall by threshold, and against each other.

    Args:
        connection: where `judged` is.
        judged: a relation of match_weight, clerical_match_score (1 true, 0 false) and found_by_blocking_rules:
            all candidate pairs and all true pairs.
        all_pairs: how many pairs the records make; those not in `judged` are false and not found.
    """
    steps = [
        {"output_table_name": "__splink__labels_with_predictions", "sql": f"SELECT * FROM {judged}"},  # noqa: S608
        *truth_space_table_from_labels_with_predictions_sqls(match_weight_round_to_nearest=0.1, total_labels=all_pairs),
    ]
    sql = _TRUTH_SPACE.format(
        steps=", ".join(f"{step['output_table_name']} AS ({step['sql']})" for step in steps),
        last=steps[-1]["output_table_name"],
    )
    rows: list[dict[str, Any]] = connection.sql(sql).to_arrow_table().to_pylist()
    return (
        dict(ThresholdSelectionToolChart(rows, add_metrics=["f1"]).chart_dict),
        dict(PrecisionRecallChart(rows).chart_dict),
    )


def _readable(row: Mapping[str, Any]) -> dict[str, Any]:
    """A scored pair with its lists as text; what is not stated is empty."""
    return {name: value if _is_figure(name) else _text(value) for name, value in row.items()}


def _is_figure(name: str) -> bool:
    return name.startswith(("gamma_", "mw_", "bf_", "tf_", "match_", UNIQUE_ID))


def _text(value: object) -> str:
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, list):
        return "; ".join(" ".join(each) if isinstance(each, list) else _text(each) for each in value)
    return str(value)


def _waterfall(chart: Mapping[str, Any]) -> Waterfall:
    """The chart without its slider between pairs and the conditions in SQL, values cut to what a bar has room for."""
    parameters = [{key: value for key, value in each.items() if key != "bind"} for each in chart["params"]]
    values, steps = [], []
    for each in chart["data"]["values"]:
        left, right = _stated(each["value_l"]), _stated(each["value_r"])
        values.append(each | {"sql_condition": "", "value_l": _short(left), "value_r": _short(right)})
        if each["log2_bayes_factor"]:
            name, words = each["column_name"].replace("_", " "), each["label_for_charts"]
            steps.append(Step(name, words, left, right, each["log2_bayes_factor"]))
    return Waterfall(dict(chart) | {"params": parameters, "data": {"values": values}}, tuple(steps))


def _stated(values: str) -> str:
    """What the columns of a comparison state, once each."""
    return ", ".join(dict.fromkeys(value for value in values.split(", ") if value))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_IN_A_CHART else text[: _LONGEST_IN_A_CHART - 1] + "…"
