"""The records of a holding in the forms that the peers read, made once beside the holding.

- `records.pb`: as they arrive.
- `comparable.parquet`, `names.parquet`: standardised, with blocking keys and term frequencies, for Splink, whose
  settings are in `settings.json` and whose threshold in `policy.json`; `new.parquet`: ten records that come next;
  `pair_left.parquet`, `pair_right.parquet`: one record, and thirty to compare with it.
- `flat.csv`: one row a record, one value a field, in Latin letters; `anonymous.csv`: the same without the record's
  name. Of several names, births and documents it has the first: a flat table has no place for more.
- `truth.csv`: who is who, for a tool that asks a person about pairs.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
from anyascii import anyascii
from google.protobuf import json_format

from benchmarks.performance.holdings import STORED_BY, Holding, Progress, made_once, source_digest
from benchmarks.performance.record_files import read_records
from benchmarks.performance.record_files import write_records as write_messages
from ftf.resolution.v1.record_pb2 import BirthDate, Record, Sex
from resolver.domain.comparable import ComparableRecord
from resolver.identity.policy import STANDARD, for_holding
from resolver.linkage.blocking import blocking_keys
from resolver.linkage.columns import comparable_table
from resolver.linkage.model import Model, shipped_model
from resolver.linkage.settings import splink_settings
from resolver.rpc.convert import record_to_domain
from resolver.standardise.record import standardise

CANDIDATES = 30
NEW = 10
_AT_ONCE = 5_000
_COLUMNS = ("record", "name", "birth_date", "birth_year", "sex", "nationality", "birth_place", "father", "document")


def inputs(of: Holding, progress: Progress) -> Path:
    """The folder with all forms of a holding's records."""
    folder = of.folder / f"peers-{source_digest((*STORED_BY, 'benchmarks/peers/inputs.py'))}"
    with made_once(folder) as unfinished:
        if unfinished is not None:
            progress(f"peers: writing {of.records:,} records in their forms")
            with of.lines.open(encoding="utf-8") as lines:
                records = [json_format.Parse(line, Record()) for line in lines]
            write_messages(unfinished / "records.pb", records)
            _write_flat(unfinished, records)
            shutil.copyfile(of.truth, unfinished / "truth.csv")
            _write_comparable(unfinished, records, read_records(of.arriving)[:NEW])
    return folder


def _write_flat(folder: Path, records: Sequence[Record]) -> None:
    rows = [_flat(record) for record in records]
    for name, first in (("flat.csv", 0), ("anonymous.csv", 1)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(_COLUMNS[first:])
            table.writerows(row[first:] for row in rows)


def _flat(record: Record) -> tuple[str, ...]:
    identity = record.identities[0]
    birth = identity.births[0] if identity.births else None
    return (
        record.name,
        _latin(identity.names[0].full_name) if identity.names else "",
        _day(birth),
        str(birth.earliest.year) if birth is not None else "",
        Sex.Name(identity.sexes[0]).removeprefix("SEX_").lower() if identity.sexes else "",
        identity.nationalities[0] if identity.nationalities else "",
        _latin(identity.birth_places[0].locality) if identity.birth_places else "",
        _latin(record.relatives.father),
        record.documents[0].number if record.documents else "",
    )


def _latin(text: str) -> str:
    return " ".join(anyascii(text).lower().split())


def _day(birth: BirthDate | None) -> str:
    """The day of birth where one is stated, ISO 8601."""
    if birth is None or not birth.earliest.day or birth.HasField("latest"):
        return ""
    return f"{birth.earliest.year:04d}-{birth.earliest.month:02d}-{birth.earliest.day:02d}"


def _write_comparable(folder: Path, records: Sequence[Record], arriving: Sequence[Record]) -> None:
    model = shipped_model()
    policy = for_holding(STANDARD, len(records))
    settings = splink_settings(model.prior, model.levels)
    rules = settings["blocking_rules_to_generate_predictions"]
    settings["blocking_rules_to_generate_predictions"] = [rule.create_blocking_rule_dict("duckdb") for rule in rules]
    (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    (folder / "policy.json").write_text(json.dumps({"merge_weight": policy.merge_weight}), encoding="utf-8")
    writer: parquet.ParquetWriter | None = None
    first: ComparableRecord | None = None
    for start, chunk in _chunks(records):
        standardised = [standardise(record_to_domain(record)) for record in chunk]
        first = first or standardised[0]
        table = _with_keys(start, standardised, model)
        writer = writer or parquet.ParquetWriter(folder / "comparable.parquet", table.schema)
        writer.write_table(table)
    assert writer is not None  # noqa: S101 - a holding has records
    writer.close()
    parquet.write_table(pa.table({"name": [record.name for record in records]}), folder / "names.parquet")
    new = [standardise(record_to_domain(record)) for record in arriving]
    parquet.write_table(_with_keys(len(records), new, model), folder / "new.parquet")
    _write_pairs(folder)


def _chunks(records: Sequence[Record]) -> Iterator[tuple[int, Sequence[Record]]]:
    for start in range(0, len(records), _AT_ONCE):
        yield start, records[start : start + _AT_ONCE]


def _with_keys(start: int, records: Sequence[ComparableRecord], model: Model) -> pa.Table:
    keys = [[key.key for key in blocking_keys(record, model.frequencies)] for record in records]
    table = comparable_table(range(start, start + len(records)), records, model.frequencies)
    return table.append_column("blocking_keys", pa.array(keys, pa.list_(pa.int64())))


def _write_pairs(folder: Path) -> None:
    """The first record on one side, and those that it shares a key with, filled up with any others, on the other."""
    table = parquet.read_table(folder / "comparable.parquet")
    keys = set(table["blocking_keys"][0].as_py())
    alike = [
        number
        for number, others in enumerate(table["blocking_keys"].slice(1).to_pylist(), start=1)
        if not keys.isdisjoint(others)
    ]
    chosen = list(dict.fromkeys([*alike, *range(1, CANDIDATES + 1)]))[:CANDIDATES]
    parquet.write_table(table.slice(0, 1), folder / "pair_left.parquet")
    parquet.write_table(table.take(chosen), folder / "pair_right.parquet")
