"""What the engine is asked to write down of models."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApproveModel:
    """Says that a person approves of a model; see `domain.vetted.Approval`."""

    model: str
    digest: bytes
    examiner: str
    caller: str
    reason: str


@dataclass(frozen=True, slots=True)
class NoteTrial:
    """Says what was found when a model was tried out; a repeat for the same operation changes nothing."""

    model: str
    digest: bytes
    operation: str
    body: str


Vetting = ApproveModel | NoteTrial
