"""One import from beginning to end: what was acknowledged and what was refused is kept beside the input."""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ftf.resolution.v1.decision_pb2 import DecisionKind
from ftf.resolution.v1.record_service_pb2 import GetRecordRequest
from ftf.resolution.v1.resolution_service_pb2 import ResolveRecordsResult
from ftf_client import Client, NotFound, RecordSender, ServiceError, error_of_status
from resolver.cli.batches import Batch, batches
from resolver.cli.failures import ServiceFailed, in_words
from resolver.cli.foreign_rows import json_by, mapping_for
from resolver.cli.words import flaw_name
from resolver.jobs import progress, readers
from resolver.jobs.progress import Progress
from resolver.jobs.rejects import Reject, reject_lines

_PLACE = re.compile(r"^records\[\d+\]")


@dataclass(slots=True)
class Summary:
    """What one run of an import did. `accepted` and `rejected` count the whole file, the rest this run.

    `findings` counts what is flawed in stored records, by kind.
    """

    file: str
    accepted: int = 0
    rejected: int = 0
    resumed_after_line: int = 0
    sent: int = 0
    seconds: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)

    @property
    def records_per_second(self) -> float:
        """Acknowledged records a second, in this run."""
        return self.sent / self.seconds if self.seconds else 0.0

    def as_json(self) -> dict[str, Any]:
        """The summary in the form that machines read."""
        counted = {"kinds": dict(self.kinds), "findings": dict(self.findings)}
        return {**asdict(self), **counted, "records_per_second": self.records_per_second}


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What to import and how. `mapping` is the text of a mapping file; None: the rows are records already."""

    path: Path
    mapping: str | None = None
    batch_size: int = 250
    restart: bool = False


class ImportRun:
    """An import that is ready to send: the input is readable, the mapping is right, the starting point is known."""

    def __init__(self, connection: Client, plan: ImportPlan) -> None:
        """Raises `UnreadableFile` or `SectionInvalid`."""
        self._connection, self._plan = connection, plan
        self._mapping = mapping_for(plan.path, plan.mapping)
        facts = readers.facts(plan.path)
        self.rows = facts.rows
        self._progress_path = progress.beside(plan.path, ".progress.json")
        self.rejects_path = progress.beside(plan.path, ".rejects.jsonl")
        fresh = Progress(
            stream_id=str(uuid.uuid4()),
            file_digest=facts.digest,
            file_size=facts.size,
            mapping_digest=hashlib.sha256((plan.mapping or "").encode()).hexdigest(),
            batch_size=plan.batch_size,
        )
        stored = None if plan.restart else progress.load(self._progress_path)
        self.progress = stored if stored and stored.continues(fresh) else fresh
        self._rest: Batch | None = None

    def run(self, advance: Callable[[int], None] = lambda line: None) -> Summary:
        """Sends what is left; calls `advance` with the last acknowledged line; returns when all is durable."""
        summary = Summary(self._plan.path.name, resumed_after_line=self.progress.line)
        started = time.monotonic()
        self._check_resumable()
        self._cut_rejects()
        sender = RecordSender(self._connection, self.progress.stream_id, self._batches())
        try:
            for batch, results in sender.acknowledged():
                summary.kinds.update(_kinds(results))
                summary.findings.update(_flaws(results))
                summary.sent += len(batch.records)
                self._settle(batch, results)
                advance(batch.last_line)
        except ServiceError as error:
            if not (error.passes and self.progress.line):
                raise
            raise ServiceFailed(f"{in_words(error)}\nRun the same command again to continue.") from None
        if self._rest:
            self._settle(self._rest, ())
            advance(self._rest.last_line)
        self._progress_path.unlink(missing_ok=True)
        summary.accepted, summary.rejected = self.progress.accepted, self.progress.rejected
        summary.seconds = time.monotonic() - started
        return summary

    def _batches(self) -> Iterator[Batch]:
        to_json = json_by(self._mapping)
        rows = readers.rows(self._plan.path, after=self.progress.line)
        for batch in batches(rows, to_json, self._plan.batch_size, self.progress.sequence + 1):
            if batch.records:
                yield batch
            else:
                self._rest = batch

    def _check_resumable(self) -> None:
        """Another or an emptied database must not be taken for the one that acknowledged the first part."""
        if not self.progress.last_record:
            return
        try:
            self._connection.records.GetRecord(GetRecordRequest(name=self.progress.last_record))
        except NotFound:
            raise ServiceFailed(
                f"The service does not have {self.progress.last_record}, which was acknowledged before the break: "
                "it is another database. Use --restart to send the whole file."
            ) from None

    def _cut_rejects(self) -> None:
        """Drops rejects that were written and whose batch was not noted as settled: they come again."""
        if not self.progress.rejects_size:
            self.rejects_path.unlink(missing_ok=True)
        elif self.rejects_path.exists():
            with self.rejects_path.open("rb+") as file:
                file.truncate(self.progress.rejects_size)

    def _settle(self, batch: Batch, results: Sequence[ResolveRecordsResult]) -> None:
        refused = [
            _refused(line, record.name, result)
            for line, record, result in zip(batch.lines, batch.records, results, strict=True)
            if result.HasField("error")
        ]
        rejects = sorted([*batch.rejects, *refused], key=lambda each: each.line)
        self.progress = replace(
            self.progress,
            sequence=batch.sequence,
            line=batch.last_line,
            rejects_size=self._append(rejects),
            accepted=self.progress.accepted + len(results) - len(refused),
            rejected=self.progress.rejected + len(rejects),
            last_record=_last_stored(batch, results) or self.progress.last_record,
        )
        progress.save(self._progress_path, self.progress)

    def _append(self, rejects: Iterable[Reject]) -> int:
        lines = reject_lines(rejects)
        if not lines:
            return self.progress.rejects_size
        with self.rejects_path.open("ab") as file:
            file.write(lines)
            return file.tell()


def _kinds(results: Iterable[ResolveRecordsResult]) -> list[str]:
    return [
        DecisionKind.Name(result.decision.kind).removeprefix("DECISION_KIND_")
        for result in results
        if result.HasField("decision")
    ]


def _flaws(results: Iterable[ResolveRecordsResult]) -> list[str]:
    return [flaw_name(found.kind) for result in results for found in result.decision.data_quality_findings]


def _refused(line: int, record: str, result: ResolveRecordsResult) -> Reject:
    # Where the record stood in its message says nothing to the reader of a file, who has the line.
    error = error_of_status(result.error)
    faults = [(_PLACE.sub("record", each.field), each.description) for each in error.violations]
    (path, message), *others = faults or [("", error.message)]
    return Reject(line, error.reason, path, message, record, tuple(others))


def _last_stored(batch: Batch, results: Sequence[ResolveRecordsResult]) -> str:
    stored = [record.name for record, result in zip(batch.records, results, strict=True) if result.HasField("decision")]
    return stored[-1] if stored else ""
