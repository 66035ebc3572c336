"""Recall of single name tokens across scripts, at 1 % false positives.

Positives are the rows of a file of Latin and native spellings; negatives are as many random re-pairings as re-pairings
of words that begin with one sound. Even rows are for development, odd rows for reporting. The score is what SQL can
compute of a pair's romanised forms, skeletons and sounds; the comparison of names does not use it yet, it asks for
equal skeletons or one edit between them.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
from anyascii import anyascii

from resolver.standardise.hearing import heard
from resolver.standardise.names import readings_of

DATA = Path(__file__).parents[2] / "shared" / "data"
FILES = {"Arabic": "translit_arabic.csv", "Russian": "translit_russian.csv"}
HALVES = {"development": 0, "report": 1}
FALSE_POSITIVES = 0.01
NEGATIVES_OF_A_KIND = 4_000
SEED = 404

LIKENESS = """
    1 - (2 * damerau_levenshtein(skeleton_l, skeleton_r)
       + 3 * damerau_levenshtein(heard_l, heard_r)
       + damerau_levenshtein(form_l, form_r))::DOUBLE
      / (2 * greatest(length(skeleton_l), length(skeleton_r))
       + 3 * greatest(length(heard_l), length(heard_r))
       + greatest(length(form_l), length(form_r)))
"""
"""SQL: the likeness of two words, from 0 to 1; 1 where form, skeleton and sound are the same."""

_BEST_OF_READINGS = f"same, max({LIKENESS}), bool_or(skeleton_l = skeleton_r)"
_COLUMNS = ("pair", "same", "form_l", "skeleton_l", "heard_l", "form_r", "skeleton_r", "heard_r")
# First letters that different schools write for one sound.
_FIRST_SOUNDS = str.maketrans("cqaeiouywgz", "kkaaaaaivjs")

Row = tuple[str, str]
Pair = tuple[str, str, bool]


def main() -> None:
    """Prints the recall for each file and half."""
    found = measure()
    if found is None:
        print(f"The evaluation data are not there ({DATA}); nothing measured.")
        return
    for name, value in found.items():
        print(f"{name:45} {value:.4f}")


def measure() -> dict[str, float] | None:
    """Recall and equal skeletons' recall by file and half; None when the data are not there."""
    if not all((DATA / file).is_file() for file in FILES.values()):
        return None
    found: dict[str, float] = {}
    for language, file in FILES.items():
        for half, start in HALVES.items():
            recall, equal = _measured(_rows(DATA / file)[start::2])
            found[f"{language}, {half}: recall at 1 %"] = recall
            found[f"{language}, {half}: skeletons equal"] = equal
    return found


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["latin"], row["native"]) for row in csv.DictReader(file)]


def _measured(rows: list[Row]) -> tuple[float, float]:
    values = [value for number, pair in enumerate(_pairs(rows)) for value in _as_columns(number, pair)]
    pairs = pa.table({name: list(column) for name, column in zip(_COLUMNS, zip(*values, strict=True), strict=True)})
    with duckdb.connect() as connection:
        scored = connection.from_arrow(pairs).aggregate(_BEST_OF_READINGS, "pair, same").fetchall()
    negatives = sorted((likeness for same, likeness, _ in scored if not same), reverse=True)
    limit = negatives[int(FALSE_POSITIVES * len(negatives))]
    positives = [(likeness > limit, equal) for same, likeness, equal in scored if same]
    # Rows without a word that can be compared are misses.
    return sum(hit for hit, _ in positives) / len(rows), sum(equal for _, equal in positives) / len(rows)


def _pairs(rows: list[Row]) -> Iterator[Pair]:
    """The rows as positives, then re-pairings as negatives."""
    yield from ((latin, native, True) for latin, native in rows)
    choose = random.Random(SEED)
    by_sound: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_sound[_first_sound(row[0])].append(row)
    for likely in (False, True):
        left = NEGATIVES_OF_A_KIND
        while left:
            one = choose.choice(rows)
            other = choose.choice(by_sound[_first_sound(one[0])] if likely else rows)
            if one[0] != other[0] and one[1] != other[1]:
                yield one[0], other[1], False
                left -= 1


def _first_sound(word: str) -> str:
    letters = [letter for letter in anyascii(word).lower() if letter.isalpha()]
    return letters[0].translate(_FIRST_SOUNDS) if letters else ""


def _as_columns(number: int, pair: Pair) -> Iterator[tuple[object, ...]]:
    """The pair in each combination of its words' readings."""
    latin, native, same = pair
    for one in _spellings(latin):
        for other in _spellings(native):
            yield (number, same, *one, *other)


def _spellings(word: str) -> list[tuple[str, str, str]]:
    readings = [reading.tokens for reading in readings_of(word)]
    joined = [("".join(t.form for t in tokens), "".join(t.bones for t in tokens)) for tokens in readings]
    return [(form, bones, heard(form)) for form, bones in joined]


if __name__ == "__main__":
    main()
