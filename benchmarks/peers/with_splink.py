"""Splink's public API with this project's model: `score_pairs`, `predict_between`, `predict` with clustering.

The columns come standardised, with blocking keys and frozen term frequencies; Splink has no part in making them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as parquet
from splink import DuckDBAPI, Linker
from splink.internals.splink_dataframe import SplinkDataFrame
from telling import Telling

ID = "record_number"
REPEATED = 10


def main(folder: Path, output: Path) -> None:
    """Scores, predicts and clusters the tables of a folder."""
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    merge_weight = json.loads((folder / "policy.json").read_text(encoding="utf-8"))["merge_weight"]
    told = Telling("splink", output)
    with told.step("reading"):
        api = DuckDBAPI(duckdb.connect())
        table = api.register(parquet.read_table(folder / "comparable.parquet"))
        linker = Linker(table, settings, log_level="ERROR")
    with told.step("predict"):
        predicted = linker.inference.predict(threshold_match_weight=merge_weight)
    with told.step("clustering"):
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predicted, threshold_match_weight=merge_weight
        )
        rows = clusters.as_duckdbpyrelation().select(f"{ID}, cluster_id").fetchall()
    names = parquet.read_table(folder / "names.parquet").column("name").to_pylist()
    groups: dict[int, list[str]] = {}
    for number, cluster in rows:
        groups.setdefault(cluster, []).append(names[number])
    told.groups(groups.values())
    left, right = (parquet.read_table(folder / f"pair_{side}.parquet") for side in ("left", "right"))
    for _ in range(REPEATED):
        with told.once("score_pairs"):
            scored = linker.inference.score_pairs(api.register(left), api.register(right))
            scored.as_duckdbpyrelation().fetchall()
    linker, api, table, new = _for_new_records(folder, settings)
    for place in range(REPEATED):
        with told.once("predict_between"):
            arrived = api.register(new.slice(place, 1))
            found = linker.inference.predict_between(table, arrived, threshold_match_weight=merge_weight)
            found.as_duckdbpyrelation().fetchall()
    told.end()


def _for_new_records(folder: Path, settings: dict[str, Any]) -> tuple[Linker, DuckDBAPI, SplinkDataFrame, pa.Table]:
    """A linker with tables of term frequencies, which `predict_between` joins even where there are columns of them."""
    old, new = (parquet.read_table(folder / f"{name}.parquet") for name in ("comparable", "new"))
    frequencies = [name for name in old.column_names if name.startswith("tf_")]
    api = DuckDBAPI(duckdb.connect())
    table = api.register(old.drop_columns(frequencies))
    linker = Linker(table, settings, log_level="ERROR")
    for frequency in frequencies:
        column = frequency.removeprefix("tf_")
        known = pa.concat_tables([old, new]).select([column, frequency]).drop_null()
        each = known.group_by(column).aggregate([(frequency, "max")]).rename_columns([column, frequency])
        linker.table_management.register_term_frequency_lookup(api.register(each), column)
    return linker, api, table, new.drop_columns(frequencies)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
