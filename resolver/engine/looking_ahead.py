"""What waits for the writer is made ready in the process beside while the writer is busy with what came before.

Of a flood of single calls, making records ready would be half of what the writer does with each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from itertools import islice
from typing import Final

from resolver.domain.record import Record
from resolver.engine.asked.submission import Submission
from resolver.engine.queued import Queued
from resolver.store.content import Prepared

WORTHWHILE: Final = 16
"""Records below which handing them over is not worth it."""
MOST: Final = 64
"""Records that are handed over at a time: what two batches take of a flood."""

MakeReady = Callable[[Sequence[Record]], Future[list[Prepared]]]


class LookingAhead:
    """Belongs to the writer's thread."""

    def __init__(self, make_ready: MakeReady) -> None:
        self._make_ready = make_ready
        self._asked: dict[int, tuple[Future[list[Prepared]], int]] = {}
        self._was_answered = False

    def made_ready(self, batch: Sequence[Queued]) -> tuple[Queued, ...]:
        """The writes of a batch, with what was made ready of them."""
        return tuple(map(self._filled, batch))

    def look(self, waiting: Sequence[Queued]) -> None:
        """Has the first of what waits, in its order, made ready, if that is enough of it."""
        self._asked = {each.ticket: self._asked[each.ticket] for each in waiting if each.ticket in self._asked}
        unasked = (each for each in waiting if each.ticket not in self._asked and _unprepared(each) is not None)
        found = list(islice(unasked, MOST))
        if len(found) >= WORTHWHILE:
            made = self._make_ready([each.record for each in map(_unprepared, found) if each is not None])
            self._asked |= {each.ticket: (made, place) for place, each in enumerate(found)}

    def _filled(self, queued: Queued) -> Queued:
        made, place = self._asked.pop(queued.ticket, (None, 0))
        change = _unprepared(queued)
        # A process that starts takes longer than all that waits.
        if made is None or change is None or not (made.done() or self._was_answered):
            return queued
        if made.exception() is not None:
            self._was_answered = False
            return queued
        self._was_answered = True
        prepared = replace(change, prepared=made.result()[place])
        return replace(queued, write=replace(queued.write, changes=(prepared,)))


def _unprepared(queued: Queued) -> Submission | None:
    """The one record of a write, if nobody made it ready."""
    changes = queued.write.changes
    change = changes[0] if len(changes) == 1 else None
    return change if isinstance(change, Submission) and change.prepared is None else None
