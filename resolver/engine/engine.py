"""The engine: the one writer.

Writes queue; the writer's thread takes the next batch, carries it out in one transaction, and answers
when that is durable. What is waiting while a transaction runs becomes the next batch, so batches grow
with the load and nobody waits for a batch to fill; `admission` says what a batch may have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from resolver.domain.audit import Head
from resolver.domain.purged import purge_key
from resolver.domain.record import Record
from resolver.engine.asked.submission import Submission
from resolver.engine.asked.writes import Write
from resolver.engine.preparing import Preparer
from resolver.engine.queued import Answers
from resolver.engine.transactions import Transactions
from resolver.engine.writer_thread import WriterThread
from resolver.identity.names import IdentityNames
from resolver.identity.policy import STANDARD, Policy
from resolver.linkage.model import Model, shipped_model
from resolver.retention.file import standard_policy
from resolver.retention.policy import RetentionPolicy
from resolver.standardise.record import VERSION as STANDARDISER
from resolver.stopwatch import Stopwatch
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
from resolver.store.content import Prepared
from resolver.store.database import STANDARDISER as STANDARDISED_BY
from resolver.store.database import Database, bind, limit_memory, open_database
from resolver.store.handling_start import ReadHandling, give_handling
from resolver.store.keys import StoreKey
from resolver.store.reader import Reader
from resolver.store.receipts import Receipts
from resolver.store.retelling import retell
from resolver.store.retention_start import ReadStated, bring_up
from resolver.store.rewriting import destroy_left
from resolver.store.sizes import Sizes
from resolver.store.snapshot import Snapshot, snapshot_of
from resolver.store.writer import Writer


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
        stopwatch = Stopwatch()
        self._writer = Writer(database.connection, model, policy.review_weight, self.names, stopwatch)
        self.reader.reading.guarded_when(self._writer.guards.any)
        self.markings = self._writer.markings
        """The markings of records that hold now; any thread may look one up."""
        self._preparing = model.name, Preparer(model.frequencies)
        self.sizes = Sizes(database)
        self._transactions = Transactions(
            database,
            self._writer,
            self.reader,
            self.names,
            self.configuration,
            self.retention,
            self._take_over,
            clock,
            stopwatch,
            audit_kept,
        )
        self._thread = WriterThread(database, self._writer, self._transactions, self._make_ready, stopwatch)
        self.queue = self._thread.queue
        self.listeners = self._thread.listeners
        """Who is told, on the writer's thread, of what was committed and of batches."""
        self.failed = self._thread.failed
        """Done when the store has failed; from then on nothing can be written or read, and the process should end."""

    def prepared(self, writes: Sequence[Write]) -> list[Write]:
        """The writes with their records made ready, before the writer's turn. Blocks."""
        records = [change.record for write in writes for change in write.changes if isinstance(change, Submission)]
        model, preparer = self._preparing
        made = iter(preparer.prepared(records, model, self._clock().date()))
        return [
            replace(
                write,
                changes=tuple(
                    replace(change, prepared=next(made)) if isinstance(change, Submission) else change
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
        return self._transactions.audit_head

    @property
    def purges(self) -> int:
        """How many purges were committed since the start: what was read of the store before the last may be gone."""
        return self._transactions.purges

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

    def scratch(self, memory: str) -> duckdb.DuckDBPyConnection:
        """A database in memory for work on a snapshot, which takes at most so much, such as `4GB`, before it spills."""
        return self._database.scratch(memory)

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
        self._thread.close()
        self._preparing[1].close()
        self.reader.close()
        try:
            if not self.failed.done():
                self._writer.checkpoint()
        finally:
            self._database.connection.close()

    def _make_ready(self, records: Sequence[Record]) -> Future[list[Prepared]]:
        """Records made ready in the process beside, for the writer's thread, which waits for nothing."""
        model, preparer = self._preparing
        return preparer.later(records, model, self._clock().date())

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
    handled: ReadHandling | None = None,
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
    records of earlier versions state of that; without it they go by the policy alone. `handled` reads whom those
    payloads keep records from, and how they mark them; without it a store that holds any is refused.

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
    give_handling(database.connection, handled)
    names = IdentityNames(database.naming_key, database.numbered)
    retell(database.connection, chosen.policy, Receipts(names, chosen.model.name, chosen.policy))
    kept = retention or standard_policy()
    bring_up(database.connection, kept, stated)
    return Engine(database, chosen.model, chosen.policy, clock, audit_kept, kept)
