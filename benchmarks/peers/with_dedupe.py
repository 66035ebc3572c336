"""dedupe: trained with labelled pairs, which its documentation has a person give, then `partition`."""

from __future__ import annotations

import csv
import io
import random
import sys
from itertools import combinations
from pathlib import Path

import dedupe
from dedupe import variables
from dedupe.serializer import write_training
from telling import Telling

MATCHES = 100
DISTINCT = 100
SAMPLE = 500
THRESHOLD = 0.5
Row = dict[str, str | None]


def main(folder: Path, output: Path) -> None:
    """Trains with pairs of the persons of `labels.csv` and groups the table."""
    random.seed(1)
    told = Telling("dedupe", output)
    with told.step("reading"):
        data = _rows(folder / "flat.csv")
        labels = _labels(folder / "labels.csv")
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
        training = io.StringIO()
        write_training(_labelled(data, labels), training)
        training.seek(0)
        deduper.prepare_training(data, training_file=training, sample_size=SAMPLE)
        deduper.train(index_predicates=False)
        deduper.cleanup_training()
    with told.step("partition"):
        groups = deduper.partition(data, THRESHOLD)
    told.groups(records for records, _ in groups)
    told.end()


def _rows(path: Path) -> dict[str, Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row.pop("record"): {key: value or None for key, value in row.items()} for row in csv.DictReader(file)}


def _labels(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["record"]: row["person"] for row in csv.DictReader(file)}


def _labelled(data: dict[str, Row], labels: dict[str, str]) -> dict[str, list[tuple[Row, Row]]]:
    """Pairs of one person, and as many of two."""
    pairs = list(combinations(sorted(labels), 2))
    random.shuffle(pairs)
    same = [pair for pair in pairs if labels[pair[0]] == labels[pair[1]]][:MATCHES]
    other = [pair for pair in pairs if labels[pair[0]] != labels[pair[1]]][:DISTINCT]
    return {
        "match": [(data[one], data[another]) for one, another in same],
        "distinct": [(data[one], data[another]) for one, another in other],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
