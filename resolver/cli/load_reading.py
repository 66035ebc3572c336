"""Rows of a holding become submissions, with the checks of the service; this goes to the processes that prepare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from resolver.cli.batches import record_of
from resolver.cli.foreign_rows import json_by
from resolver.domain.owner import Owner
from resolver.engine.asked.submission import Submission
from resolver.jobs.load_rows import Stated
from resolver.jobs.mapping import Mapping
from resolver.jobs.readers import Row
from resolver.jobs.rejects import Reject, rejected
from resolver.rpc.requests import submission_or_error


@dataclass(frozen=True, slots=True)
class RecordReading:
    """How rows are read: by a mapping, if any, and whose records are that do not say whose they are."""

    mapping: Mapping | None
    owner: Owner | None

    def __call__(self, rows: Sequence[Row]) -> Stated:
        """What the rows state."""
        found = [(row.line, self._read(row)) for row in rows]
        return Stated(
            tuple((line, each) for line, each in found if isinstance(each, Submission)),
            tuple(each for _, each in found if isinstance(each, Reject)),
        )

    def _read(self, row: Row) -> Submission | Reject:
        record = record_of(row, json_by(self.mapping))
        if isinstance(record, Reject):
            return record
        found = submission_or_error(record, self.owner, "record")
        return found if isinstance(found, Submission) else rejected(row.line, record.name, found)
