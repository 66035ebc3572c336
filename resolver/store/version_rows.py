"""A record's new version as rows: its current row, and the version that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from resolver.domain.marking import Marking
from resolver.identity.names import IdentityNames
from resolver.store import row_schemas
from resolver.store.arrow import arrow_table
from resolver.store.markings import marking_to_text
from resolver.store.resident import KnownRecord


@dataclass(frozen=True, slots=True)
class AcceptedVersion:
    """A new version of a record, to be written; `marking` is None for a withdrawal, which leaves it as it was."""

    record: KnownRecord
    source: str
    update_time: datetime
    payload: bytes
    marking: Marking | None


def records_table(versions: Sequence[AcceptedVersion], names: IdentityNames, guards: Sequence[int]) -> pa.Table:
    """The current rows of records, of a store that gives names; `guards` are the numbers of their guards."""
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
            names.handle(item.record.number, item.record.name),
            guard,
            None if item.marking is None else marking_to_text(item.marking),
        )
        for item, guard in zip(versions, guards, strict=True)
    ]
    return arrow_table(row_schemas.RECORDS, rows)


def versions_table(versions: Sequence[AcceptedVersion], guards: Sequence[int]) -> pa.Table:
    """The versions, as they were sent; `guards` are the numbers of their guards."""
    rows = [
        (item.record.number, item.record.version, item.record.withdrawn, item.update_time, item.payload, guard)
        for item, guard in zip(versions, guards, strict=True)
    ]
    return arrow_table(row_schemas.VERSIONS, rows)
