"""The engine: the one writer.

Writes queue; the writer's thread takes the next batch, carries it out in one transaction, and answers
when that is durable. What is waiting while a transaction runs becomes the next batch, so batches grow
with the load and nobody waits for a batch to fill; `admission` says what a batch may have.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock, Thread

from resolver.admission import Answers, BatchReport, Kind, Queued, WriteQueue
from resolver.auditor import Auditor
from resolver.bookkeeper import Bookkeeper
from resolver.bringer import Bringer
from resolver.carrying import Carrier, undecided
from resolver.domain.audit import AuditEntry, Head, write_entry
from resolver.domain.errors import ErrorReason, ResolverError, StorageFull, StoreFailed
from resolver.domain.fault import whereabouts
from resolver.domain.purged import purge_key
from resolver.domain.swept import NOTHING_SWEPT, Swept
from resolver.dry_runs import DryRuns
from resolver.identity.names import IdentityNames
from resolver.identity.policy import STANDARD, Policy
from resolver.judge import Judge
from resolver.keeper import Keeper
from resolver.keeping import PurgeExpired, RewriteStore
from resolver.ledger import Counters, Ledger
from resolver.linkage.model import Model, shipped_model
from resolver.planner import Planner
from resolver.preparing import Preparer
from resolver.registrar import Registrar
from resolver.retention.file import standard_policy
from resolver.retention.policy import RetentionPolicy
from resolver.standardise.record import VERSION as STANDARDISER
from resolver.stopwatch import Stopwatch
from resolver.store.answer_rows import answers_to_text
from resolver.store.backups import Backup, make_backup
from resolver.store.configuration import (
    Configuration,
    begun_with,
    configured,
    model_begun_with,
    stored_model,
    stored_texts,
    to_be_brought_up,
)
from resolver.store.consumer_rows import ConsumerRows
from resolver.store.database import STANDARDISER as STANDARDISED_BY
from resolver.store.database import Database, bind, limit_memory, open_database
from resolver.store.faults import storage_faults
from resolver.store.guards_start import ReadGuard, give_guards
from resolver.store.keys import StoreKey
from resolver.store.operation_rows import OperationRows
from resolver.store.plan_writer import PlanWriter
from resolver.store.reader import Reader
from resolver.store.receipts import Receipts
from resolver.store.retelling import retell
from resolver.store.retention_start import ReadStated, bring_up
from resolver.store.rewriting import destroy_left, needs_rewriting, rewrite
from resolver.store.sizes import Sizes
from resolver.store.snapshot import Snapshot, snapshot_of
from resolver.store.staged_rows import StagedRows
from resolver.store.vetted_rows import VettedRows
from resolver.store.writer import Writer
from resolver.vetter import Vetter
from resolver.writes import Submission, Write

ANSWERS_KEPT = timedelta(hours=24)
FORGET_EVERY = timedelta(hours=1)

_log = logging.getLogger(__name__)


class Engine:
    """Takes writes, decides, and tells who listens. Reads go through `reader`."""

    def __init__(
        self,
        database: Database,
        model: Model,
        policy: Policy,
        clock: Callable[[], datetime],
        audit_kept: timedelta | None = None,
        retention: RetentionPolicy | None = None,
    ) -> None:
        self.configuration = Configuration(model, policy)
        self.names = IdentityNames(database.naming_key, database.numbered)
        self.reader = Reader(database, model, policy, self.names, Receipts(self.names, model.name, policy))
        self.retention = retention or standard_policy()
        self.digest_key = purge_key(database.naming_key)
        """By which named consumers of the feed find the records that were purged."""
        self._database = database
        self._clock = clock
        self._stopwatch = Stopwatch()
        self._writer = Writer(database.connection, model, policy.review_weight, self.names, self._stopwatch)
        self.reader.reading.guarded_when(self._writer.guards.any)
        self._preparing = model.name, Preparer(model.frequencies)
        self._planner, self._carrier = self._tools(self.configuration)
        self.sizes = Sizes(database)
        self._auditor = Auditor(self._writer, audit_kept)
        self._audit_head, audited = self._writer.audit_head()
        number, sequence, decided = self._writer.counters()
        self._counters = Counters(number, sequence, max(decided, audited))
        self._forgotten = self._counters.time
        self.queue = WriteQueue()
        self.purges = 0
        """How many purges were committed since the start: what was read of the store before the last may be gone."""
        self._closing = False
        self.failed: Future[StoreFailed] = Future()
        """Done when the store has failed; from then on nothing can be written or read, and the process should end."""
        self._listeners: dict[int, Callable[[int], None]] = {}
        self._watchers: list[Callable[[BatchReport], None]] = []
        self._listening = Lock()
        self._thread = Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def prepared(self, writes: Sequence[Write]) -> list[Write]:
        """The writes with what their records state made ready, before the writer's turn. Blocks."""
        records = [change.record for write in writes for change in write.changes if isinstance(change, Submission)]
        model, preparer = self._preparing
        contents = iter(preparer.contents(records))
        return [
            replace(
                write,
                changes=tuple(
                    replace(change, content=next(contents), prepared_for=model)
                    if isinstance(change, Submission)
                    else change
                    for change in write.changes
                ),
            )
            for write in writes
        ]

    @property
    def model_name(self) -> str:
        """The name of the model in force."""
        return self.configuration.model.name

    @property
    def policy_name(self) -> str:
        """The name of the policy in force."""
        return self.configuration.policy.name

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.configuration.policy

    def submit(self, write: Write) -> Future[Answers]:
        """Queues a write and returns at once. Cancelling the future takes it off the queue if it still waits there.

        Raises:
            Overloaded: the queue is full or far behind, or the engine is closing.
            StoreFailed: the store has failed.
        """
        if self.failed.done():
            raise self.failed.result()
        return self.queue.put(write)

    def now(self) -> datetime:
        """The time, UTC without zone."""
        return self._clock()

    @property
    def audit_head(self) -> Head:
        """How far the audit log has come."""
        return self._audit_head

    def watch(self, listener: Callable[[int], None]) -> Callable[[], None]:
        """Calls `listener` with the newest place in the feed after each commit, on the writer's thread."""
        with self._listening:
            self._listeners[id(listener)] = listener

        def stop() -> None:
            with self._listening:
                self._listeners.pop(id(listener), None)

        return stop

    def watch_batches(self, watcher: Callable[[BatchReport], None]) -> None:
        """Calls `watcher` after each batch, when its writes are answered, on the writer's thread."""
        with self._listening:
            self._watchers.append(watcher)

    def backup(self, folder: Path, name: str, given_up: Callable[[], bool]) -> Backup:
        """Copies what is committed now into a folder; see `store.backups`. Blocks its caller, and no write.

        Raises:
            BackupRefused: there is a backup of that name, the folder cannot be written, or `given_up` said so.
            StorageFull: there is no room for it.
        """
        database = self._database
        with database.copying, closing(database.cursor()) as cursor:
            return make_backup(cursor, database.key, folder, name, self._clock(), given_up)

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """What is committed now, for a thread to read as long as the block lasts."""
        return snapshot_of(self._database.cursor())

    def stored_model(self, name: str) -> Model:
        """A model that the store keeps, or a shipped one.

        Raises:
            StoreError: there is none of that name.
        """
        with closing(self._database.cursor()) as cursor:
            return stored_model(cursor, name)

    def model_digest(self, name: str) -> bytes:
        """The SHA-256 of a model that the store keeps, or of a shipped one: what people approve of.

        Raises:
            StoreError: there is none of that name.
        """
        with closing(self._database.cursor()) as cursor:
            return stored_texts(cursor, name).digest

    def close(self) -> None:
        """Finishes what is queued, writes the log into the file, and closes the store.

        Raises:
            StoreFailed: the log could not be written into the file; it is kept beside it and read at the next start.
        """
        self._closing = True
        self.queue.close()
        self._thread.join()
        self._preparing[1].close()
        self.reader.close()
        try:
            if not self.failed.done():
                self._writer.checkpoint()
        finally:
            self._database.connection.close()

    def _tools(self, configuration: Configuration) -> tuple[Planner, Carrier]:
        """Those who carry writes out, with what is in force."""
        model, policy, connection = configuration.model, configuration.policy, self._database.connection
        receipts = Receipts(self.names, model.name, policy)
        plans, staged = PlanWriter(connection, self._writer), StagedRows(connection, self.names)
        planner = Planner(plans, self._writer, receipts, configuration, self._clock)
        ledger = Ledger(self._writer, receipts, policy, self.retention, model, self._clock, self._stopwatch)
        carrier = Carrier(
            self._writer,
            ledger,
            DryRuns(self._writer, receipts, policy, model, self._clock, self._stopwatch),
            Judge(self._writer, self.reader, self.names, receipts, policy, self._clock),
            Registrar(ConsumerRows(connection), self._clock),
            Bookkeeper(OperationRows(connection), self._clock),
            planner,
            Keeper(self._writer, staged, receipts, policy, self.retention, self.digest_key, self._clock),
            Vetter(VettedRows(connection), self._clock),
            Bringer(staged, plans, self._writer, ledger, self.retention, self._clock),
        )
        return planner, carrier

    def _take_over(self, configuration: Configuration) -> None:
        """Decides with another model or policy from now on."""
        model = configuration.model
        if model.frequencies != self.configuration.model.frequencies:
            former = self._preparing[1]
            self._preparing = model.name, Preparer(model.frequencies)
            former.retire()
        else:
            self._preparing = model.name, self._preparing[1]
        self.configuration = configuration
        self.reader.resolve_with(model, configuration.policy)
        self._planner, self._carrier = self._tools(configuration)

    def _run(self) -> None:
        while batch := self.queue.take():
            self._stopwatch.start()
            if batch.kind is Kind.DRY_RUNS:
                self._dry_runs(batch.queued)
            elif isinstance(batch.queued[0].write.keeping, RewriteStore):
                self._rewrite(batch.queued[0])
            else:
                self._handle(batch.queued)
            report = BatchReport(batch, self._stopwatch.stop())
            self.queue.carried_out(batch, report.timing.seconds)
            self._report(report)

    def _dry_runs(self, running: Sequence[Queued]) -> None:
        """Tries new records out together, which touches nothing; other dry runs one by one, in what is undone."""
        try:
            together = self._carrier.try_out([queued.write for queued in running], self._counters)
            self._audit_dry_runs([(running[place].write, answers) for place, answers in together.items()])
        except Exception as error:  # noqa: BLE001 - whatever fails is found again, and told, one by one
            _log.error("dry runs failed together: %s", whereabouts(error))
            together = {}
        for place, queued in enumerate(running):
            if place in together:
                queued.future.set_result(together[place])
            else:
                self._handle([queued])

    def _handle(self, running: Sequence[Queued]) -> None:
        try:
            answers = self._transact([queued.write for queued in running])
        except Exception as error:  # noqa: BLE001 - whatever fails is the answer of those who wait for it
            self._fail(running, error)
            return
        self._tell()
        for queued, answer in zip(running, answers, strict=True):
            if isinstance(answer, ResolverError):
                queued.future.set_exception(answer)
            else:
                queued.future.set_result(answer)

    def _rewrite(self, queued: Queued) -> None:
        """Writes the file anew, between two transactions. Who is told that it is unfinished tries again."""
        try:
            self._writer.erase()
            with storage_faults():
                done = not needs_rewriting(self._database.connection) or rewrite(self._database, lambda: self._closing)
        except StorageFull as error:
            queued.future.set_exception(error)
        except Exception as error:  # noqa: BLE001 - nobody can tell what is open now, so nothing goes on
            _log.error("writing the file anew failed: %s", whereabouts(error))
            failed = StoreFailed(ErrorReason.STORE_FAILED, "the store failed, and the service stops")
            self._fail_together([queued], failed)
        else:
            queued.future.set_result((Swept((), unfinished=not done),))

    def _fail(self, running: Sequence[Queued], error: Exception) -> None:
        """Tries the writes of a failed batch one by one, so that only the one at fault fails."""
        if isinstance(error, StorageFull | StoreFailed):
            self._fail_together(running, error)
            return
        if len(running) == 1:
            _log.error("a write failed: %s", whereabouts(error))
            running[0].future.set_exception(error)
            return
        for queued in running:
            try:
                (answer,) = self._transact([queued.write])
            except (StorageFull, StoreFailed) as fault:
                self._fail_together([queued], fault)
                continue
            except Exception as single:  # noqa: BLE001 - as above
                _log.error("a write failed: %s", whereabouts(single))
                queued.future.set_exception(single)
                continue
            if isinstance(answer, ResolverError):
                queued.future.set_exception(answer)
            else:
                queued.future.set_result(answer)
        self._tell()

    def _fail_together(self, running: Sequence[Queued], error: StorageFull | StoreFailed) -> None:
        """Fails all writes of a batch for a fault that none of them is to blame for."""
        _log.error("%d writes failed: %s", len(running), error.message)
        if isinstance(error, StoreFailed) and not self.failed.done():
            self.failed.set_result(error)
        for queued in running:
            queued.future.set_exception(error)

    def _tell(self) -> None:
        with self._listening:
            listeners = list(self._listeners.values())
        for listener in listeners:
            try:
                listener(self._counters.sequence)
            except Exception as error:  # noqa: BLE001 - who listens must not stop who writes
                _log.error("a listener failed: %s", whereabouts(error))

    def _report(self, report: BatchReport) -> None:
        with self._listening:
            watchers = list(self._watchers)
        for watcher in watchers:
            try:
                watcher(report)
            except Exception as error:  # noqa: BLE001 - as above
                _log.error("who watches the batches failed: %s", whereabouts(error))

    def _transact(self, writes: Sequence[Write]) -> list[Answers | ResolverError]:
        """Carries writes out in one transaction. An error among the answers is that of a whole write."""
        try:
            answers = self._transacted(writes)
        except BaseException:
            self._planner.undone()
            raise
        configuration = self._planner.committed()
        if configuration is not None:
            self._take_over(configuration)
        return answers

    def _transacted(self, writes: Sequence[Write]) -> list[Answers | ResolverError]:
        counters = replace(self._counters)
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
            head = self._audited(zip(writes, answers, strict=True), counters.time) if keep else self._audit_head
        if keep:
            self._counters, self._audit_head = counters, head
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
        head = self._auditor.write(entries, self._audit_head, time)
        return self._auditor.prune(head, time)

    def _audit_dry_runs(self, outcomes: Sequence[tuple[Write, Answers | ResolverError]]) -> None:
        """Writes down what dry runs were answered, of which nothing else is kept."""
        if any(write.asked is not None for write, _ in outcomes):
            time = max(self._clock(), self._counters.time)
            with self._writer.transaction():
                head = self._audited(outcomes, time)
            self._audit_head = head


