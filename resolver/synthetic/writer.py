"""Generated records into files: JSON lines for the records, comma-separated values for the truth."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from resolver.synthetic.generator import GeneratedRecord

TRUTH_COLUMNS = ("record", "person", "owner_country", "nationality", "scripts", "household", "kinds")


def write_files(generated: Iterable[GeneratedRecord], records: Path, truth: Path) -> Iterator[GeneratedRecord]:
    """Writes each record to both files as it passes, and hands it on."""
    with (
        records.open("w", encoding="utf-8", newline="\n") as lines,
        truth.open("w", encoding="utf-8", newline="") as rows,
    ):
        table = csv.writer(rows, lineterminator="\n")
        table.writerow(TRUTH_COLUMNS)
        for one in generated:
            lines.write(json.dumps(one.record, ensure_ascii=False, separators=(",", ":")) + "\n")
            row = (one.record["name"], one.person, one.owner_country, one.nationality, one.scripts)
            table.writerow((*row, one.household, one.kinds))
            yield one
