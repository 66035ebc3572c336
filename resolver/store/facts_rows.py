"""What the rules read of a record, to rows and back."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from resolver.domain.comparable import ComparableRecord
from resolver.identity.conflicts import Document, Facts

_TEXTS = pa.list_(pa.string())
SCHEMA = pa.schema(
    [
        ("record_number", pa.int64()),
        ("minor", pa.bool_()),
        ("sexes", _TEXTS),
        ("fathers", _TEXTS),
        ("birth_days", _TEXTS),
        (
            "documents",
            pa.list_(
                pa.struct(
                    [
                        ("kind", pa.string()),
                        ("number", pa.string()),
                        ("first_day", pa.date32()),
                        ("last_day", pa.date32()),
                    ]
                )
            ),
        ),
        ("biometric_references", _TEXTS),
        ("biometric_excluded", _TEXTS),
    ]
)


def facts_of(key: str, record: ComparableRecord) -> Facts:
    """The facts of a record named `key`."""
    return Facts(
        key=key,
        minor=record.minor,
        sexes=frozenset([record.sex] if record.sex else []),
        fathers=frozenset(record.fathers_of_record),
        birth_days=frozenset(record.birth_days),
        documents=frozenset(Document(*period) for period in record.document_periods),
        biometric_references=frozenset(record.biometric_references),
        biometric_excluded=frozenset(record.biometric_excluded),
    )


def facts_row(number: int, facts: Facts) -> tuple[Any, ...]:
    """A row of `SCHEMA`."""
    documents = [
        {"kind": item.kind, "number": item.number, "first_day": item.first, "last_day": item.last}
        for item in sorted(facts.documents, key=lambda item: (item.kind, item.number, item.first, item.last))
    ]
    return (
        number,
        facts.minor,
        sorted(facts.sexes),
        sorted(facts.fathers),
        sorted(facts.birth_days),
        documents,
        sorted(facts.biometric_references),
        sorted(facts.biometric_excluded),
    )


def facts_from_row(key: str, row: tuple[Any, ...]) -> Facts:
    """The facts that `facts_row` wrote, without its number."""
    minor, sexes, fathers, birth_days, documents, references, excluded = row
    return Facts(
        key=key,
        minor=minor,
        sexes=frozenset(sexes),
        fathers=frozenset(fathers),
        birth_days=frozenset(birth_days),
        documents=frozenset(
            Document(item["kind"], item["number"], item["first_day"], item["last_day"]) for item in documents
        ),
        biometric_references=frozenset(references),
        biometric_excluded=frozenset(excluded),
    )
