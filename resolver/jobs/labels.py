"""A file of verdicts says of pairs of records whether they are one person: CSV with `record_l,record_r,verdict`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

_COLUMNS = ("record_l", "record_r", "verdict")


class Verdict(Enum):
    """What somebody who compared two records found."""

    SAME = "SAME"
    DIFFERENT = "DIFFERENT"


class LabelsInvalid(Exception):
    """The file of verdicts cannot be used; the message names the file, the line and the column."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Pairs of places in the list of records, the smaller first, by verdict."""

    same: tuple[tuple[int, int], ...]
    different: tuple[tuple[int, int], ...]


def read_labels(path: Path, places: Mapping[str, int]) -> Labels:
    """Reads verdicts on records whose places are known by name.

    Raises:
        LabelsInvalid: a column, a record or a verdict is not known, or a pair is judged in two ways.
    """
    found: dict[tuple[int, int], Verdict] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [column for column in _COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise LabelsInvalid(f"{path.name}, line 1: the header lacks {', '.join(missing)}")
        for row in reader:
            where = f"{path.name}, line {reader.line_num}"
            left, right = (_place(row, column, places, where) for column in ("record_l", "record_r"))
            if left == right:
                raise LabelsInvalid(f"{where}, column record_r: a record cannot be compared with itself")
            verdict = _verdict(row, where)
            if found.setdefault((min(left, right), max(left, right)), verdict) is not verdict:
                raise LabelsInvalid(f"{where}, column verdict: the pair was judged otherwise in an earlier line")
    by_verdict = {verdict: tuple(pair for pair, each in found.items() if each is verdict) for verdict in Verdict}
    return Labels(by_verdict[Verdict.SAME], by_verdict[Verdict.DIFFERENT])


def _place(row: Mapping[str, str | None], column: str, places: Mapping[str, int], where: str) -> int:
    name = row[column] or ""
    if name not in places:
        raise LabelsInvalid(f"{where}, column {column}: {name or 'nothing'} is not among the records")
    return places[name]


def _verdict(row: Mapping[str, str | None], where: str) -> Verdict:
    text = (row["verdict"] or "").strip()
    try:
        return Verdict(text)
    except ValueError:
        known = " or ".join(verdict.value for verdict in Verdict)
        raise LabelsInvalid(f"{where}, column verdict: {text or 'nothing'} is not {known}") from None
