"""A truth file says which records are one person: CSV with `record,person` and, where known, groups of the record."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

_SEPARATORS = "+|, "


class TruthInvalid(Exception):
    """The truth file cannot be used; the message names the line."""


@dataclass(frozen=True, slots=True)
class TrueRecord:
    """A record, its person, and the groups that it belongs to; `name_band` says how common its name is."""

    record: str
    person: str
    owner_country: str = ""
    nationalities: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    name_band: str = ""


def read_truth(path: Path) -> list[TrueRecord]:
    """The records of a truth file. `nationality` and `scripts` may have several values, as `Arab+Latn`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = {"record", "person"} - set(reader.fieldnames or ())
        if missing:
            raise TruthInvalid(f"{path.name}: the header lacks {', '.join(sorted(missing))}")
        records = [_true_record(path, reader.line_num, row) for row in reader]
    if len({each.record for each in records}) != len(records):
        raise TruthInvalid(f"{path.name}: a record is named twice")
    return records


def _true_record(path: Path, line: int, row: dict[str, str | None]) -> TrueRecord:
    if not row["record"] or not row["person"]:
        raise TruthInvalid(f"{path.name}, line {line}: record and person must not be empty")
    return TrueRecord(
        record=row["record"],
        person=row["person"],
        owner_country=row.get("owner_country") or "",
        nationalities=_several(row.get("nationality")),
        scripts=_several(row.get("scripts")),
    )


def _several(text: str | None) -> tuple[str, ...]:
    for separator in _SEPARATORS:
        text = (text or "").replace(separator, ";")
    return tuple(dict.fromkeys(part for part in (text or "").split(";") if part))
