"""Made-up holdings as tables for Splink, most of them in a store, too: made once, in `build/benchmarks`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.bulk_load import records_of
from benchmarks.made_up import domain_record
from benchmarks.performance.holdings import CACHE, STORED_BY, made_once, source_digest
from benchmarks.side_by_side import side_by_side
from resolver.linkage.model import shipped_model
from resolver.linkage.term_frequencies import REFERENCE_HOLDING, TermFrequencies
from resolver.store.attaching import connect, quoted
from resolver.store.content import content_of
from resolver.store.content_tables import content_tables
from resolver.store.facts_table import with_names
from resolver.synthetic.generator import GeneratedRecord, generate_records

_TABLES = {
    "comparable": """SELECT c.*, k.blocking_keys FROM comparable c LEFT JOIN (
  SELECT record_number, list(key::BIGINT) AS blocking_keys FROM blocking_keys GROUP BY record_number
) k USING (record_number) ORDER BY c.record_number""",
    "facts": "SELECT r.name, f.* FROM facts f JOIN records r ON r.number = f.record_number ORDER BY r.number",
}


@dataclass(frozen=True, slots=True)
class Tables:
    """In the `folder`: `comparable.parquet`, with `blocking_keys` for `holding` records, and `facts.parquet`."""

    records: int
    folder: Path
    holding: int = REFERENCE_HOLDING


class LoadedStore(Tables):
    """A store, closed; in its `folder` also its tables."""

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
            with closing(connect(there.path, read_only=True)) as connection:
                _write_tables(connection, unfinished)
    return LoadedStore(records, folder)


def lone_tables(seed: int, records: int, progress: Callable[[str], None]) -> Tables:
    """The tables of the holding of a seed and size, with blocking keys for its size, made unless they are there."""
    folder = CACHE / f"tables-{seed}-{records}-{source_digest(STORED_BY)}"
    with made_once(folder) as unfinished:
        if unfinished is not None:
            frequencies = replace(shipped_model().frequencies, holding=records)
            made = side_by_side(generate_records(seed, records), partial(_tables_of, frequencies))
            with ExitStack() as stack:
                writers: list[pq.ParquetWriter] = []
                for done, tables in made:
                    if not writers:
                        paths = [unfinished / f"{name}.parquet" for name in _TABLES]
                        opened = map(pq.ParquetWriter, paths, (table.schema for table in tables))
                        writers = [stack.enter_context(each) for each in opened]
                    for writer, table in zip(writers, tables, strict=True):
                        writer.write_table(table)
                    progress(f"tables of {done:,} of {records:,} records")
    return Tables(records, folder, records)


def _tables_of(
    frequencies: TermFrequencies, first: int, generated: Sequence[GeneratedRecord]
) -> tuple[pa.Table, pa.Table]:
    """Both tables of some records; a store numbers records from 1."""
    content = {
        number: content_of(domain_record(each), frequencies) for number, each in enumerate(generated, start=first + 1)
    }
    comparable, facts, keys = content_tables(content, frequencies)
    ends = np.cumsum([0, *(len(each.keys) for each in content.values())], dtype=np.int32)
    blocking_keys = pa.ListArray.from_arrays(ends, keys["key"].combine_chunks())
    named = with_names([each.facts.key for each in content.values()], facts)
    return comparable.append_column("blocking_keys", blocking_keys), named


def _write_tables(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    for name, query in _TABLES.items():
        target = quoted(str(folder / f"{name}.parquet"))
        connection.execute(f"COPY ({query}) TO {target} (FORMAT parquet)")
