"""What the demo shows of people: the questions that are open, one of them answered, and the answer taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ftf.resolution.v1.decision_pb2 import (
    REVIEW_REASON_BETWEEN_THRESHOLDS,
    REVIEW_REASON_NAMES_DISAGREE,
    REVIEW_REASON_WEAK_BRIDGE,
    ReviewTask,
)
from ftf.resolution.v1.review_service_pb2 import (
    ClaimReviewTaskRequest,
    ListReviewTasksRequest,
    ResolveReviewTaskRequest,
)
from ftf.resolution.v1.verdict_service_pb2 import (
    JUSTIFICATION_NOT_ASSESSED,
    VERDICT_BASIS_EXAMINER,
    VERDICT_KIND_SAME,
    CreateVerdictRequest,
    Verdict,
    VerdictReceipt,
    WithdrawVerdictRequest,
)
from ftf_client import Client
from resolver.cli.reading import review_tasks
from resolver.jobs.truth import TrueRecord

_EXAMINER = "an examiner who knows the truth"
_WORD: Any = {
    "basis": VERDICT_BASIS_EXAMINER,
    "justification": JUSTIFICATION_NOT_ASSESSED,
    "reason": "The photographs show one person.",
    "examiner": _EXAMINER,
}
_DOUBTFUL = (REVIEW_REASON_BETWEEN_THRESHOLDS, REVIEW_REASON_WEAK_BRIDGE, REVIEW_REASON_NAMES_DISAGREE)
_TASKS_TRIED = 500


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, what its answer changed, and what taking the answer back changed."""

    task: ReviewTask
    given: VerdictReceipt
    taken_back: VerdictReceipt


def first_tasks(connection: Client, most: int) -> list[ReviewTask]:
    """The open tasks whose answers are worth most."""
    return list(islice(review_tasks(connection, ListReviewTasksRequest(page_size=most)), most))


def answered(connection: Client, truth: Sequence[TrueRecord]) -> Answered | None:
    """Answers the first doubtful pair that is one person, and takes the answer back; None if there is none."""
    person_of = {each.record: each.person for each in truth}
    doubtful = ListReviewTasksRequest(reasons=_DOUBTFUL, unclaimed_only=True)
    for task in islice(review_tasks(connection, doubtful), _TASKS_TRIED):
        if person_of.get(task.link.left) == person_of.get(task.link.right) and _one_may_answer(connection, task):
            given = _answer(connection, task)
            return Answered(task, given, _take_back(connection, given))
    return None


def _one_may_answer(connection: Client, task: ReviewTask) -> bool:
    """Whether the answer would stand without a second person."""
    verdict = Verdict(left=task.link.left, right=task.link.right, kind=VERDICT_KIND_SAME, **_WORD)
    request = CreateVerdictRequest(verdict=verdict, validate_only=True)
    rehearsed: VerdictReceipt = connection.verdicts.CreateVerdict(request)
    return rehearsed.HasField("decision")


def _answer(connection: Client, task: ReviewTask) -> VerdictReceipt:
    claim = ClaimReviewTaskRequest(name=task.name, examiner=_EXAMINER, etag=task.etag)
    claimed: ReviewTask = connection.reviews.ClaimReviewTask(claim)
    request = ResolveReviewTaskRequest(name=task.name, kind=VERDICT_KIND_SAME, etag=claimed.etag, **_WORD)
    receipt: VerdictReceipt = connection.reviews.ResolveReviewTask(request)
    return receipt


def _take_back(connection: Client, given: VerdictReceipt) -> VerdictReceipt:
    request = WithdrawVerdictRequest(
        name=given.verdicts[0].name, examiner=_EXAMINER, reason="It was a photograph of another person."
    )
    receipt: VerdictReceipt = connection.verdicts.WithdrawVerdict(request)
    return receipt
