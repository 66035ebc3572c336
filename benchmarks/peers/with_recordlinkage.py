"""The recordlinkage toolkit: candidates by blocks and a sorted neighbourhood, comparison, ECM without labels."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import recordlinkage
from telling import Telling

ALIKE = 0.88
WINDOW = 9


def main(folder: Path, output: Path) -> None:
    """Finds the matching pairs of a table; the toolkit does not group them."""
    told = Telling("recordlinkage", output)
    with told.step("reading"):
        frame = pd.read_csv(folder / "flat.csv", dtype=str, index_col="record")
    with told.step("index"):
        index = recordlinkage.Index()
        index.block("document")
        index.block("birth_date")
        index.sortedneighbourhood("name", window=WINDOW)
        candidates = index.index(frame)
    with told.step("compare"):
        compare = recordlinkage.Compare()
        for column in ("name", "father", "birth_place"):
            compare.string(column, column, method="jarowinkler", threshold=ALIKE, label=column)
        for column in ("birth_date", "birth_year", "sex", "nationality", "document"):
            compare.exact(column, column, label=column)
        vectors = compare.compute(candidates, frame)
    with told.step("ECM"):
        matches = recordlinkage.ECMClassifier().fit_predict(vectors)
    told.pairs(matches.tolist())
    told.end()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
