"""A write on its way to the writer: in which lane it waits, what it may share a batch with, and the batch."""

from __future__ import annotations

from concurrent.futures import Future
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from enum import Enum

from resolver.domain.answer import Answer
from resolver.engine.asked.retention import ExtendRetention
from resolver.engine.asked.writes import Write
from resolver.stopwatch import Timing

Answers = tuple[Answer, ...]
INTERACTIVE_CHANGES = 10
"""A write with more changes is bulk, whoever sent it."""


class Lane(Enum):
    """Who waits for a write: who asked for one thing, a load of many, or a read for its entry in the audit log."""

    INTERACTIVE = "interactive"
    BULK = "bulk"
    NOTES = "notes"


class Kind(Enum):
    """What may share a batch."""

    CHANGES = "changes"
    DRY_RUNS = "dry_runs"
    JUDGEMENT = "judgement"
    STEP = "step"
    KEEPING = "keeping"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Queued:
    """A write that waits for its answers.

    `ticket` counts arrivals; `since` is when it came, on the queue's clock; `context` is that of who sent it, by which
    a trace finds the call.
    """

    ticket: int
    write: Write
    future: Future[Answers]
    since: float
    context: Context = field(default_factory=copy_context)

    @property
    def units(self) -> int:
        """What it counts."""
        return self.write.size

    @property
    def kind(self) -> Kind:
        """What it may share a batch with."""
        if self.write.judgement is not None:
            return Kind.JUDGEMENT
        if self.write.step is not None:
            return Kind.STEP
        if self.write.keeping is not None:
            return Kind.KEEPING
        if self.write.note is not None:
            return Kind.NOTES
        return Kind.DRY_RUNS if self.write.validate_only else Kind.CHANGES


@dataclass(frozen=True, slots=True)
class Batch:
    """What is carried out together. The futures are running: they cannot be cancelled any more."""

    kind: Kind
    queued: tuple[Queued, ...]

    @property
    def units(self) -> int:
        """What its writes count together."""
        return sum(queued.units for queued in self.queued)


@dataclass(frozen=True, slots=True)
class BatchReport:
    """A batch whose writes are answered: their futures are done."""

    batch: Batch
    timing: Timing


def lane_of(write: Write) -> Lane:
    """The lane of a write."""
    if write.note is not None:
        return Lane.NOTES
    sweeping = write.keeping is not None and not isinstance(write.keeping, ExtendRetention)
    bulk = write.streamed or sweeping or write.step is not None or len(write.changes) > INTERACTIVE_CHANGES
    return Lane.BULK if bulk else Lane.INTERACTIVE
