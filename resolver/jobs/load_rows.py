"""Rows of a holding, made ready for the store in processes beside: most of what a load takes in Python."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from multiprocessing import get_context
from typing import Final

from resolver.collecting import collect_seldom
from resolver.domain.handling import Guard
from resolver.domain.record import source_of, standing
from resolver.engine.asked.submission import Submission
from resolver.engine.officers.refusing import refusal
from resolver.engine.preparing import end_with_the_parent
from resolver.identity.names import IdentityNames
from resolver.jobs.readers import Row
from resolver.jobs.rejects import Reject, rejected
from resolver.linkage.term_frequencies import TermFrequencies
from resolver.retention.file import standard_policy
from resolver.standardise.findings import findings
from resolver.store.arrow import arrow_table
from resolver.store.content import content_of
from resolver.store.content_tables import content_tables
from resolver.store.decision_rows import findings_to_json
from resolver.store.prepared_records import FLAWS, PreparedRecords
from resolver.store.resident import KnownRecord
from resolver.store.retention_rows import RETENTION, row_from_kept
from resolver.store.version_rows import AcceptedVersion, records_table, versions_table

ROWS_AT_ONCE: Final = 500
_WAITING: Final = 6
"""Chunks a process that are being made ready or wait to be taken, so that the rows are never all in memory."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What some rows state: submissions with their lines, and the rows of which nothing can be stored."""

    submissions: tuple[tuple[int, Submission], ...]
    rejects: tuple[Reject, ...]


Reading = Callable[[Sequence[Row]], Stated]
"""Turns rows into what they state; it goes to other processes."""


@dataclass(frozen=True, slots=True)
class PreparedRows:
    """Rows that are ready for an empty store: records numbered from 0, and the line of each.

    `refused` says, by these numbers, which cannot be new records, and why. `rows` counts all, rejects too.
    """

    records: PreparedRecords
    lines: tuple[int, ...]
    refused: Mapping[int, Reject]
    rejects: tuple[Reject, ...]
    rows: int


class RowPreparer:
    """Has the processes; to be closed."""

    def __init__(self, frequencies: TermFrequencies, names: IdentityNames, reading: Reading, time: datetime) -> None:
        """`names` are those of the store; `time`, UTC without zone, is when the records are stored."""
        self._processes = max(1, os.cpu_count() or 2)
        self._pool = ProcessPoolExecutor(
            self._processes, get_context("spawn"), _begin, (frequencies, names, reading, time)
        )

    def prepared(self, rows: Iterable[Row]) -> Iterator[PreparedRows]:
        """The rows, some at a time, in their order.

        Raises:
            BrokenProcessPool: somebody ended a process, or memory ran out.
        """
        waiting: deque[Future[PreparedRows]] = deque()
        for chunk in _chunks(rows):
            waiting.append(self._pool.submit(_prepared, chunk))
            if len(waiting) > _WAITING * self._processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def close(self) -> None:
        """Ends the processes."""
        self._pool.shutdown(cancel_futures=True)


def prepare(
    submissions: Sequence[Submission], frequencies: TermFrequencies, names: IdentityNames, time: datetime
) -> PreparedRecords:
    """New records as rows, numbered from 0."""
    content = {number: content_of(each.record, frequencies) for number, each in enumerate(submissions)}
    versions = [_first_version(number, each, time) for number, each in enumerate(submissions)]
    guards: dict[Guard | None, int] = {None: 0}
    guarded = [guards.setdefault(each.record.guard, len(guards)) for each in submissions]
    flaws = [(number, findings_to_json(findings(each.record, time.date()))) for number, each in enumerate(submissions)]
    policy, day = standard_policy(), time.date()
    # A server with another policy gives them the dates of that when it opens the store.
    kept = [
        policy.kept(number, source_of(each.name), each.record.retention, day, None)
        for number, each in enumerate(submissions)
    ]
    return PreparedRecords(
        (
            records_table(versions, names, guarded),
            versions_table(versions, guarded),
            *content_tables(content, frequencies),
            arrow_table(FLAWS, [(number, json.dumps(found, ensure_ascii=False)) for number, found in flaws if found]),
            arrow_table(RETENTION, [row_from_kept(each) for each in kept]),
        ),
        tuple(guards),
    )


def _first_version(number: int, submission: Submission, time: datetime) -> AcceptedVersion:
    name, record = submission.name, submission.record
    known = KnownRecord(number, name, 1, False, time, submission.digest, standing(record), record.guard)
    return AcceptedVersion(known, source_of(name), time, submission.payload, record.marking)


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while chunk := list(islice(left, ROWS_AT_ONCE)):
        yield chunk


class _Worker:
    """What a process beside has."""

    frequencies: TermFrequencies
    names: IdentityNames
    reading: Reading
    time: datetime


def _begin(frequencies: TermFrequencies, names: IdentityNames, reading: Reading, time: datetime) -> None:
    _Worker.frequencies, _Worker.names, _Worker.time = frequencies, names, time
    _Worker.reading = staticmethod(reading)
    end_with_the_parent()
    collect_seldom()


def _prepared(rows: Sequence[Row]) -> PreparedRows:
    stated = _Worker.reading(rows)
    submissions = [each for _, each in stated.submissions]
    return PreparedRows(
        prepare(submissions, _Worker.frequencies, _Worker.names, _Worker.time),
        tuple(line for line, _ in stated.submissions),
        {
            number: rejected(line, each.name, error)
            for number, (line, each) in enumerate(stated.submissions)
            if (error := refusal(each, None, None)) is not None
        },
        stated.rejects,
        len(rows),
    )
