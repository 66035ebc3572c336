"""How far a load has come: a bar on a terminal, with its rate and the time that is left, and the seconds a phase."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class _Rate(ProgressColumn):
    """Steps a second."""

    def render(self, task: Task) -> Text:
        """The rate, when there is one."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


class LoadWatch:
    """Shows one phase after the other; on no terminal, a line for each that ended. `seconds` has how long each took."""

    def __init__(self, *, hidden: bool) -> None:
        console = Console(stderr=True)
        self.seconds: dict[str, float] = {}
        self._shown = not hidden and not console.is_terminal
        self._console = console
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate()
        times = TimeElapsedColumn(), TimeRemainingColumn()
        self._bar = Progress(*columns, *times, console=console, disable=hidden or not console.is_terminal)
        self._phase = ""
        self._begun = 0.0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            self._end()
        self._bar.stop()

    def begin(self, phase: str, total: int | None = None) -> None:
        """The phase before ends, and another begins, with so many steps if that is known."""
        self._end()
        self._phase, self._begun = phase, time.monotonic()
        self._task = self._bar.add_task(phase, total=total)

    def advance(self, done: int) -> None:
        """So many steps of the phase are done."""
        self._bar.update(self._task, completed=done)

    def _end(self) -> None:
        if not self._phase:
            return
        self.seconds[self._phase] = time.monotonic() - self._begun
        self._bar.stop_task(self._task)
        if self._shown:
            self._console.print(f"{self._phase}: {self.seconds[self._phase]:,.1f} s", highlight=False)
        self._phase = ""
