"""Made-up holdings and their stores, made once: `build/benchmarks/...`, under a name that tells all they depend on.

A holding is the records of a seed in their order of arrival: the first `records` are in the store, the next `arrivals`
come while it is measured, so that what arrives is as related to the store as its own records are to each other.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from google.protobuf import json_format

from benchmarks.performance.record_files import write_records
from ftf.resolution.v1.record_pb2 import Record
from resolver.identity.policy import STANDARD, for_holding
from resolver.linkage.model import shipped_model
from resolver.synthetic import releases
from resolver.synthetic.generator import GeneratedRecord, generate_records
from resolver.synthetic.writer import write_files

ROOT = Path(__file__).parents[2]
CACHE = ROOT / "build" / "benchmarks"
MADE_BY = ("resolver/synthetic",)
STORED_BY = (*MADE_BY, "resolver/standardise", "resolver/linkage", "resolver/identity", "resolver/store/migrations")
"""The code that decides what is in the records, and in a store of them: a change of it makes them anew."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Holding:
    """A holding on disk; `restricted` is the share of its records that some countries alone may see."""

    seed: int
    records: int
    folder: Path
    restricted: float = 0.0

    @property
    def lines(self) -> Path:
        """The records of the store, JSON lines."""
        return self.folder / "records.jsonl"

    @property
    def truth(self) -> Path:
        """Who is who among them."""
        return self.folder / "truth.csv"

    @property
    def arriving(self) -> Path:
        """The records that come next; see `record_files`."""
        return self.folder / "arriving.pb"


@dataclass(frozen=True, slots=True)
class Store:
    """The store of a holding, closed; `records_per_second` of `resolver load` when it was filled."""

    holding: Holding
    path: Path
    records_per_second: float

    @property
    def policy_arguments(self) -> tuple[str, str]:
        """The arguments that the store has to be served with."""
        return "--holding", str(self.holding.records)


def holding(seed: int, records: int, arrivals: int, progress: Progress, restricted: float = 0.0) -> Holding:
    """The holding, generated unless it is there; the same records whatever share of them is restricted."""
    behind = f"-restricted{restricted:g}" if restricted else ""
    folder = CACHE / f"holding-{records}+{arrivals}-seed{seed}{behind}-{source_digest(MADE_BY)}"
    with made_once(folder) as unfinished:
        if unfinished is not None:
            progress(f"making {records + arrivals:,} records")
            there = Holding(seed, records, unfinished, restricted)
            made = (each.record for each in _first_to_files(there, arrivals))
            write_records(there.arriving, [json_format.ParseDict(each, Record()) for each in made])
    return Holding(seed, records, folder, restricted)


def store(of: Holding, progress: Progress) -> Store:
    """The holding's store, loaded unless it is there."""
    policy = for_holding(STANDARD, of.records)
    made_with = f"{shipped_model().name}|{policy.fingerprint()}|{source_digest(STORED_BY)}"
    folder = of.folder / f"store-{hashlib.sha256(made_with.encode()).hexdigest()[:12]}"
    with made_once(folder) as unfinished:
        if unfinished is not None:
            progress(f"filling a store of {of.records:,} records")
            told = _loaded(of, unfinished / "store.duckdb")
            rate = round(told["records"] / sum(told["seconds"].values()), 1)
            filled = {"records": told["records"], "records_per_second": rate}
            (unfinished / "filled.json").write_text(json.dumps(filled) + "\n", encoding="utf-8")
    told = json.loads((folder / "filled.json").read_text(encoding="utf-8"))
    return Store(of, folder / "store.duckdb", told["records_per_second"])


def _loaded(of: Holding, database: Path) -> dict[str, Any]:
    """Loads the holding into a new store; what the command tells of it."""
    command = [sys.executable, "-m", "resolver.cli", "load", "--database", str(database), "--json"]
    command += ["--holding", str(of.records), "--case-reference", "benchmark", str(of.lines)]
    told: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)  # noqa: S603
    return told


def _first_to_files(there: Holding, arrivals: int) -> Iterator[GeneratedRecord]:
    """Writes the first records to the holding's files and hands the others on."""
    made = generate_records(there.seed, there.records + arrivals)
    generated = releases.restricted(made, there.restricted, there.seed)
    for _ in write_files(islice(generated, there.records), there.lines, there.truth):
        pass
    yield from generated


@contextmanager
def made_once(folder: Path) -> Iterator[Path | None]:
    """A folder to fill, which gets its name at the end; None where it is there already."""
    if folder.is_dir():
        yield None
        return
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
    unfinished.mkdir(parents=True)
    try:
        yield unfinished
        unfinished.replace(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def source_digest(places: tuple[str, ...]) -> str:
    """A digest of files, and of all files in folders: their names and contents."""
    digest = hashlib.sha256()
    for place in places:
        for path in sorted((ROOT / place).rglob("*")) or [ROOT / place]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
