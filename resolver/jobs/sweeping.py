"""A sweep: owners are told what is due, what has expired is purged, and the store's file is written anew.

It is done from time to time beside the service, where each step waits for a moment without single calls, and by an
operator at a store that is not served. A sweep that was interrupted is finished by the next: each step is a transaction
of its own, and begins with what is still to do.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Final

from resolver.domain.audit import Asked
from resolver.domain.decision import Decision
from resolver.domain.errors import ResolverError
from resolver.domain.fault import whereabouts
from resolver.domain.swept import Swept
from resolver.engine.asked.retention import Keeping, PurgeExpired, RewriteStore, TellDue
from resolver.engine.asked.writes import Write
from resolver.engine.engine import Engine
from resolver.jobs.giving_way import let_pass

SWEEP: Final = "resolver/Sweep"
"""The method that the audit log names, which nobody can call."""
_AGAIN: Final = timedelta(minutes=10)
"""After a sweep that could not be finished."""
_LOOK: Final = 30.0
"""Seconds between two looks at the clock, which may be set."""
_QUIET: Final = 0.25
"""Seconds without a single call after which the next step is taken: who calls now and then waits for none."""
_PATIENCE: Final = 2.0
"""Seconds after which it is taken anyhow: of a hundred calls one after another, one waits for it."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a sweep did: of how many records owners were told, and the decisions of those that were purged.

    `unfinished`: the file is still to be written anew.
    """

    told: int
    purged: tuple[Decision, ...]
    unfinished: bool


def sweep(engine: Engine) -> Sweep:
    """Sweeps now. Blocks.

    Raises:
        ResolverError: the engine is overloaded, closing, or its store failed; what was done stays done.
    """
    told = sum(len(step.decisions) for step in _steps(engine, TellDue()))
    purged = tuple(decision for step in _steps(engine, PurgeExpired()) for decision in step.decisions)
    (rewritten,) = _steps(engine, RewriteStore())
    if told or purged:
        _log.info("%d records are due, %d were purged", told, len(purged))
    return Sweep(told, purged, rewritten.unfinished)


def _steps(engine: Engine, asked: Keeping) -> Iterator[Swept]:
    """Steps of one kind until one does nothing, that one included."""
    while True:
        let_pass(lambda: engine.queue.quiet < _QUIET, _PATIENCE)
        write = Write((), atomic=True, keeping=asked, asked=Asked("", "", "", SWEEP))
        (step,) = engine.submit(write).result()
        if not isinstance(step, Swept):
            raise TypeError(f"the engine answered with {type(step).__name__}")
        yield step
        if not step.decisions:
            return


class Sweeper:
    """Sweeps every so often, on a thread of its own; the first time so long after the store was last swept."""

    def __init__(self, engine: Engine, period: timedelta) -> None:
        self._engine = engine
        self._period = period
        self._stopping = Event()
        Thread(target=self._run, name="sweeper", daemon=True).start()

    def stop(self) -> None:
        """Lets no further sweep begin. One that runs ends when the engine is closed, which comes next."""
        self._stopping.set()

    def _run(self) -> None:
        last = self._engine.reader.retention.swept()
        due = datetime.min if last is None else last + self._period  # noqa: DTZ901 - times are UTC without zone
        while not self._stopping.is_set():
            if self._engine.now() >= due:
                due = self._engine.now() + (self._period if self._swept() else min(_AGAIN, self._period))
            self._stopping.wait(_LOOK)

    def _swept(self) -> bool:
        """Sweeps, and says whether all of it was done."""
        try:
            return not sweep(self._engine).unfinished
        except ResolverError as error:
            if not self._stopping.is_set():
                _log.error("a sweep was not finished: %s", error.message)
        except Exception as error:  # noqa: BLE001 - the next one may do better
            _log.error("a sweep failed: %s", whereabouts(error))
        return False
