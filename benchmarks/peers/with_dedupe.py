"""dedupe: it asks about the pairs that it is least sure of, the truth answers in a person's place, then `partition`."""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

import dedupe
from dedupe import variables
from telling import Telling

LABELLED = 100
SAMPLE = 500
THRESHOLD = 0.5
Row = dict[str, str | None]


def main(folder: Path, output: Path) -> None:
    """Trains with the answers of `truth.csv` and groups the table."""
    random.seed(1)
    told = Telling("dedupe", output)
    with told.step("reading"):
        data = _rows(folder / "flat.csv")
        persons = _persons(folder / "truth.csv")
    with told.step("training"):
        # Its documentation has ShortString for speed: the other kind of text makes training last minutes here.
        deduper = dedupe.Dedupe(
            [
                variables.ShortString("name"),
                variables.ShortString("father", has_missing=True),
                variables.ShortString("birth_place", has_missing=True),
                variables.ShortString("birth_date", has_missing=True),
                variables.ShortString("birth_year", has_missing=True),
                variables.Exact("sex", has_missing=True),
                variables.Exact("nationality", has_missing=True),
                variables.ShortString("document", has_missing=True),
            ]
        )
        deduper.prepare_training(data, sample_size=SAMPLE)
        for _ in range(LABELLED):
            deduper.mark_pairs(_answered(deduper.uncertain_pairs(), persons))
        deduper.train(index_predicates=False)
        deduper.cleanup_training()
    with told.step("partition"):
        groups = deduper.partition(data, THRESHOLD)
    told.groups(records for records, _ in groups)
    told.end()


def _rows(path: Path) -> dict[str, Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["record"]: {key: value or None for key, value in row.items()} for row in csv.DictReader(file)}


def _persons(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["record"]: row["person"] for row in csv.DictReader(file)}


def _answered(pairs: list[tuple[Row, Row]], persons: dict[str, str]) -> dict[str, list[tuple[Row, Row]]]:
    """What a person who knows the truth says of the pairs that dedupe asks about."""
    answers: dict[str, list[tuple[Row, Row]]] = {"match": [], "distinct": []}
    for one, other in pairs:
        same = persons[str(one["record"])] == persons[str(other["record"])]
        answers["match" if same else "distinct"].append((one, other))
    return answers


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
