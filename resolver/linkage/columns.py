"""The columns of a comparable record as an Arrow table: what the store keeps and Splink reads."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2
from operator import attrgetter

import pyarrow as pa

from resolver.domain.comparable import ComparableRecord
from resolver.linkage.comparisons import TERM_FREQUENCY_COLUMNS
from resolver.linkage.term_frequencies import TermFrequencies

_TEXTS = pa.list_(pa.string())

_COMPARED: tuple[tuple[str, pa.DataType], ...] = (
    ("name_forms", _TEXTS),
    ("part_sounds", pa.map_(pa.string(), pa.string())),
    ("name_tokens", pa.list_(_TEXTS)),
    ("name_parts", _TEXTS),
    ("given_names", _TEXTS),
    ("part_bits", pa.map_(pa.string(), pa.float32())),
    ("name_key", pa.string()),
    ("name_written", _TEXTS),
    ("name_joined", _TEXTS),
    ("cut_parts", _TEXTS),
    ("low_aliases", _TEXTS),
    ("kunyas", _TEXTS),
    ("kunya", pa.string()),
    ("fathers", _TEXTS),
    ("mothers", _TEXTS),
    ("birth_days", _TEXTS),
    ("birth_defaults", _TEXTS),
    ("birth_swaps", _TEXTS),
    ("birth_conversions", _TEXTS),
    ("birth_years", pa.list_(pa.int16())),
    ("birth_from", pa.date32()),
    ("birth_to", pa.date32()),
    ("birth_localities", _TEXTS),
    ("birth_locality", pa.string()),
    ("birth_countries", _TEXTS),
    ("addresses", pa.list_(_TEXTS)),
    ("residence_localities", _TEXTS),
    ("residence_countries", _TEXTS),
    ("nationalities", _TEXTS),
    ("nationality_codes", _TEXTS),
    ("nationality", pa.string()),
    ("sex", pa.string()),
    ("document_keys", _TEXTS),
    ("document_numbers", _TEXTS),
    ("document_kinds", _TEXTS),
    ("document_unsafe", _TEXTS),
    ("biometric_references", _TEXTS),
    ("biometric_same", _TEXTS),
    ("biometric_probable", _TEXTS),
    ("biometric_candidates", _TEXTS),
    ("biometric_excluded", _TEXTS),
    ("contacts", _TEXTS),
    ("contact", pa.string()),
)

COMPARED_COLUMNS: tuple[str, ...] = tuple(name for name, _ in _COMPARED)
"""Names of the columns that comparisons read, without the `tf_` columns."""

TF_COLUMNS: tuple[str, ...] = tuple(f"tf_{name}" for name in TERM_FREQUENCY_COLUMNS)
"""Names of the columns with term frequencies."""

SCHEMA = pa.schema([("record_number", pa.int64()), *_COMPARED, *((name, pa.float64()) for name in TF_COLUMNS)])
"""Arrow schema of the comparable table."""


def comparable_table(
    numbers: Sequence[int], records: Sequence[ComparableRecord], frequencies: TermFrequencies
) -> pa.Table:
    """Returns the records as a table of `SCHEMA`, empty values as NULL, with their frozen term frequencies."""
    arrays: list[pa.Array] = [pa.array(numbers, pa.int64())]
    for name, kind in _COMPARED:
        if name == "part_bits":
            values = [_part_bits(record, frequencies) or None for record in records]
        else:
            values = [value or None for value in map(attrgetter(name), records)]
        arrays.append(pa.array(values, kind))
    arrays.extend(
        pa.array([_frequency(name, record, frequencies) for record in records], pa.float64())
        for name in TERM_FREQUENCY_COLUMNS
    )
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def _frequency(column: str, record: ComparableRecord, frequencies: TermFrequencies) -> float | None:
    value = getattr(record, column)
    if column == "birth_locality":
        return frequencies.locality(value, record.nationality)
    return frequencies.of(column, value)


def _part_bits(record: ComparableRecord, frequencies: TermFrequencies) -> list[tuple[str, float]]:
    """How rare each part of the record's names is among people of its nationality, in bits."""
    country = record.nationality or next(iter(record.birth_countries), None)
    return [(part, -log2(frequencies.part(part, country))) for part in record.name_parts]
