"""Loaded stores of made-up holdings, and their records as tables for Splink: made once, in `build/benchmarks`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bulk_load import records_of
from benchmarks.performance.holdings import CACHE, STORED_BY, made_once, source_digest
from resolver.store.attaching import connect, quoted

_TABLES = {
    "comparable": """SELECT c.*, k.blocking_keys FROM comparable c LEFT JOIN (
  SELECT record_number, list(key::BIGINT) AS blocking_keys FROM blocking_keys GROUP BY record_number
) k USING (record_number) ORDER BY c.record_number""",
    "facts": "SELECT r.name, f.* FROM facts f JOIN records r ON r.number = f.record_number ORDER BY r.number",
}


@dataclass(frozen=True, slots=True)
class LoadedStore:
    """A store, closed; in its `folder` also tables: `comparable.parquet`, with `blocking_keys`, and `facts.parquet`."""

    records: int
    folder: Path

    @property
    def path(self) -> Path:
        """The store."""
        return self.folder / "store.duckdb"


def loaded_store(seed: int, records: int, progress: Callable[[str], None]) -> LoadedStore:
    """The store of the holding of a seed and size, loaded unless it is there."""
    folder = CACHE / f"loaded-{seed}-{records}-{source_digest(STORED_BY)}"
    with made_once(folder) as unfinished:
        if unfinished is not None:
            there = LoadedStore(records, unfinished)
            progress(f"loading {records:,} records")
            command = [sys.executable, "-m", "resolver.cli", "load", "--database", str(there.path)]
            command += ["--holding", str(records), "--json", str(records_of(seed, records))]
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - our own command
            progress(f"writing {records:,} records as tables")
            _write_tables(there)
    return LoadedStore(records, folder)


def _write_tables(store: LoadedStore) -> None:
    connection = connect(store.path, read_only=True)
    for name, query in _TABLES.items():
        target = quoted(str(store.folder / f"{name}.parquet"))
        connection.execute(f"COPY ({query}) TO {target} (FORMAT parquet)")
    connection.close()
