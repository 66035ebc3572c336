"""The reading side of the list of operations, and the form of its rows."""

from __future__ import annotations

import json
from typing import Any, Final

from resolver.domain.caller import Caller
from resolver.domain.errors import ErrorReason
from resolver.domain.operation import Fault, Operation, OperationState, PartialFailure, Progress
from resolver.store.sight import Rows

OPERATIONS: Final = """
SELECT number, name, kind, about, request, country, authority, system, create_time, update_time, state, start_time,
  end_time, cancel_asked, progress, result, reason, message
FROM operations
"""
NAMED: Final = f"{OPERATIONS} WHERE name = ?"
_LISTED: Final = f"""{OPERATIONS}
WHERE ($1 = 0 OR number < $1) AND ($2 IS NULL OR country = $2 AND authority = $3)
  AND ($4 IS NULL OR (end_time IS NOT NULL) = $4)
ORDER BY number DESC LIMIT $5
"""
_UNFINISHED: Final = f"{OPERATIONS} WHERE end_time IS NULL ORDER BY number"


class Operations:
    """Answers questions about operations, with the queries of a reader."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def named(self, name: str) -> Operation | None:
        """The operation of a name, `operations/{operation}`."""
        rows = self._rows(NAMED, [name])
        return operation_from_row(rows[0]) if rows else None

    def below(self, number: int, limit: int, caller: Caller | None, *, done: bool | None) -> list[Operation]:
        """Operations below a number, 0 for all, newest first.

        Those that the authority of `caller` asked for, with None all; those that have ended or not, with None both.
        """
        whose = (None, None) if caller is None else (caller.country, caller.authority)
        return list(map(operation_from_row, self._rows(_LISTED, [number, *whose, done, limit])))

    def unfinished(self) -> list[Operation]:
        """Operations that have not ended, the oldest first."""
        return list(map(operation_from_row, self._rows(_UNFINISHED, [])))


def operation_from_row(row: tuple[Any, ...]) -> Operation:
    """The operation of a row of `OPERATIONS`."""
    number, name, kind, about, request, country, authority, system, created, updated, *rest = row
    state, started, ended, cancel_asked, progress, result, reason, message = rest
    return Operation(
        number=number,
        name=name,
        kind=kind,
        about=about,
        request=bytes(request),
        caller=Caller(country, authority, system) if country else None,
        create_time=created,
        update_time=updated,
        state=OperationState(state),
        start_time=started,
        end_time=ended,
        cancel_asked=cancel_asked,
        progress=_progress_from_text(progress),
        result=bytes(result),
        fault=Fault(ErrorReason[reason], message) if reason else None,
    )


def operation_row(operation: Operation) -> list[Any]:
    """The row of an operation, in the order of `OPERATIONS`."""
    caller, fault = operation.caller or Caller("", "", ""), operation.fault
    return [
        operation.number,
        operation.name,
        operation.kind,
        operation.about,
        operation.request,
        caller.country,
        caller.authority,
        caller.system,
        operation.create_time,
        operation.update_time,
        operation.state.value,
        operation.start_time,
        operation.end_time,
        operation.cancel_asked,
        _progress_to_text(operation.progress),
        operation.result,
        "" if fault is None else fault.reason.name,
        "" if fault is None else fault.message,
    ]


def _progress_to_text(progress: Progress) -> str:
    failures = [[each.subject, each.fault.reason.name, each.fault.message] for each in progress.failures]
    content = {
        "phase": progress.phase,
        "done": progress.done,
        "total": progress.total,
        "counts": dict(progress.counts),
        "failures": failures,
        "failed": progress.failed,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _progress_from_text(text: str) -> Progress:
    content = json.loads(text)
    failures = tuple(
        PartialFailure(subject, Fault(ErrorReason[reason], message)) for subject, reason, message in content["failures"]
    )
    return Progress(content["phase"], content["done"], content["total"], content["counts"], failures, content["failed"])