def made_with(model: Model, policy: Policy) -> dict[str, str]:
    """What weights are made with, for a store to be bound to."""
    return {"model": model.name, "policy": policy.fingerprint(), STANDARDISED_BY: str(STANDARDISER)}


def open_engine(
    path: Path | None,
    *,
    model: Model | None = None,
    policy: Policy | None = STANDARD,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC).replace(tzinfo=None),
    key: StoreKey | None = None,
    audit_kept: timedelta | None = None,
    memory: int | None = None,
    retention: RetentionPolicy | None = None,
    stated: ReadStated | None = None,
    guarded: ReadGuard | None = None,
    to_restandardise: bool = False,
) -> Engine:
    """Opens the store at `path`, or one in memory for None, and starts its writer. With a key it is encrypted.

    Entries of the audit log are removed when they are older than `audit_kept`; with None they are kept for ever.
    `memory`: MiB that DuckDB may hold of a file; with None, four fifths of the machine.

    A store that a plan of re-resolution has changed is opened with the model and policy that the plan left it with;
    `model` and `policy` are for all others; with None, those that the store began with.

    A store that an earlier version standardised is refused, unless `to_restandardise`: for a plan that brings it to
    this version, and for nothing else. Where it was resolved with a model of other comparisons, the plan goes to the
    shipped one; a shipped policy has this version's values.

    Records are kept as `retention` says, by default the policy that is shipped. `stated` reads what the payloads of
    records of earlier versions state of that; without it they go by the policy alone. `guarded` reads whom those
    payloads keep records from; without it a store that holds any is refused.

    Raises:
        StoreError: the file cannot be used; it is left as it was.
        ModelError: the shipped model is damaged.
    """
    database = open_database(path, key)
    if memory is not None and path is not None:
        limit_memory(database, memory)
    if to_restandardise:
        chosen = to_be_brought_up(database.connection, policy or STANDARD)
    else:
        bind(database, {STANDARDISED_BY: str(STANDARDISER)})
        chosen = configured(database.connection) or Configuration(
            model or model_begun_with(database.connection) or shipped_model(),
            policy or begun_with(database.connection) or STANDARD,
        )
        bind(database, made_with(chosen.model, chosen.policy))
    destroy_left(path)
    give_guards(database.connection, guarded)
    names = IdentityNames(database.naming_key, database.numbered)
    retell(database.connection, chosen.policy, Receipts(names, chosen.model.name, chosen.policy))
    kept = retention or standard_policy()
    bring_up(database.connection, kept, stated)
    return Engine(database, chosen.model, chosen.policy, clock, audit_kept, kept)
