"""What people and trials say of a model: of its content, by its SHA-256. Times are UTC without zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from resolver.domain.errors import ErrorReason, Refused


@dataclass(frozen=True, slots=True)
class Approval:
    """A person's word that a model may be used. `examiner` is the authority's own reference, never a name."""

    model: str
    digest: bytes
    examiner: str
    caller: str
    reason: str
    approve_time: datetime


@dataclass(frozen=True, slots=True)
class Trial:
    """What was found when a model was tried out by an operation: `body` is JSON, see `jobs.model_trial`."""

    model: str
    digest: bytes
    operation: str
    evaluate_time: datetime
    body: str


@dataclass(frozen=True, slots=True)
class Vetted:
    """The receipt of what was said of a model."""

    model: str


def check_another(model: str, examiner: str, approvals: Sequence[Approval]) -> None:
    """Raises Refused with SECOND_PERSON_REQUIRED where a person approved of the model before."""
    if any(each.examiner == examiner for each in approvals):
        message = f"{examiner} approved of {model} before; another person has to"
        raise Refused(ErrorReason.SECOND_PERSON_REQUIRED, message)


def require_approved(model: str, approvals: Sequence[Approval], required: int) -> None:
    """Raises Refused with MODEL_NOT_APPROVED where fewer different persons approve of a model than have to."""
    have = len({each.examiner for each in approvals})
    if have < required:
        raise Refused(ErrorReason.MODEL_NOT_APPROVED, f"{have} of {required} persons approve of {model}")
