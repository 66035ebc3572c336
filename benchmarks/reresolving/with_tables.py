"""Blocking, scoring and grouping as this project does it, from the same tables as Splink's: FOLDER MEMORY THREADS.

The functions are those of a plan of re-resolution; what the rules of the groups read, facts, is counted as grouping.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from benchmarks.reresolving.phases import READING, Phases
from resolver.identity.policy import STANDARD, for_holding
from resolver.jobs.resolving import within_duckdb
from resolver.jobs.uniting import united
from resolver.linkage.columns import SCHEMA
from resolver.linkage.model import shipped_model
from resolver.store.attaching import scratch_beside
from resolver.store.configuration import Configuration
from resolver.store.facts_table import FactsTable


def main(folder: Path, memory: str, threads: int) -> None:
    """Resolves the records of a folder."""
    phases = Phases()
    phases.begin(READING)
    connection = scratch_beside(folder / "ours", None, memory)
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(f"SET threads = {threads:d}")
    table = str(folder / "comparable.parquet")
    columns = ", ".join(SCHEMA.names)
    connection.execute(f"CREATE TABLE comparable AS SELECT {columns} FROM read_parquet(?)", [table])  # noqa: S608
    connection.execute(
        "CREATE TABLE blocking_keys AS SELECT unnest(blocking_keys) AS key, record_number FROM read_parquet(?)", [table]
    )
    ((records,),) = connection.execute("SELECT count(*) FROM comparable").fetchall()
    configuration = Configuration(shipped_model(), for_holding(STANDARD, records))
    weighed = within_duckdb(connection, configuration, phases.told)
    phases.begin("uniting")
    stated = connection.execute("SELECT * FROM read_parquet(?)", [str(folder / "facts.parquet")]).to_arrow_table()
    identities = united(FactsTable(stated), weighed.pairs, configuration.policy)
    _, sizes = np.unique(identities.identity, return_counts=True)
    phases.write(weighed.candidates, len(weighed.pairs), int((sizes > 1).sum()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
