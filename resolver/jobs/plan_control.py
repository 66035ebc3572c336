"""How a run over a plan of re-resolution is watched and held back, and how it has the writer carry out its steps."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from os import cpu_count
from typing import Final, TypeVar

from resolver.domain.answer import Stepped
from resolver.domain.audit import Asked
from resolver.domain.errors import ErrorReason, Overloaded, Refused
from resolver.domain.plan import Plan
from resolver.engine.asked.plan_steps import Step
from resolver.engine.asked.source_steps import SourceStep
from resolver.engine.asked.writes import Write
from resolver.engine.engine import Engine
from resolver.jobs.beside import Work, work_beside

PLAN_MEMORY: Final = "4GB"
"""What a plan may take within DuckDB, unless told otherwise."""
_T = TypeVar("_T")
_AGAIN: Final = 0.2
"""Seconds after which a step is handed in again that found no room."""


@dataclass(frozen=True, slots=True)
class Control:
    """How a run is watched and held back.

    `progress` is told what is being done, with how many of how many records; 0 of 0 where that is not known. `share` is
    the greatest share (above 0, to 1) of the writer's time that the run takes while it stages and while identities
    follow, and of the processors while pairs are scored. `beside` says that long work in Python is done in a process
    of its own, as it has to be where this one serves calls: one interpreter does one thing at a time. `cancelled` is
    asked often. `asked` is who asked for it and why, for the audit log, unless that has it from a call.
    """

    progress: Callable[[str, int, int], None] = lambda _words, _done, _of: None
    cancelled: Callable[[], bool] = lambda: False
    share: float = 0.25
    beside: bool = False
    asked: Asked | None = None

    @property
    def threads(self) -> int:
        """How many threads score pairs."""
        return max(1, int(self.share * (cpu_count() or 1)))

    def told(self, words: str, done: int = 0, of: int = 0) -> None:
        """Tells what is being done, and breaks off a run that was cancelled: Refused with OPERATION_CANCELLED."""
        self._check(words)
        self.progress(words, done, of)

    def done(self, work: Work[_T], words: str) -> _T:
        """The result of work, which is told about, at first in these words; see `beside`.

        Raises:
            Refused: the run was cancelled, or the work raised it.
            ProcessLost: there is no result, where it was done beside.
        """
        return work_beside(work, self.told, words) if self.beside else work(self.told)

    def rest(self, taken: float) -> None:
        """Leaves the writer to others after it was taken for so many seconds."""
        time.sleep(taken * (1 / self.share - 1))

    def _check(self, words: str) -> None:
        if self.cancelled():
            raise Refused(ErrorReason.OPERATION_CANCELLED, f"cancelled while {words}")


UNWATCHED: Final = Control()


class Steps:
    """Has the writer carry out steps, one after another, as soon as its queue has room. Calls block."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, step: Step | SourceStep, asked: Asked | None = None) -> Stepped:
        """What became of a step."""
        while True:
            try:
                (answer,) = self._engine.submit(Write((), step=step, asked=asked)).result()
            except Overloaded as error:
                if error.reason is not ErrorReason.OVERLOADED:
                    raise
                time.sleep(_AGAIN)
                continue
            if not isinstance(answer, Stepped):
                raise TypeError("the writer answers a step with what became of it")
            return answer

    def take_resting(self, step: Step | SourceStep, control: Control) -> None:
        """Has one of many steps carried out, and leaves the writer to others after it."""
        begun = time.monotonic()
        self.take(step)
        control.rest(time.monotonic() - begun)

    def plan_after(self, step: Step | SourceStep, asked: Asked | None = None) -> Plan:
        """The plan after a step that is about it."""
        plan, _ = self.plan_and_seconds_after(step, asked)
        return plan

    def plan_and_seconds_after(self, step: Step | SourceStep, asked: Asked | None = None) -> tuple[Plan, float]:
        """The same, with the seconds that the writer took; see `Stepped`."""
        stepped = self.take(step, asked)
        if stepped.plan is None:
            raise TypeError("the writer answers with the plan that a step is about")
        return stepped.plan, stepped.seconds
