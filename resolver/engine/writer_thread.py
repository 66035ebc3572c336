"""The writer's thread: takes batch after batch off the queue, carries them out, and answers when they are durable."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from threading import Thread

from resolver.domain.errors import ErrorReason, ResolverError, StorageFull, StoreFailed
from resolver.domain.fault import whereabouts
from resolver.domain.swept import Swept
from resolver.engine.admission import WriteQueue
from resolver.engine.asked.retention import RewriteStore
from resolver.engine.listeners import Listeners
from resolver.engine.looking_ahead import LookingAhead, MakeReady
from resolver.engine.queued import BatchReport, Kind, Queued
from resolver.engine.transactions import Transactions
from resolver.stopwatch import Stopwatch
from resolver.store.database import Database
from resolver.store.faults import storage_faults
from resolver.store.rewriting import needs_rewriting, rewrite
from resolver.store.writer import Writer

_log = logging.getLogger(__name__)


class WriterThread:
    """Has the queue and those who listen; any thread may use these."""

    def __init__(
        self,
        database: Database,
        writer: Writer,
        transactions: Transactions,
        make_ready: MakeReady,
        stopwatch: Stopwatch,
    ) -> None:
        self._database = database
        self._writer = writer
        self._transactions = transactions
        self._stopwatch = stopwatch
        self._ahead = LookingAhead(make_ready)
        self.queue = WriteQueue()
        self.listeners = Listeners()
        """Who is told, on this thread, of what was committed and of batches."""
        self.failed: Future[StoreFailed] = Future()
        """Done when the store has failed; from then on nothing can be written or read, and the process should end."""
        self._closing = False
        self._thread = Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finishes what is queued, and ends."""
        self._closing = True
        self.queue.close()
        self._thread.join()

    def _run(self) -> None:
        while batch := self.queue.take():
            self._stopwatch.start()
            running = self._ahead.made_ready(batch.queued)
            self._ahead.look(self.queue.next_interactive())
            if batch.kind is Kind.DRY_RUNS:
                self._dry_runs(running)
            elif isinstance(running[0].write.keeping, RewriteStore):
                self._rewrite(running[0])
            else:
                self._handle(running)
            report = BatchReport(batch, self._stopwatch.stop())
            self.queue.carried_out(batch, report.timing.seconds)
            self.listeners.report(report)

    def _dry_runs(self, running: Sequence[Queued]) -> None:
        """Tries new records out together, which touches nothing; other dry runs one by one, in what is undone."""
        try:
            together = self._transactions.try_out([queued.write for queued in running])
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
            answers = self._transactions.carry_out([queued.write for queued in running])
        except Exception as error:  # noqa: BLE001 - whatever fails is the answer of those who wait for it
            self._fail(running, error)
            return
        self.listeners.tell(self._transactions.counters.sequence)
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
                (answer,) = self._transactions.carry_out([queued.write])
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
        self.listeners.tell(self._transactions.counters.sequence)

    def _fail_together(self, running: Sequence[Queued], error: StorageFull | StoreFailed) -> None:
        """Fails all writes of a batch for a fault that none of them is to blame for."""
        _log.error("%d writes failed: %s", len(running), error.message)
        if isinstance(error, StoreFailed) and not self.failed.done():
            self.failed.set_result(error)
        for queued in running:
            queued.future.set_exception(error)
