"""The engine: the one writer.

Writes queue; the writer's thread takes what is waiting, carries it out in one transaction, and
answers when that is durable. What is waiting while a transaction runs becomes the next batch, so
batches grow with the load and nobody waits for a batch to fill.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Condition, Thread

from resolver.domain.answer import Answer, RecordAnswer
from resolver.domain.decision import Decision
from resolver.domain.errors import ErrorReason, FieldViolation, InvalidInput, Overloaded, ResolverError
from resolver.domain.verdict import Ruled, Verdict
from resolver.identity.names import IdentityNames
from resolver.identity.policy import STANDARD, Policy
from resolver.judge import Judge
from resolver.judging import Judgement
from resolver.ledger import Counters, Ledger
from resolver.linkage.model import Model, shipped_model
from resolver.registering import Registration
from resolver.registrar import Registrar
from resolver.standardise.record import VERSION as STANDARDISER
from resolver.store.answer_rows import answers_from_text, answers_to_text, sequences_in
from resolver.store.consumer_rows import ConsumerRows
from resolver.store.database import Database, bind, open_database
from resolver.store.reader import Reader
from resolver.store.receipts import Receipts
from resolver.store.writer import Writer
from resolver.writes import Change, Write, rounds

MOST_QUEUED = 20_000
"""Changes that may wait; more are refused as overload."""
MOST_IN_BATCH = 1_000
"""Changes in one transaction, unless a single write has more."""
ANSWERS_KEPT = timedelta(hours=24)
FORGET_EVERY = timedelta(hours=1)

Answers = tuple[Answer, ...]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Queued:
    write: Write
    future: Future[Answers]


class Engine:
    """Takes writes, decides, and tells who listens. Reads go through `reader`."""

    def __init__(self, database: Database, model: Model, policy: Policy, clock: Callable[[], datetime]) -> None:
        self.model_name = model.name
        self.policy_name = policy.name
        names = IdentityNames(database.naming_key)
        receipts = Receipts(names, model.name, policy)
        self.reader = Reader(database, model, policy, names, receipts)
        self._database = database
        self._clock = clock
        self._writer = Writer(database.connection, model, policy.review_weight)
        self._ledger = Ledger(self._writer, receipts, policy, clock)
        self._judge = Judge(self._writer, self.reader, receipts, policy, clock)
        self._registrar = Registrar(ConsumerRows(database.connection), clock)
        self._counters = Counters(*self._writer.counters())
        self._forgotten = self._counters.time
        self._queue: list[_Queued] = []
        self._queued_changes = 0
        self._changed = Condition()
        self._closing = False
        self._listeners: dict[int, Callable[[int], None]] = {}
        self._thread = Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, write: Write) -> Future[Answers]:
        """Queues a write and returns at once. Cancelling the future takes it off the queue if it still waits there.

        Raises:
            Overloaded: the queue is full, or the engine is closing.
        """
        future: Future[Answers] = Future()
        with self._changed:
            if self._closing:
                raise Overloaded(ErrorReason.SHUTTING_DOWN, "the service is stopping")
            if self._queued_changes + write.size > MOST_QUEUED:
                raise Overloaded(ErrorReason.OVERLOADED, "the queue of writes is full")
            self._queue.append(_Queued(write, future))
            self._queued_changes += write.size
            self._changed.notify()
        return future

    def now(self) -> datetime:
        """The time, UTC without zone."""
        return self._clock()

    def watch(self, listener: Callable[[int], None]) -> Callable[[], None]:
        """Calls `listener` with the newest place in the feed after each commit, on the writer's thread."""
        with self._changed:
            self._listeners[id(listener)] = listener

        def stop() -> None:
            with self._changed:
                self._listeners.pop(id(listener), None)

        return stop

    def close(self) -> None:
        """Finishes what is queued, writes the log into the file, and closes the store."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()
        self.reader.close()
        self._writer.checkpoint()
        self._database.connection.close()

    def _run(self) -> None:
        while batch := self._take():
            self._handle(batch)

    def _take(self) -> list[_Queued]:
        """The next batch: what waits, up to the bound; dry runs and judgements come alone, repeated keys first."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closing)
            batch: list[_Queued] = []
            changes = 0
            keys: set[str] = set()
            for queued in self._queue:
                write = queued.write
                full = changes + write.size > MOST_IN_BATCH
                if batch and (full or write.alone or (write.request_key and write.request_key in keys)):
                    break
                batch.append(queued)
                changes += write.size
                keys.add(write.request_key)
                if write.alone:
                    break
            del self._queue[: len(batch)]
            self._queued_changes -= changes
        return batch

    def _handle(self, batch: list[_Queued]) -> None:
        running = [queued for queued in batch if queued.future.set_running_or_notify_cancel()]
        if not running:
            return
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

    def _fail(self, running: list[_Queued], error: Exception) -> None:
        """Tries the writes of a failed batch one by one, so that only the one at fault fails."""
        if len(running) == 1:
            _log.error("a write failed: %s", type(error).__name__, exc_info=error)
            running[0].future.set_exception(error)
            return
        for queued in running:
            try:
                (answer,) = self._transact([queued.write])
            except Exception as single:  # noqa: BLE001 - as above
                _log.error("a write failed: %s", type(single).__name__, exc_info=single)
                queued.future.set_exception(single)
                continue
            if isinstance(answer, ResolverError):
                queued.future.set_exception(answer)
            else:
                queued.future.set_result(answer)
        self._tell()

    def _tell(self) -> None:
        with self._changed:
            listeners = list(self._listeners.values())
        for listener in listeners:
            try:
                listener(self._counters.sequence)
            except Exception:  # noqa: BLE001 - who listens must not stop who writes
                _log.exception("a listener failed")

    def _transact(self, writes: Sequence[Write]) -> list[Answers | ResolverError]:
        """Carries writes out in one transaction. An error among the answers is that of a whole write."""
        counters = replace(self._counters)
        keep = not writes[0].validate_only
        with self._writer.transaction(keep=keep):
            earlier = self._writer.answers([write.request_key for write in writes if write.request_key])
            answers = self._answer(writes, earlier, counters)
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
        if keep:
            self._counters = counters
            return answers
        return [answer if isinstance(answer, ResolverError) else _undecided(answer) for answer in answers]

    def _answer(
        self, writes: Sequence[Write], earlier: Mapping[str, tuple[bytes, str]], counters: Counters
    ) -> list[Answers | ResolverError]:
        answers: dict[int, Answers | ResolverError] = {}
        shared: list[int] = []
        for place, write in enumerate(writes):
            if write.request_key in earlier:
                digest, text = earlier[write.request_key]
                answers[place] = self._first_answer(text) if digest == write.digest else write.reused()
            elif write.judgement is not None:
                answers[place] = self._judged(write.judgement, counters)
            elif write.registration is not None:
                answers[place] = self._registered(write.registration, counters)
            elif write.atomic and len(write.changes) > 1:
                answers |= self._together(writes, shared, counters)
                shared = []
                answers[place] = self._atomic(write, counters)
            else:
                shared.append(place)
        answers |= self._together(writes, shared, counters)
        return [answers[place] for place in range(len(writes))]

    def _together(
        self, writes: Sequence[Write], places: Sequence[int], counters: Counters
    ) -> dict[int, Answers | ResolverError]:
        """Carries the changes of several writes out in common rounds."""
        changes: list[Change | ResolverError] = [change for place in places for change in writes[place].changes]
        refused = ((place, change) for place, change in enumerate(changes) if isinstance(change, ResolverError))
        found: dict[int, RecordAnswer] = dict(refused)
        for run in rounds(tuple(changes)):
            found |= self._ledger.carry_out(run, counters)
        answers: dict[int, Answers | ResolverError] = {}
        start = 0
        for place in places:
            end = start + len(writes[place].changes)
            told = tuple(found[i] for i in range(start, end))
            # A single change that is refused fails its write as a whole.
            failed = told[0] if writes[place].atomic else None
            answers[place] = failed if isinstance(failed, ResolverError) else told
            start = end
        return answers

    def _atomic(self, write: Write, counters: Counters) -> Answers | ResolverError:
        runs = list(rounds(write.changes))
        if len(runs) > 1:
            return InvalidInput((FieldViolation("requests", "name a record more than once"),))
        before = replace(counters)
        try:
            found = self._ledger.carry_out(runs[0], counters, atomic=True)
        except ResolverError as error:
            counters.number = before.number
            return error
        return tuple(found[place] for place in range(len(write.changes)))

    def _judged(self, judgement: Judgement, counters: Counters) -> Answers | ResolverError:
        try:
            return (self._judge.carry_out(judgement, counters),)
        except ResolverError as error:
            return error

    def _registered(self, registration: Registration, counters: Counters) -> Answers | ResolverError:
        try:
            return (self._registrar.carry_out(registration, counters),)
        except ResolverError as error:
            return error

    def _first_answer(self, text: str) -> Answers:
        decisions = self._writer.decision_texts(sequences_in(text))
        return answers_from_text(text, decisions.__getitem__)


