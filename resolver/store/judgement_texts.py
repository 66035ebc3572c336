"""Verdicts and claimed tasks as JSON and back, for first answers that are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from resolver.domain.review import Claim, OpenTask
from resolver.domain.verdict import (
    Basis,
    Justification,
    SecondPersonReason,
    Verdict,
    VerdictKind,
    VerdictState,
    Word,
)
from resolver.store.decision_rows import task_from_json, task_to_json


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict, enums by name and times in ISO 8601."""
    word = verdict.word
    return {
        "number": verdict.number,
        "left": verdict.left,
        "right": verdict.right,
        "kind": word.kind.name,
        "basis": word.basis.name,
        "justification": word.justification.name,
        "reason": word.reason,
        "examiner": word.examiner,
        "state": verdict.state.name,
        "created": verdict.create_time.isoformat(),
        "updated": verdict.update_time.isoformat(),
        "second_person": [reason.name for reason in verdict.second_person],
        "confirmed_by": verdict.confirmed_by,
        "withdrawn_by": verdict.withdrawn_by,
        "withdrawal_reason": verdict.withdrawal_reason,
        "revision": verdict.revision,
    }


def verdict_from_json(body: dict[str, Any]) -> Verdict:
    """The verdict that `verdict_to_json` wrote."""
    return Verdict(
        number=body["number"],
        left=body["left"],
        right=body["right"],
        word=Word(
            kind=VerdictKind[body["kind"]],
            basis=Basis[body["basis"]],
            justification=Justification[body["justification"]],
            reason=body["reason"],
            examiner=body["examiner"],
        ),
        state=VerdictState[body["state"]],
        create_time=datetime.fromisoformat(body["created"]),
        update_time=datetime.fromisoformat(body["updated"]),
        second_person=tuple(SecondPersonReason[name] for name in body["second_person"]),
        confirmed_by=body["confirmed_by"],
        withdrawn_by=body["withdrawn_by"],
        withdrawal_reason=body["withdrawal_reason"],
        revision=body["revision"],
    )


def open_task_to_json(task: OpenTask) -> dict[str, Any]:
    """The task, times in ISO 8601."""
    claim = task.claim
    return {
        "task": task_to_json(task.task),
        "raised": task.raise_time.isoformat(),
        "due": task.due_time.isoformat(),
        "priority": task.priority,
        "claim": None if claim is None else [claim.examiner, claim.until.isoformat()],
        "revision": task.revision,
        "pending": task.pending_verdicts,
    }


def open_task_from_json(body: dict[str, Any]) -> OpenTask:
    """The task that `open_task_to_json` wrote."""
    claim = body["claim"]
    return OpenTask(
        task=task_from_json(body["task"]),
        raise_time=datetime.fromisoformat(body["raised"]),
        due_time=datetime.fromisoformat(body["due"]),
        priority=body["priority"],
        claim=None if claim is None else Claim(claim[0], datetime.fromisoformat(claim[1])),
        revision=body["revision"],
        pending_verdicts=tuple(body["pending"]),
    )
