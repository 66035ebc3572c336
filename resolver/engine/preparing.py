"""Makes records ready, in a process beside the server's: what they state, and what is flawed in them.

Standardising and blocking keys are most of what a record costs in Python, and one interpreter does one thing at a time:
a stream at full speed would hold up the writer, and every single call with it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import date
from multiprocessing import connection, get_context, parent_process
from threading import Lock, Thread
from typing import Final

from resolver.collecting import collect_seldom
from resolver.domain.record import Record
from resolver.linkage.term_frequencies import TermFrequencies
from resolver.store.content import Prepared, prepared

WORTHWHILE: Final = 50
"""Records below which handing them over is not worth it."""


class Preparer:
    """Starts its processes with the first large message; any thread may use it."""

    def __init__(self, frequencies: TermFrequencies) -> None:
        self._frequencies = frequencies
        self._pool: ProcessPoolExecutor | None = None
        self._starting = Lock()

    def prepared(self, records: Sequence[Record], model: str, day: date) -> list[Prepared]:
        """The records made ready for a model, as of a day, in their order. Blocks."""
        if len(records) >= WORTHWHILE:
            pool = self._started()
            try:
                return pool.submit(_prepared, records, model, day).result()
            except RuntimeError:
                # Somebody ended a process, memory ran out, or another model took over: the next message starts another.
                self._drop(pool)
        return [prepared(record, self._frequencies, model, day) for record in records]

    def later(self, records: Sequence[Record], model: str, day: date) -> Future[list[Prepared]]:
        """The same from a process beside, however few, for a caller that does not wait; fails if that process ends."""
        pool = self._started()
        made: Future[list[Prepared]] = Future()
        try:
            made = pool.submit(_prepared, records, model, day)
        except RuntimeError as error:
            made.set_exception(error)
        made.add_done_callback(lambda done: self._drop(pool) if isinstance(done.exception(), RuntimeError) else None)
        return made

    def retire(self) -> None:
        """Ends the processes when they are done; waits for nobody."""
        with self._starting:
            if self._pool is not None:
                self._pool.shutdown(wait=False)
                self._pool = None

    def close(self) -> None:
        """Ends the processes."""
        with self._starting:
            if self._pool is not None:
                self._pool.shutdown()
                self._pool = None

    def _started(self) -> ProcessPoolExecutor:
        with self._starting:
            if self._pool is None:
                # One core is the writer's. A process that is forked from one with threads may find a lock taken.
                workers = max(1, (os.cpu_count() or 2) - 1)
                self._pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, (self._frequencies,))
            return self._pool

    def _drop(self, pool: ProcessPoolExecutor) -> None:
        with self._starting:
            if self._pool is pool:
                self._pool = None
        pool.shutdown(wait=False)


class _Worker:
    """What a process beside has."""

    frequencies: TermFrequencies


def end_with_the_parent() -> None:
    """Makes this process one that its parent alone ends, and that never outlives it."""
    # A terminal sends its signals to all processes; the parent tells this one when to end.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    Thread(target=_wait_for_the_end, daemon=True).start()


def _begin(frequencies: TermFrequencies) -> None:
    _Worker.frequencies = frequencies
    end_with_the_parent()
    collect_seldom()


def _wait_for_the_end() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(0)


def _prepared(records: Sequence[Record], model: str, day: date) -> list[Prepared]:
    return [prepared(record, _Worker.frequencies, model, day) for record in records]
