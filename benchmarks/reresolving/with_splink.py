"""Splink's `predict` and clustering with this project's model, by its public API: FOLDER MEMORY THREADS.

It is given standardised columns, blocking keys and term frequencies as a table of DuckDB, and keeps no columns but the
weights, which is the least that it can do. A threshold leaves it the same pairs to write as ours keep by weight.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from splink import DuckDBAPI, Linker

from benchmarks.reresolving.phases import READING, Phases
from resolver.identity.policy import STANDARD, for_holding
from resolver.linkage.model import shipped_model
from resolver.linkage.settings import splink_settings


def main(folder: Path, memory: str, threads: int) -> None:
    """Predicts and clusters the records of a folder, with the definition as it is."""
    model = shipped_model()
    predicted_and_clustered(folder, memory, threads, DuckDBAPI, splink_settings(model.prior, model.levels))


def predicted_and_clustered(
    folder: Path, memory: str, threads: int, kind: type[DuckDBAPI], settings: dict[str, Any]
) -> None:
    """Predicts and clusters the records of a folder, by a way to DuckDB."""
    phases = Phases()
    phases.begin(READING)
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET memory_limit = ?", [memory])
    connection.execute(f"SET threads = {threads:d}")
    connection.execute("SET temp_directory = ?", [str(folder / "splink.tmp")])
    connection.execute(
        "CREATE TABLE standardised AS SELECT * FROM read_parquet(?)", [str(folder / "comparable.parquet")]
    )
    ((records,),) = connection.execute("SELECT count(*) FROM standardised").fetchall()
    policy = for_holding(STANDARD, records)
    settings |= {"retain_intermediate_calculation_columns": False, "retain_matching_columns": False}
    linker = Linker(kind(connection).register("standardised"), settings, log_level="ERROR")
    with phases.phase("predict"):
        predicted = linker.inference.predict(threshold_match_weight=policy.review_weight)
    with phases.phase("clustering"):
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predicted, threshold_match_weight=policy.merge_weight
        )
        found = clusters.as_duckdbpyrelation().select("cluster_id").fetchnumpy()
    _, sizes = np.unique(found["cluster_id"], return_counts=True)
    phases.write(0, predicted.as_duckdbpyrelation().shape[0], int((sizes > 1).sum()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
