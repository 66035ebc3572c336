"""A record's new version as rows: its current row, and the version that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from resolver.store import row_schemas
from resolver.store.arrow import arrow_table
from resolver.store.resident import KnownRecord


@dataclass(frozen=True, slots=True)
class AcceptedVersion:
    """A new version of a record, to be written."""

    record: KnownRecord
    source: str
    update_time: datetime
    payload: bytes


def records_table(versions: Sequence[AcceptedVersion]) -> pa.Table:
    """The current rows of records."""
    rows = [
        (
            item.record.number,
            item.record.name,
            item.source,
            item.record.version,
            item.record.withdrawn,
            item.record.create_time,
            item.update_time,
            item.record.digest,
            item.record.standing.country,
            item.record.standing.authority,
            item.record.standing.minor,
            item.record.standing.confirmed,
            item.record.standing.status.value,
        )
        for item in versions
    ]
    return arrow_table(row_schemas.RECORDS, rows)


def versions_table(versions: Sequence[AcceptedVersion]) -> pa.Table:
    """The versions, as they were sent."""
    rows = [
        (item.record.number, item.record.version, item.record.withdrawn, item.update_time, item.payload)
        for item in versions
    ]
    return arrow_table(row_schemas.VERSIONS, rows)
