"""goldenmatch in the two uses that its documentation begins with: without configuration, and with columns named."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import goldenmatch
from telling import Telling

USES: dict[str, dict[str, Any]] = {
    "zero": {},
    "named": {"exact": ["document"], "fuzzy": {"name": 0.85}, "blocking": ["birth_year"]},
}


def main(folder: Path, output: Path, use: str) -> None:
    """Groups a table; in the use `zero` goldenmatch chooses columns, comparison and blocking itself."""
    told = Telling("goldenmatch", output)
    with (folder / "flat.csv").open(encoding="utf-8", newline="") as file:
        names = [row["record"] for row in csv.DictReader(file)]
    with told.step("dedupe"):
        result = goldenmatch.dedupe(str(folder / "anonymous.csv"), **USES[use])
        clusters = [cluster["members"] for cluster in result.clusters.values()]
    told.groups([names[row] for row in cluster] for cluster in clusters)
    told.end()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
