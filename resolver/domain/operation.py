"""Long-running operations: work that outlives the call that asked for it, and a restart of the service.

    PENDING -> RUNNING -> SUCCEEDED | FAILED | CANCELLED
    PENDING -> CANCELLED

Times are UTC without zone. No text of an operation holds personal data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from resolver.domain.caller import Caller
from resolver.domain.errors import ErrorReason, NotFound, Refused

OPERATIONS: Final = "operations/"
KEPT: Final = timedelta(days=30)
"""How long an operation can be read after its end."""
MOST_UNFINISHED: Final = 100
"""Operations that have not ended, running ones included; beyond it none is taken in."""
MOST_FAILURES: Final = 100
"""Partial failures that are listed one by one; all are counted."""


class OperationState(Enum):
    """Where an operation stands; the numbers are those of `ftf.resolution.v1.OperationState`."""

    UNSPECIFIED = 0
    PENDING = 1
    RUNNING = 2
    SUCCEEDED = 3
    FAILED = 4
    CANCELLED = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an operation, or a part of it, did not succeed: what a caller is told."""

    reason: ErrorReason
    message: str


@dataclass(frozen=True, slots=True)
class PartialFailure:
    """A part that failed while the rest went on; `subject` names it, such as a resource or a line of a file."""

    subject: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an operation has come: `done` of `total` steps of its phase; a total of 0 is one that is not known.

    `counts` are figures of the kind of operation, by name. `failures` are the first partial failures of `failed`.
    """

    phase: str = ""
    done: int = 0
    total: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    failures: tuple[PartialFailure, ...] = ()
    failed: int = 0

    def with_failure(self, failure: PartialFailure) -> Progress:
        """With one more part that failed."""
        listed = (*self.failures, failure) if len(self.failures) < MOST_FAILURES else self.failures
        return replace(self, failures=listed, failed=self.failed + 1)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as it stands.

    `number` is its place in the order in which they were asked for, and `name` what callers know it by, which says
    nothing of how many there are. `about` names the resource that it works on, or is empty. `request` is the message
    that asked for it, and `result` what it answered, a serialised `google.protobuf.Any`; both are opaque here.
    """

    number: int
    name: str
    kind: str
    about: str
    request: bytes
    caller: Caller | None
    create_time: datetime
    update_time: datetime
    state: OperationState = OperationState.PENDING
    start_time: datetime | None = None
    end_time: datetime | None = None
    cancel_asked: bool = False
    progress: Progress = field(default_factory=Progress)
    result: bytes = b""
    fault: Fault | None = None

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self.end_time is not None

    def started(self, now: datetime) -> Operation:
        """Once work on it begins; one that was begun before, or has ended, stays as it is."""
        if self.state is not OperationState.PENDING:
            return self
        return replace(self, state=OperationState.RUNNING, start_time=now, update_time=now)

    def progressed(self, progress: Progress, now: datetime) -> Operation:
        """When it has come so far; one that does not run stays as it is."""
        if self.state is not OperationState.RUNNING:
            return self
        return replace(self, progress=progress, update_time=now)

    def asked_to_cancel(self, now: datetime) -> Operation:
        """When somebody wants it to end: at once where nobody works on it yet, else when its work heeds that."""
        if self.done:
            return self
        asked = replace(self, cancel_asked=True, update_time=now)
        return asked.ended(cancelled(self.name), now) if self.state is OperationState.PENDING else asked

    def ended(self, outcome: bytes | Fault, now: datetime) -> Operation:
        """With its result, or why there is none; one that has ended stays as it is."""
        if self.done:
            return self
        if isinstance(outcome, bytes):
            return replace(self, state=OperationState.SUCCEEDED, result=outcome, end_time=now, update_time=now)
        gone = outcome.reason is ErrorReason.OPERATION_CANCELLED
        state = OperationState.CANCELLED if gone else OperationState.FAILED
        return replace(self, state=state, fault=outcome, end_time=now, update_time=now)


@dataclass(frozen=True, slots=True)
class Operated:
    """The receipt of a change of an operation: its name, and the state in which that left it."""

    name: str
    state: OperationState


def cancelled(name: str) -> Fault:
    """Why an operation has no result that was cancelled."""
    return Fault(ErrorReason.OPERATION_CANCELLED, f"{name} was cancelled")


def interrupted(name: str) -> Fault:
    """Why an operation has no result that the end of the service ended."""
    return Fault(ErrorReason.OPERATION_INTERRUPTED, f"{name} was interrupted by a restart")


def no_operation(name: str) -> NotFound:
    """There is no such operation, or the caller may not know of it."""
    return NotFound(ErrorReason.OPERATION_NOT_FOUND, f"operation {name} does not exist")


def still_running(name: str) -> Refused:
    """The operation has not ended."""
    return Refused(ErrorReason.OPERATION_RUNNING, f"{name} has not ended; cancel it first")