def open_engine(
    path: Path | None,
    *,
    model: Model | None = None,
    policy: Policy = STANDARD,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC).replace(tzinfo=None),
) -> Engine:
    """Opens the store at `path`, or one in memory for None, and starts its writer.

    Raises:
        StoreError: the file cannot be used; it is left as it was.
        ModelError: the shipped model is damaged.
    """
    chosen = model or shipped_model()
    database = open_database(path)
    bind(database, {"model": chosen.name, "policy": policy.fingerprint(), "standardiser": str(STANDARDISER)})
    return Engine(database, chosen, policy, clock)


def _undecided(answers: Answers) -> Answers:
    """The answers of a dry run: nothing has a place in the feed."""
    return tuple(map(_unplaced, answers))


def _unplaced(answer: Answer) -> Answer:
    if isinstance(answer, Decision):
        return replace(answer, sequence=0, verdicts=())
    if isinstance(answer, Ruled):
        decision = None if answer.decision is None else replace(answer.decision, sequence=0, verdicts=())
        return Ruled(tuple(map(_unnumbered, answer.verdicts)), decision)
    return answer


def _unnumbered(verdict: Verdict) -> Verdict:
    """A new verdict without the number that another may get; one that was there before keeps its own."""
    return verdict if verdict.revision > 1 else replace(verdict, number=0)
