"""Carries batches of writes out, each in one transaction, with the entries of the audit log that belong to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from resolver.domain.audit import AuditEntry, Head, write_entry
from resolver.domain.errors import ResolverError
from resolver.domain.purged import purge_key
from resolver.domain.swept import NOTHING_SWEPT
from resolver.engine.asked.retention import PurgeExpired
from resolver.engine.asked.writes import Write
from resolver.engine.carrying import Carrier, undecided
from resolver.engine.officers.auditor import Auditor
from resolver.engine.officers.bookkeeper import Bookkeeper
from resolver.engine.officers.bringer import Bringer
from resolver.engine.officers.counters import Counters
from resolver.engine.officers.dry_runs import DryRuns
from resolver.engine.officers.judge import Judge
from resolver.engine.officers.keeper import Keeper
from resolver.engine.officers.ledger import Ledger
from resolver.engine.officers.planner import Planner
from resolver.engine.officers.registrar import Registrar
from resolver.engine.officers.vetter import Vetter
from resolver.engine.queued import Answers
from resolver.identity.names import IdentityNames
from resolver.retention.policy import RetentionPolicy
from resolver.stopwatch import Stopwatch
from resolver.store.answer_rows import answers_to_text
from resolver.store.configuration import Configuration
from resolver.store.consumer_rows import ConsumerRows
from resolver.store.database import Database
from resolver.store.operation_rows import OperationRows
from resolver.store.plan_writer import PlanWriter
from resolver.store.reader import Reader
from resolver.store.receipts import Receipts
from resolver.store.staged_rows import StagedRows
from resolver.store.vetted_rows import VettedRows
from resolver.store.writer import Writer

ANSWERS_KEPT: Final = timedelta(hours=24)
FORGET_EVERY: Final = timedelta(hours=1)


class Transactions:
    """Belongs to the writer's thread. Has the counters, the head of the audit log, and what writes are decided with."""

    def __init__(
        self,
        database: Database,
        writer: Writer,
        reader: Reader,
        names: IdentityNames,
        configuration: Configuration,
        retention: RetentionPolicy,
        took_over: Callable[[Configuration], None],
        clock: Callable[[], datetime],
        stopwatch: Stopwatch,
        audit_kept: timedelta | None,
    ) -> None:
        """`took_over` is called when another model or policy is in force."""
        self._connection = database.connection
        self._digest_key = purge_key(database.naming_key)
        self._writer = writer
        self._reader = reader
        self._names = names
        self._retention = retention
        self._took_over = took_over
        self._clock = clock
        self._stopwatch = stopwatch
        self._planner, self._carrier = self._tools(configuration)
        self._auditor = Auditor(writer.audit, audit_kept)
        self.audit_head, audited = writer.audit.head()
        """How far the audit log has come."""
        number, sequence, decided = writer.counters()
        self.counters = Counters(number, sequence, max(decided, audited))
        """What was given out last."""
        self.purges = 0
        """How many purges were committed."""
        self._forgotten = self.counters.time

    def try_out(self, writes: Sequence[Write]) -> Mapping[int, Answers]:
        """The answers, by their places, of those dry runs that can be tried out together, which touches no table."""
        together = self._carrier.try_out(writes, self.counters)
        self._audit_dry_runs([(writes[place], answers) for place, answers in together.items()])
        return together

    def carry_out(self, writes: Sequence[Write]) -> list[Answers | ResolverError]:
        """Carries writes out in one transaction. An error among the answers is that of a whole write."""
        try:
            answers = self._transacted(writes)
        except BaseException:
            self._planner.undone()
            raise
        configuration = self._planner.committed()
        if configuration is not None:
            self._took_over(configuration)
            self._planner, self._carrier = self._tools(configuration)
        return answers

    def _transacted(self, writes: Sequence[Write]) -> list[Answers | ResolverError]:
        counters = replace(self.counters)
        keep = not writes[0].validate_only
        with self._writer.transaction(keep=keep):
            earlier = self._writer.answers([write.request_key for write in writes if write.request_key])
            answers = self._carrier.carry_out(writes, earlier, counters)
            counters.time = max(self._clock(), counters.time)
            self._writer.write_answers(
                [
                    (write.request_key, write.digest, answers_to_text(answer), counters.time)
                    for write, answer in zip(writes, answers, strict=True)
                    if write.request_key and write.request_key not in earlier and isinstance(answer, tuple)
                ]
            )
            if counters.time - self._forgotten > FORGET_EVERY:
                self._writer.forget_answers(counters.time - ANSWERS_KEPT)
                self._forgotten = counters.time
            head = self._audited(zip(writes, answers, strict=True), counters.time) if keep else self.audit_head
        if keep:
            self.counters, self.audit_head = counters, head
            self.purges += isinstance(writes[0].keeping, PurgeExpired)
            return answers
        told = [answer if isinstance(answer, ResolverError) else undecided(answer) for answer in answers]
        self._audit_dry_runs(list(zip(writes, told, strict=True)))
        return told

    def _audited(self, outcomes: Iterable[tuple[Write, Answers | ResolverError]], time: datetime) -> Head:
        """Writes down, within the transaction, what became of writes, and returns the head of the log then."""
        entries: list[AuditEntry] = []
        for write, answers in outcomes:
            if write.note is not None:
                entries.append(write.note)
            elif write.asked is not None and answers != NOTHING_SWEPT:
                entries.append(write_entry(write.asked, answers))
        head = self._auditor.write(entries, self.audit_head, time)
        return self._auditor.prune(head, time)

    def _audit_dry_runs(self, outcomes: Sequence[tuple[Write, Answers | ResolverError]]) -> None:
        """Writes down what dry runs were answered, of which nothing else is kept."""
        if any(write.asked is not None for write, _ in outcomes):
            time = max(self._clock(), self.counters.time)
            with self._writer.transaction():
                head = self._audited(outcomes, time)
            self.audit_head = head

    def _tools(self, configuration: Configuration) -> tuple[Planner, Carrier]:
        """Those who carry writes out, with what is in force."""
        model, policy, connection = configuration.model, configuration.policy, self._connection
        receipts = Receipts(self._names, model.name, policy)
        plans, staged = PlanWriter(connection, self._writer), StagedRows(connection, self._names)
        planner = Planner(plans, self._writer, receipts, configuration, self._clock)
        ledger = Ledger(self._writer, receipts, policy, self._retention, model, self._clock, self._stopwatch)
        carrier = Carrier(
            self._writer,
            ledger,
            DryRuns(self._writer, receipts, policy, model, self._clock, self._stopwatch),
            Judge(self._writer, self._reader, self._names, receipts, policy, self._clock),
            Registrar(ConsumerRows(connection), self._clock),
            Bookkeeper(OperationRows(connection), self._clock),
            planner,
            Keeper(self._writer, staged, receipts, policy, self._retention, self._digest_key, self._clock),
            Vetter(VettedRows(connection), self._clock),
            Bringer(staged, plans, self._writer, ledger, self._retention, self._clock),
        )
        return planner, carrier
