"""Loading a whole holding into an empty store: what the stream would end with, in less time.

    rows -> standardised in processes beside -> entered -> candidate pairs and weights in DuckDB
    -> components -> some of them at a time: groups, decisions, review tasks -> written

The same functions as in the writer's path do the work. What differs is the history: the stream decides of each record
as it comes, and its feed tells of identities that were made, merged and taken apart on the way. Here each record is
told once, in the final state (see `identity.arrival`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from resolver.domain.audit import Asked, AuditEntry, chained, write_entry
from resolver.identity.arrival import arrivals, grouped
from resolver.identity.arrival_by_view import arrivals_by_view, told_of
from resolver.identity.components import components
from resolver.identity.names import IdentityNames
from resolver.identity.policy import Policy
from resolver.identity.telling import Told
from resolver.jobs.load_rows import PreparedRows
from resolver.jobs.rejects import Reject
from resolver.linkage.model import Model
from resolver.retention.file import standard_policy
from resolver.store.database import Database
from resolver.store.feed_rows import CommittedDecision
from resolver.store.holding import Holding
from resolver.store.prepared_records import TABLES, PreparedRecords, together
from resolver.store.receipts import Receipts

_RECORDS_AT_ONCE: Final = 10_000
"""Records that are entered in one transaction."""
_DECIDED_AT_ONCE: Final = 25_000
"""Records whose surroundings are in memory at a time, unless one component has more, or somebody may not see all."""
_AUDITED_TOGETHER: Final = 100
"""Records that one entry of the audit log tells of."""


class Watch(Protocol):
    """Who is told how far the work has come."""

    def begin(self, phase: str, total: int | None = None) -> None:
        """A phase begins, with so many steps if that is known."""

    def advance(self, done: int) -> None:
        """So many steps of the phase are done."""


@dataclass(slots=True)
class Entered:
    """What was entered of a file: how many new records, which lines state one that was stated before, and refusals.

    `findings` counts what is flawed in the new records, by kind.
    """

    records: int = 0
    repeats: list[int] = field(default_factory=list)
    findings: Counter[str] = field(default_factory=Counter)


class Load:
    """One load, of which the steps are done in their order: `enter` each file, `find_pairs`, `decide`."""

    def __init__(self, database: Database, model: Model, policy: Policy, memory: str, time: datetime) -> None:
        """`time` is that of all decisions, UTC without zone; `memory` what DuckDB may take, such as `4GB`."""
        self._holding = Holding(database.connection, memory, standard_policy().fingerprint())
        self._model = model
        self._policy = policy
        self._time = time
        self.names = IdentityNames(database.naming_key)
        self._receipts = Receipts(self.names, model.name, policy)
        self._entered: set[str] = set()

    @property
    def records(self) -> int:
        """How many were entered."""
        return len(self._entered)

    def enter(self, rows: Iterable[PreparedRows], entered: Entered) -> Iterator[tuple[int, list[Reject]]]:
        """Enters the new records of a file, numbered in their order; yields how many rows were
        looked at, with those that are not stored.
        """
        waiting: list[PreparedRecords] = []
        for some in rows:
            records, refused = self._new(some, entered)
            waiting.append(records)
            if sum(map(len, waiting)) >= _RECORDS_AT_ONCE:
                self._holding.enter(together(waiting))
                waiting = []
            yield some.rows, [*some.rejects, *refused]
        if waiting:
            self._holding.enter(together(waiting))

    def find_pairs(self, watch: Watch) -> None:
        """Scores all candidates among what was entered."""
        watch.begin("finding candidate pairs")
        self._holding.find_pairs(
            self._model,
            self._policy.review_weight,
            lambda candidates: watch.begin("scoring candidate pairs", candidates),
            watch.advance,
        )

    def decide(self, asked: Asked, watch: Watch) -> Counter[str]:
        """Groups all records and writes the decisions; returns how many there are of each kind."""
        watch.begin("uniting")
        count = self.records
        pairs = self._holding.pairs()
        parted = components(np.arange(1, count + 1), pairs.where(pairs.merging(self._policy)))
        identities = np.zeros(count + 1, np.int64)
        kinds: Counter[str] = Counter()
        head = self._holding.audit_head()
        watch.begin("deciding and writing", count)
        # Who does not see all is told of records in the order of their numbers, whatever hangs together.
        for some in _parts(parted, count if self._holding.guarded else _DECIDED_AT_ONCE):
            decisions = self._decided(some, identities, sequence=sum(kinds.values()))
            kinds.update(each.decision.kind.name for each in decisions)
            entries = []
            for first in range(0, len(decisions), _AUDITED_TOGETHER):
                told = tuple(each.decision for each in decisions[first : first + _AUDITED_TOGETHER])
                entries.append(chained(head, self._time, write_entry(asked, told)))
                head = entries[-1].head
            self._holding.audit(entries)
            watch.advance(sum(kinds.values()))
        return kinds

    def note_rejects(self, asked: Asked, reasons: Counter[str]) -> None:
        """Writes an entry of the audit log about what was not entered."""
        if reasons:
            self._holding.audit([chained(self._holding.audit_head(), self._time, AuditEntry(asked, results=reasons))])

    def _new(self, rows: PreparedRows, entered: Entered) -> tuple[PreparedRecords, list[Reject]]:
        """The records that are named for the first time, with their numbers."""
        numbers = np.zeros(len(rows.records), np.int64)
        refused = []
        for place, (name, line) in enumerate(zip(rows.records.names, rows.lines, strict=True)):
            if name in self._entered:
                entered.repeats.append(line)
            elif place in rows.refused:
                refused.append(rows.refused[place])
            else:
                self._entered.add(name)
                entered.records += 1
                numbers[place] = len(self._entered)
        records = rows.records.numbered(numbers, list(map(self._holding.number_of, rows.records.guards)))
        for text in records.tables[TABLES.index("flaws")]["findings"].to_pylist():
            entered.findings.update(kind for kind, *_ in json.loads(text))
        return records, refused

    def _decided(
        self, some: Sequence[Sequence[int]], identities: NDArray[np.int64], sequence: int
    ) -> list[CommittedDecision]:
        """Decides some components after those of which `identities` knows, writes that, and adds to `identities`."""
        records = np.array([record for component in some for record in component], np.int64)
        around = self._holding.surroundings(records, identities)
        told = {number: int(identities[number]) for number in around.facts if identities[number]}
        found: Iterable[Told]
        if self._holding.guarded:
            holding = grouped(some, around.pairs, around.facts, self._policy)
            found = map(told_of, arrivals_by_view(holding, around.guards))
        else:
            found = map(Told, arrivals(some, around.pairs, around.facts, told, self._policy))
        decisions = []
        for each in found:
            sequence += 1
            record = each.outcome.record
            flaws = around.findings.get(record, ())
            decisions.append(
                self._receipts.committed(each, around.names, {record: 1}, sequence, self._time, findings=flaws)
            )
            identities[record] = each.outcome.identity or 0
        self._holding.decide(decisions, around.owners)
        return decisions


def _parts(roots: NDArray[np.int64], at_once: int) -> Iterator[list[list[int]]]:
    """Components, each of rising record numbers and in the order of their first, in parts of like size.

    `roots` has the component of record 1 first.
    """
    order = np.argsort(roots, kind="stable")
    ends = np.flatnonzero(np.diff(roots[order], append=0))
    part: list[list[int]] = []
    size = start = 0
    for end in ends.tolist():
        part.append((order[start : end + 1] + 1).tolist())
        size, start = size + len(part[-1]), end + 1
        if size >= at_once:
            yield part
            part, size = [], 0
    if part:
        yield part
