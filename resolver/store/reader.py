"""The reading side of the store. Every call takes its own cursor, so calls may come from any thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from threading import get_ident
from typing import Any

import duckdb

from resolver.domain.decision import Decision
from resolver.domain.errors import ErrorReason, FieldViolation, InvalidInput
from resolver.domain.link_cell import CELLS
from resolver.domain.review import OpenTask
from resolver.identity.conflicts import Facts
from resolver.identity.explaining import is_decisive, pair_outcome, refusals
from resolver.identity.names import IdentityNames
from resolver.identity.partition import Pair, partition
from resolver.identity.policy import Policy
from resolver.identity.verdicts import deciding, rulings
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.model import Model
from resolver.linkage.scorer import CompiledScorer, compile_scorer, joined, level_of
from resolver.store import queries
from resolver.store.audit import AuditLog
from resolver.store.consumers import Consumers
from resolver.store.database import Database
from resolver.store.decision_rows import decision_from_text
from resolver.store.facts_rows import facts_from_row
from resolver.store.faults import storage_faults
from resolver.store.feed import Feed
from resolver.store.judgements import Judgements
from resolver.store.operations import Operations
from resolver.store.plans import Plans
from resolver.store.receipts import TASKS, Receipts, keys_of, link
from resolver.store.retention import Retention
from resolver.store.staged_sources import StagedSources
from resolver.store.vetted_rows import VettedModels
from resolver.store.views import (
    ComparisonLevel,
    Forwarding,
    IdentityExplanation,
    PairExplanation,
    StatedIdentity,
    StoredIdentity,
    StoredRecord,
)


@dataclass(frozen=True, slots=True)
class _Measure:
    """What pairs are explained by."""

    policy: Policy
    scorer: CompiledScorer


class Reader:
    """Answers questions about what is committed. All calls block; each thread works on its own cursor."""

    def __init__(
        self, database: Database, model: Model, policy: Policy, names: IdentityNames, receipts: Receipts
    ) -> None:
        self._database = database
        self._names = names
        self.resolve_with(model, policy)
        self._cursors: dict[int, duckdb.DuckDBPyConnection] = {}
        self.judgements = Judgements(self._rows, receipts)
        self.feed = Feed(self._rows)
        self.consumers = Consumers(self._rows, self.feed)
        self.audit = AuditLog(self._rows)
        self.plans = Plans(self._rows)
        self.retention = Retention(self._rows)
        self.operations = Operations(self._rows)
        self.staged = StagedSources(self._rows)
        self.vetted = VettedModels(self._rows)

    def interrupt(self, thread: int) -> None:
        """Stops the query that a thread (`threading.get_ident`) runs now; its call raises."""
        cursor = self._cursors.get(thread)
        if cursor is not None:
            cursor.interrupt()

    def open_cursors(self) -> int:
        """How many cursors are open, one for each thread that ever read."""
        return len(self._cursors)

    def close(self) -> None:
        """Closes all cursors. No call may be running."""
        for cursor in self._cursors.values():
            cursor.close()
        self._cursors.clear()

    def head(self) -> int:
        """The place of the newest decision in the feed; 0 when there is none."""
        return int(self._rows(queries.HEAD)[0][0])

    def store_id(self) -> int:
        """A number that tells this store from others, for cursors."""
        return self._database.store_id

    def resolve_with(self, model: Model, policy: Policy) -> None:
        """Explains by another model and policy from now on."""
        self._measure = _Measure(policy, compile_scorer(model, joined(queries.ONE_PAIR, "comparable")))

    def record(self, name: str, as_of: datetime | None = None) -> StoredRecord | None:
        """A record in its current version, a withdrawn one included; or as it was at a past moment.

        Moments are UTC, without zone, here and below.
        """
        if as_of is not None:
            rows = self._rows(queries.RECORD_AS_OF, [name, as_of])
            return self._record(rows[0]) if rows else None
        found = self._dated(self._rows(queries.RECORD, [name]))
        return found[0] if found else None

    def records(self, source: str, after: int, limit: int) -> list[StoredRecord]:
        """Records of a source (`sources/x`) in the order of acceptance, without the withdrawn ones.

        They begin after the record with the handle `after`, or with the first for 0.

        Raises:
            InvalidInput: PAGE_TOKEN_INVALID; there is no such record any more.
        """
        return self._dated(self._rows(queries.RECORDS, [source, self._place(after), limit]))

    def record_versions(self, name: str, below: int, limit: int) -> list[StoredRecord]:
        """Versions of a record below `below` (0: all), newest first."""
        return [self._record(row) for row in self._rows(queries.RECORD_VERSIONS, [name, below, below, limit])]

    def identity(self, name: str, as_of: datetime | None = None) -> StoredIdentity | None:
        """The identity that bears a name now, or bore it at a past moment."""
        number = self._number(name)
        return None if number is None else self._numbered(number, as_of)

    def identity_of(self, record: str, as_of: datetime | None = None) -> StoredIdentity | None:
        """The identity that a record is in, or was in at a past moment; None for one that is unknown or withdrawn."""
        with self._snapshot():
            if as_of is None:
                rows = self._rows(queries.IDENTITY_OF_RECORD, [record])
            else:
                rows = self._rows(queries.IDENTITY_OF_RECORD_AS_OF, [as_of, record])
            return self._numbered(rows[0][0], as_of) if rows else None

    def forward(self, identity: str) -> Forwarding | None:
        """The identity that a name leads to now: where its record is, or where those went that it left."""
        seen: set[int] = set()
        first: Decision | None = None
        with self._snapshot():
            number = self._number(identity)
            while number is not None and number not in seen:
                seen.add(number)
                current = self._numbered(number)
                if current is not None:
                    return Forwarding(current, first)
                number, decision = self._successor(number)
                first = first or decision
        return None

    def _successor(self, number: int) -> tuple[int | None, Decision | None]:
        """The name that the name of a record leads to, if it is no identity's, and the decision that made it so."""
        rows = self._rows(queries.LAST_MEMBERSHIP, [number])
        if not rows:
            return None, None
        where, handle, *row = rows[0]
        decision = decision_from_text(*row)
        if where != number:
            return where, decision
        # The record was withdrawn as the oldest of its identity: the others bear the name of the next.
        name = self._names.stored(number, handle)
        others = [change.after for change in decision.changes if change.before == name and change.after]
        return min((found for found in map(self._number, others) if found is not None), default=None), decision

    def identities(
        self, after: int, limit: int, minimum_records: int, as_of: datetime | None = None
    ) -> list[StoredIdentity]:
        """Identities in the order of their oldest records, now or at a past moment; `after` as in `records`."""
        which = [self._place(after), minimum_records, limit]
        rows = (
            self._rows(queries.IDENTITIES, which)
            if as_of is None
            else self._rows(queries.IDENTITIES_AS_OF, [as_of, *which])
        )
        return [self._identity(row) for row in rows]

    def task(self, name: str, now: datetime) -> OpenTask | None:
        """The open review task of a name, `reviewTasks/{identity}-{identity}`."""
        one, _, other = name.removeprefix(TASKS).partition("-")
        numbers = [self._number(f"identities/{key}") for key in (one, other)]
        if not name.startswith(TASKS) or numbers[0] is None or numbers[1] is None:
            return None
        return self.judgements.task(numbers[0], numbers[1], now)

    def decisions(self, after: int, limit: int) -> list[Decision]:
        """The feed after a place."""
        return self._decisions(queries.DECISIONS, [after, after + limit])

    def decisions_of_record(self, record: str, after: int, limit: int) -> list[Decision]:
        """Decisions about one record after a place."""
        return self._decisions(queries.DECISIONS_OF_RECORD, [record, after, limit])

    def decisions_of_identity(self, identity: str, after: int, limit: int) -> list[Decision]:
        """Decisions that changed an identity of this name, after a place."""
        return self._decisions(queries.DECISIONS_OF_IDENTITY, [self._number(identity), after, limit])

    def stated(self, name: str) -> StatedIdentity | None:
        """The identity that bears a name now, with what its records state."""
        with self._snapshot():
            identity = self.identity(name)
            if identity is None:
                return None
            records = tuple(self._record(row) for row in self._rows(queries.RECORDS_OF_IDENTITY, [identity.number]))
            facts, _ = self._facts([record.number for record in records])
            return StatedIdentity(identity, records, facts)

    def explain_pair(self, left: str, right: str) -> PairExplanation | None:
        """Why two present records are, or are not, one person; None when one of them is not there."""
        measure = self._measure
        with self._snapshot():
            one, other = self.record(left), self.record(right)
            if one is None or other is None or one.withdrawn or other.withdrawn:
                return None
            facts, identities = self._facts([one.number, other.number])
            scored = self._rows_as_dicts(measure.scorer.sql, [one.number, other.number])[0]
            numbers = scored["left_number"], scored["right_number"]
            pair = Pair(*numbers, scored["match_weight"], scored["identifying"], scored["cell"])
            refused_by = refusals(facts[one.number], facts[other.number], pair, measure.policy)
            keys = tuple(row[0] for row in self._rows(queries.SHARED_KEYS, [one.number, other.number]))
            judged = [ruling for ruling in self.judgements.connected(numbers) if ruling.pair == numbers]
            together = identities[one.number] == identities[other.number]
            return PairExplanation(
                left=one,
                right=other,
                comparisons=tuple(_comparison_levels(scored, measure.policy)),
                prior_weight=measure.scorer.prior_weight,
                match_weight=pair.weight,
                merge_threshold=measure.policy.merge_weight,
                review_threshold=measure.policy.review_weight,
                shared_key_families=keys,
                same_identity=together,
                refusals=refused_by,
                cell=CELLS[pair.cell],
                verdicts=tuple(self.judgements.between(left, right)),
                outcome=pair_outcome(
                    pair,
                    measure.policy,
                    refused_by,
                    deciding(judged)[0].kind if judged else None,
                    candidate=bool(keys),
                    together=together,
                ),
            )

    def explain_identity(self, name: str, now: datetime) -> IdentityExplanation | None:
        """How the identity that bears a name now was built; `now` is for what is due and claimed."""
        with self._snapshot():
            identity = self.identity(name)
            if identity is None:
                return None
            pairs = [Pair(*row) for row in self._rows(queries.PAIRS_WITHIN, [identity.number, identity.number])]
            members = [row[0] for row in self._rows(queries.MEMBERS, [identity.number])]
            facts, _ = self._facts(members)
            built = partition(members, pairs, facts, self._measure.policy, rulings(self.judgements.connected(members)))
            keys = keys_of(facts)
            return IdentityExplanation(
                identity=identity,
                uniting_links=tuple(link(pair, keys) for pair in built.uniting),
                open_review_tasks=tuple(self.judgements.tasks_of(identity.number, now)),
                verdicts=tuple(self.judgements.standing_on(identity.records)),
            )

    def _number(self, name: str) -> int | None:
        """The number of the record that an identity's name was given after."""
        handle = self._names.handle_of(name)
        return None if handle is None else self._number_of(handle)

    def _number_of(self, handle: int) -> int | None:
        rows = self._rows(queries.NUMBER_OF_HANDLE, [handle, handle])
        return rows[0][0] if rows else self._names.numbered(handle)

    def _place(self, handle: int) -> int:
        """The number of the record after which a list goes on; 0 for the beginning."""
        number = self._number_of(handle) if handle else 0
        if number is None:
            violation = FieldViolation(
                "page_token", "continues a list from what is gone", ErrorReason.PAGE_TOKEN_INVALID
            )
            raise InvalidInput((violation,))
        return number

    def _numbered(self, number: int, as_of: datetime | None = None) -> StoredIdentity | None:
        if as_of is None:
            rows = self._rows(queries.IDENTITY, [number])
        else:
            rows = self._rows(queries.IDENTITY_AS_OF, [as_of, number])
        return self._identity(rows[0]) if rows else None

    def _dated(self, rows: Sequence[tuple[Any, ...]]) -> list[StoredRecord]:
        records = [self._record(row) for row in rows]
        dates = self.retention.dates([record.number for record in records])
        return [replace(record, dates=dates.get(record.number)) for record in records]

    def _facts(self, numbers: Sequence[int]) -> tuple[dict[int, Facts], dict[int, int]]:
        rows = self._rows(queries.FACTS, [list(numbers)])
        facts = {number: facts_from_row(name, tuple(rest)) for number, name, _, *rest in rows}
        return facts, {row[0]: row[2] for row in rows}

    def _decisions(self, query: str, parameters: list[Any]) -> list[Decision]:
        return [decision_from_text(*row) for row in self._rows(query, parameters)]

    def _identity(self, row: tuple[Any, ...]) -> StoredIdentity:
        number, records, create_time, revision, update_time = row
        handle = self._names.handle(number, records[0])
        name = self._names.name_of(handle)
        return StoredIdentity(name, number, tuple(records), create_time, update_time, revision, handle)

    def _record(self, row: tuple[Any, ...]) -> StoredRecord:
        name, number, payload, version, withdrawn, create_time, update_time = row
        handle = self._names.handle(number, name)
        return StoredRecord(name, number, bytes(payload), version, withdrawn, create_time, update_time, handle)

    @contextmanager
    def _snapshot(self) -> Iterator[None]:
        """Lets all queries of the block see one state of the store."""
        with self._database.gate.shared():
            cursor = self._cursor()
            cursor.begin()
            try:
                yield
            finally:
                cursor.rollback()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        thread = get_ident()
        if thread not in self._cursors:
            self._cursors[thread] = self._database.cursor()
        return self._cursors[thread]

    def _rows(self, query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        with storage_faults(), self._database.gate.shared():
            return self._cursor().execute(query, parameters).fetchall()

    def _rows_as_dicts(self, query: str, parameters: list[Any]) -> list[dict[str, Any]]:
        with storage_faults(), self._database.gate.shared():
            result = self._cursor().execute(query, parameters)
            names = [column[0] for column in result.description or ()]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _comparison_levels(scored: dict[str, Any], policy: Policy) -> Iterable[ComparisonLevel]:
    for comparison in COMPARISONS:
        weight, adjustment = scored[f"mw_{comparison.name}"], scored[f"mw_tf_{comparison.name}"]
        level = level_of(comparison, scored[f"gamma_{comparison.name}"])
        yield ComparisonLevel(
            comparison=comparison.name,
            level_code=comparison.code(level) if level else f"{comparison.name}.nothing_to_compare",
            match_weight=weight,
            term_frequency_adjustment=adjustment,
            decisive=is_decisive(weight + adjustment, scored["match_weight"], policy),
        )
