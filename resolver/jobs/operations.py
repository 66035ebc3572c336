"""Works on long-running operations: a few at a time, beside the service, until they end or the service does.

    begun (a row of the store) -> waits for a thread -> its kind's handler works -> ended (the row again)

What is in the store is what happened: an operation is worked on after the writer has written that it runs, and has
ended when the writer has written how. The service may end at any moment; `start` finds what that left behind.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from threading import Event, Lock
from typing import Final, Protocol

from resolver.domain.errors import ErrorReason, Overloaded, ResolverError, StorageFull, StoreFailed
from resolver.domain.fault import whereabouts
from resolver.domain.operation import (
    Fault,
    Operated,
    Operation,
    OperationState,
    PartialFailure,
    Progress,
    cancelled,
    interrupted,
)
from resolver.engine.asked.operations import EndOperation, Operating, ReportProgress, StartOperation
from resolver.engine.asked.writes import Write
from resolver.engine.engine import Engine
from resolver.engine.queued import Answers

WORKERS: Final = 2
"""Operations that are worked on at a time."""
REPORT_EVERY: Final = 1.0
"""Seconds between two reports of progress within one phase."""
_COME_AGAIN: Final = 1.0
"""Seconds after which a write is tried again that found no room."""

_log = logging.getLogger(__name__)


class Stopped(Exception):
    """Work on an operation has to stop here: it was cancelled, or the service ends."""


class Handler(Protocol):
    """How operations of one kind are worked on."""

    @property
    def resumes(self) -> bool:
        """Whether `run` can go on with an operation at which a service before this one was at work."""

    def run(self, running: Running) -> bytes:
        """Works, in a thread of its own, and returns the result as a serialised `google.protobuf.Any`.

        It reports how far it has come, at least every second: that is where it is stopped. What it began outside of the
        store it undoes then.

        Raises:
            Stopped: as `running` raised it.
            ResolverError: why there is no result; the caller is told. Any other exception is an internal error.
        """


class Running:
    """An operation at work, as its handler sees it."""

    def __init__(
        self, operation: Operation, write: Callable[[Operating], None], stop: Event, *, resumed: bool = False
    ) -> None:
        self.operation = operation
        """As it was when work began: the request, who asked, and the progress of a service before this one."""
        self.resumed = resumed
        """Whether a service before this one was at work on it."""
        self.progress = operation.progress
        self._write = write
        self._service_stops = stop
        self._cancelled = Event()
        if operation.cancel_asked:
            self._cancelled.set()
        self._reported = float("-inf")
        self._written = operation.progress

    def report(self, phase: str, done: int = 0, total: int = 0, counts: Mapping[str, int] | None = None) -> None:
        """Tells how far the work has come. Raises Stopped where it has to stop."""
        self.check()
        counts = self.progress.counts if counts is None else counts
        begins = phase != self.progress.phase
        self.progress = replace(self.progress, phase=phase, done=done, total=total, counts=counts)
        if self.progress == self._written:
            return
        if begins or time.monotonic() - self._reported >= REPORT_EVERY:
            self._reported, self._written = time.monotonic(), self.progress
            self._write(ReportProgress(self.operation.name, self.progress))

    def failed(self, subject: str, fault: Fault) -> None:
        """Tells that a part failed, and that the work goes on."""
        self.progress = self.progress.with_failure(PartialFailure(subject, fault))

    def check(self) -> None:
        """Raises Stopped where the work has to stop."""
        if self._service_stops.is_set() or self._cancelled.is_set():
            raise Stopped

    def cancel(self) -> None:
        """Makes the work stop at its next report."""
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody wants it to end."""
        return self._cancelled.is_set()


