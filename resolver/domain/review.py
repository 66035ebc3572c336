"""An open review task as people work on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from resolver.domain.decision import ReviewTask

TASKS_OF_ONE: Final = 1_000_000
"""More than one decision raises: a task has the number of its decision times this, and its place among its tasks."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who works on a task, and until when (UTC without zone). `examiner` is an authority's reference, never a name."""

    examiner: str
    until: datetime


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task with its standing. Times are UTC without zone; `priority` in points, see `identity.review_order`.

    `revision` is the place in the feed of the decision that raised it, and changes when it is raised anew. `claim` may
    have expired. `pending_verdicts` are the numbers of verdicts on the link's records that wait for a second person.
    """

    task: ReviewTask
    raise_time: datetime
    due_time: datetime
    priority: float
    claim: Claim | None
    revision: int
    pending_verdicts: tuple[int, ...]

    def at(self, now: datetime) -> OpenTask:
        """The task as it stands at a time: without a claim that is over."""
        over = self.claim is not None and self.claim.until <= now
        return replace(self, claim=None) if over else self

    def claimed(self, examiner: str, until: datetime) -> OpenTask:
        """The task once it is claimed."""
        return replace(self, claim=Claim(examiner, until))


@dataclass(frozen=True, slots=True)
class Claimed:
    """The receipt of a claim."""

    task: OpenTask
