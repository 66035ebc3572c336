"""The bookkeeper: keeps the list of long-running operations, within the writer's transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from resolver.domain.errors import ErrorReason, Overloaded
from resolver.domain.operation import KEPT, MOST_UNFINISHED, Operated, Operation, no_operation, still_running
from resolver.engine.asked.operations import (
    BeginOperation,
    CancelOperation,
    DeleteOperation,
    EndOperation,
    Operating,
    ReportProgress,
    StartOperation,
)
from resolver.engine.officers.counters import Counters
from resolver.store.operation_rows import OperationRows


class Bookkeeper:
    """Writes down what becomes of operations. Holds no state of its own beyond its tools."""

    def __init__(self, rows: OperationRows, clock: Callable[[], datetime]) -> None:
        self._rows = rows
        self._clock = clock

    def carry_out(self, asked: Operating, counters: Counters) -> Operated:
        """Writes one change down.

        Raises:
            NotFound: there is no such operation.
            Refused: OPERATION_RUNNING, it has not ended and is to be deleted.
            Overloaded: too many have not ended.
            ResolverError: what stands in the way of one that is to begin.
        """
        now = counters.time = max(self._clock(), counters.time)
        if isinstance(asked, BeginOperation):
            return self._begin(asked, now)
        before = self._rows.named(asked.name)
        if before is None:
            raise no_operation(asked.name)
        if isinstance(asked, DeleteOperation):
            if not before.done:
                raise still_running(asked.name)
            self._rows.delete(before.number)
            return Operated(before.name, before.state)
        after = _changed(before, asked, now)
        if after != before:
            self._rows.write(after)
        return Operated(after.name, after.state)

    def _begin(self, asked: BeginOperation, now: datetime) -> Operated:
        if self._rows.unfinished() >= MOST_UNFINISHED:
            raise Overloaded(ErrorReason.OVERLOADED, f"{MOST_UNFINISHED} operations have not ended")
        asked.check()
        self._rows.forget(now - KEPT)
        begun = Operation(
            number=self._rows.next_number(),
            name=asked.name,
            kind=asked.kind,
            about=asked.about,
            request=asked.request,
            caller=asked.caller,
            create_time=now,
            update_time=now,
        )
        self._rows.write(begun)
        return Operated(begun.name, begun.state)


def _changed(
    before: Operation, asked: StartOperation | ReportProgress | EndOperation | CancelOperation, now: datetime
) -> Operation:
    match asked:
        case StartOperation():
            return before.started(now)
        case ReportProgress():
            return before.progressed(asked.progress, now)
        case EndOperation():
            return before.progressed(asked.progress, now).ended(asked.outcome, now)
        case CancelOperation():
            return before.asked_to_cancel(now)