class OperationRunner:
    """Belongs to a service. Any thread may use it."""

    def __init__(self, engine: Engine, handlers: Mapping[str, Handler], workers: int = WORKERS) -> None:
        """Takes the handlers by the kinds of operations that they work on."""
        self._engine = engine
        self._handlers = dict(handlers)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="operation")
        self._stop = Event()
        self._lock = Lock()
        self._taken: set[str] = set()
        self._running: dict[str, Running] = {}
        self._listeners: dict[int, Callable[[str], None]] = {}

    def start(self) -> None:
        """Takes up what a service before this one left: what waited or can be resumed is worked on, the rest ends."""
        with suppress(Stopped):
            for operation in self._engine.reader.operations.unfinished():
                self._take_up(operation)

    def take(self, name: str, *, resumed: bool = False) -> None:
        """Works on an operation that was begun, when a worker is free; one that is taken already is not taken twice."""
        with self._lock:
            if name in self._taken or self._stop.is_set():
                return
            self._taken.add(name)
            self._pool.submit(self._work, name, resumed)

    def cancel(self, name: str) -> None:
        """Tells the work on an operation to stop, once it is written down that somebody wants that."""
        with self._lock:
            running = self._running.get(name)
        if running is not None:
            running.cancel()
        else:
            self._tell(name)

    def watch(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Calls `listener` with the name of each operation that ends, on any thread; returns what ends that."""
        with self._lock:
            self._listeners[id(listener)] = listener

        def stop() -> None:
            with self._lock:
                self._listeners.pop(id(listener), None)

        return stop

    def close(self) -> None:
        """Stops the work, which the next start takes up or ends. Blocks until handlers have heeded that."""
        with self._lock:
            self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def _take_up(self, operation: Operation) -> None:
        handler = self._handlers.get(operation.kind)
        waited = operation.state is OperationState.PENDING
        if operation.cancel_asked:
            self._end(operation, cancelled(operation.name), operation.progress)
        elif handler is not None and (waited or handler.resumes):
            self.take(operation.name, resumed=not waited)
        else:
            self._end(operation, interrupted(operation.name), operation.progress)

    def _work(self, name: str, resumed: bool) -> None:
        try:
            state = self._insist(StartOperation(name)).state
            operation = self._engine.reader.operations.named(name)
            if state is not OperationState.RUNNING or operation is None:
                return
            self._run(operation, resumed)
        except Stopped:
            pass
        except ResolverError as error:
            _log.error("%s cannot be worked on: %s", name, error.message)
        except Exception as error:  # noqa: BLE001 - nobody else would hear of it
            _log.error("%s cannot be worked on: %s", name, whereabouts(error))
        finally:
            with self._lock:
                self._taken.discard(name)

    def _run(self, operation: Operation, resumed: bool) -> None:
        handler = self._handlers[operation.kind]
        running = Running(operation, self._report, self._stop, resumed=resumed)
        with self._lock:
            self._running[operation.name] = running
        try:
            # It may have been cancelled between the two.
            now = self._engine.reader.operations.named(operation.name)
            if now is not None and now.cancel_asked:
                running.cancel()
            running.check()
            outcome: bytes | Fault = handler.run(running)
        except Stopped:
            if not running.is_cancelled:
                return
            outcome = cancelled(operation.name)
        except ResolverError as error:
            outcome = Fault(error.reason, error.message)
        except Exception as error:  # noqa: BLE001 - whatever fails is the operation's end
            _log.error("%s failed: %s", operation.name, whereabouts(error))
            outcome = Fault(ErrorReason.INTERNAL, "internal error")
        finally:
            with self._lock:
                del self._running[operation.name]
        self._end(operation, outcome, running.progress)

    def _end(self, operation: Operation, outcome: bytes | Fault, progress: Progress) -> None:
        self._insist(EndOperation(operation.name, outcome, progress))
        _log.info("%s (%s) ended", operation.name, operation.kind)
        self._tell(operation.name)

    def _tell(self, name: str) -> None:
        with self._lock:
            listeners = list(self._listeners.values())
        for listener in listeners:
            listener(name)

    def _report(self, asked: Operating) -> None:
        """Writes progress down, if there is room for that now."""
        try:
            self._write(asked)
        except (Overloaded, StorageFull) as error:
            _log.warning("progress was not written down: %s", error.message)

    def _insist(self, asked: Operating) -> Operated:
        """Writes a change down, as often as it takes. Raises Stopped when the service ends meanwhile."""
        while True:
            try:
                (answer,) = self._write(asked)
            except StoreFailed:
                raise Stopped from None
            except (Overloaded, StorageFull) as error:
                if error.reason is ErrorReason.SHUTTING_DOWN or self._stop.wait(_COME_AGAIN):
                    raise Stopped from None
            else:
                if not isinstance(answer, Operated):
                    raise TypeError(f"the engine answered with {type(answer).__name__}")
                return answer

    def _write(self, asked: Operating) -> Answers:
        return self._engine.submit(Write((), atomic=True, operating=asked)).result()
