"""What becomes of long-running operations, as the engine is asked to write it down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from resolver.domain.caller import Caller
from resolver.domain.operation import Fault, Progress


def _nothing_against() -> None:
    """There is nothing that stands in the way."""


@dataclass(frozen=True, slots=True)
class BeginOperation:
    """Takes an operation in; it waits to be worked on. See `domain.operation.Operation`.

    `check` raises a ResolverError for what stands in its way; it is asked within the writer's transaction, so that a
    request that is repeated is not held against what the first one did.
    """

    name: str
    kind: str
    about: str
    request: bytes
    caller: Caller | None
    check: Callable[[], None] = _nothing_against


@dataclass(frozen=True, slots=True)
class StartOperation:
    """Says that work on it begins, if it still waits."""

    name: str


@dataclass(frozen=True, slots=True)
class ReportProgress:
    """Says how far it has come."""

    name: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class EndOperation:
    """Says that it has ended: with a result, a serialised `google.protobuf.Any`, or why there is none."""

    name: str
    outcome: bytes | Fault
    progress: Progress


@dataclass(frozen=True, slots=True)
class CancelOperation:
    """Wants it to end; one that has ended stays as it is."""

    name: str


@dataclass(frozen=True, slots=True)
class DeleteOperation:
    """Forgets one that has ended."""

    name: str


Operating = BeginOperation | StartOperation | ReportProgress | EndOperation | CancelOperation | DeleteOperation
