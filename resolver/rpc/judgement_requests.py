"""Requests of people to judge, as the engine's writes. All raise InvalidInput with every wrong field.

Etags of identities and tasks are numbers of the view that they were given to; to turn them may block.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Protocol

from ftf.resolution.v1 import review_service_pb2 as review_pb
from ftf.resolution.v1 import verdict_service_pb2 as pb
from resolver.domain.errors import ErrorReason
from resolver.domain.verdict import Basis, Justification, VerdictKind, Word, verdict_number
from resolver.engine.asked.judgements import (
    ClaimTask,
    ConfirmVerdict,
    GiveVerdict,
    Judgement,
    MergeIdentities,
    ResolveTask,
    SplitIdentity,
    WithdrawVerdict,
)
from resolver.engine.asked.writes import Write
from resolver.rpc import limits
from resolver.rpc.judgement_messages import basis, justification, verdict_kind
from resolver.rpc.repeatable import check_request_id, digest_of, request_key_of
from resolver.rpc.resource_names import is_identity_name, is_record_name, is_task_name, record_name_violation
from resolver.rpc.validate_text import check_text
from resolver.rpc.view import View
from resolver.rpc.violations import Violations

_CLAIM_DEFAULT: Final = timedelta(minutes=30)
_CLAIM_LONGEST: Final = timedelta(hours=24)

_JudgementRequest = (
    pb.CreateVerdictRequest
    | pb.ConfirmVerdictRequest
    | pb.WithdrawVerdictRequest
    | pb.MergeIdentitiesRequest
    | pb.SplitIdentityRequest
    | review_pb.ClaimReviewTaskRequest
    | review_pb.ResolveReviewTaskRequest
)


class _Worded(Protocol):
    """A message that says on what a verdict rests, why and by whom."""

    @property
    def basis(self) -> int: ...
    @property
    def justification(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def examiner(self) -> str: ...


def create_write(request: pb.CreateVerdictRequest) -> Write:
    """The write that gives a verdict."""
    violations, verdict = Violations(), request.verdict
    for side in ("left", "right"):
        if not is_record_name(getattr(verdict, side)):
            violations.extend([record_name_violation(f"verdict.{side}")])
    if verdict.left and verdict.left == verdict.right:
        violations.add("verdict.right", "must be another record than the left", ErrorReason.SAME_RECORD)
    kind = _kind(violations, "verdict.kind", verdict.kind)
    word = _word(violations, verdict, kind, "verdict.")
    return _write(violations, request, GiveVerdict(verdict.left, verdict.right, word))


def confirm_write(request: pb.ConfirmVerdictRequest) -> Write:
    """The write of a second person."""
    violations = Violations()
    number = _number(violations, request.name)
    check_text(violations, "examiner", request.examiner, limits.EXAMINER, required=True)
    check_text(violations, "etag", request.etag, limits.ETAG)
    return _write(violations, request, ConfirmVerdict(number, request.examiner, request.etag))


def withdraw_write(request: pb.WithdrawVerdictRequest) -> Write:
    """The write that takes a verdict back."""
    violations = Violations()
    number = _number(violations, request.name)
    check_text(violations, "examiner", request.examiner, limits.EXAMINER, required=True)
    check_text(violations, "reason", request.reason, limits.REASON, required=True, allowed="\n")
    check_text(violations, "etag", request.etag, limits.ETAG)
    return _write(violations, request, WithdrawVerdict(number, request.examiner, request.reason, request.etag))


def merge_write(request: pb.MergeIdentitiesRequest, view: View) -> Write:
    """The write that merges two identities."""
    violations = Violations()
    if len(request.identities) != 2:
        violations.add("identities", "must be two")
    for index, name in enumerate(request.identities[:2]):
        _check_identity(violations, f"identities[{index}]", name)
    if len(request.identities) == 2 and request.identities[0] == request.identities[1]:
        violations.add("identities[1]", "must be another identity than the first", ErrorReason.SAME_IDENTITY)
    if len(request.etags) not in (0, 2):
        violations.add("etags", "must be two, or none")
    for index, etag in enumerate(request.etags[:2]):
        check_text(violations, f"etags[{index}]", etag, limits.ETAG)
    word = _word(violations, request, VerdictKind.SAME)
    one, other = _two(request.identities)
    first, second = _two(request.etags)
    return _write(
        violations, request, MergeIdentities(one, other, (view.etag_within(first), view.etag_within(second)), word)
    )


def split_write(request: pb.SplitIdentityRequest, view: View) -> Write:
    """The write that splits an identity."""
    violations = Violations()
    _check_identity(violations, "name", request.name)
    check_text(violations, "etag", request.etag, limits.ETAG)
    if not request.records:
        violations.add("records", "must not be empty", ErrorReason.SIDE_EMPTY)
    for path, name in violations.entries("records", request.records, limits.SPLIT_RECORDS):
        if not is_record_name(name):
            violations.extend([record_name_violation(path)])
    word = _word(violations, request, VerdictKind.DIFFERENT)
    etag = view.etag_within(request.etag)
    return _write(violations, request, SplitIdentity(request.name, etag, tuple(request.records), word))


def claim_write(request: review_pb.ClaimReviewTaskRequest, view: View) -> Write:
    """The write that claims a task."""
    violations = Violations()
    _check_task(violations, request.name)
    check_text(violations, "examiner", request.examiner, limits.EXAMINER, required=True)
    check_text(violations, "etag", request.etag, limits.ETAG)
    seconds = request.duration.seconds + request.duration.nanos / 1e9
    duration = timedelta(seconds=seconds) if abs(seconds) <= _CLAIM_LONGEST.total_seconds() else timedelta()
    if request.HasField("duration") and duration <= timedelta():
        violations.add("duration", "must be more than nothing and at most 24 hours")
    claimed = duration if request.HasField("duration") else _CLAIM_DEFAULT
    etag = view.task_etag_within(request.etag)
    return _write(violations, request, ClaimTask(request.name, request.examiner, claimed, etag))


def resolve_write(request: review_pb.ResolveReviewTaskRequest, view: View) -> Write:
    """The write that resolves a task."""
    violations = Violations()
    _check_task(violations, request.name)
    check_text(violations, "etag", request.etag, limits.ETAG)
    word = _word(violations, request, _kind(violations, "kind", request.kind))
    return _write(violations, request, ResolveTask(request.name, view.task_etag_within(request.etag), word))


def _write(violations: Violations, request: _JudgementRequest, judgement: Judgement) -> Write:
    check_request_id(violations, request.request_id)
    violations.raise_any()
    return Write(
        (),
        request_key=request_key_of(request),
        digest=digest_of(request),
        atomic=True,
        validate_only=request.validate_only,
        judgement=judgement,
    )


def _word(violations: Violations, message: _Worded, kind: VerdictKind, path: str = "") -> Word:
    if basis(message.basis) is Basis.UNSPECIFIED:
        violations.add(f"{path}basis", "must be stated")
    if justification(message.justification) is Justification.UNSPECIFIED:
        violations.add(f"{path}justification", "must be stated")
    check_text(violations, f"{path}reason", message.reason, limits.REASON, required=True, allowed="\n")
    check_text(violations, f"{path}examiner", message.examiner, limits.EXAMINER, required=True)
    return Word(kind, basis(message.basis), justification(message.justification), message.reason, message.examiner)


def _kind(violations: Violations, path: str, number: int) -> VerdictKind:
    kind = verdict_kind(number)
    if kind is VerdictKind.UNSPECIFIED:
        violations.add(path, "must be SAME or DIFFERENT")
    return kind


def _number(violations: Violations, name: str) -> int:
    number = verdict_number(name)
    if number is None:
        violations.add("name", "must be verdicts/{verdict}")
    return number or 0


def _check_identity(violations: Violations, path: str, name: str) -> None:
    if not is_identity_name(name):
        violations.add(path, "must be identities/{identity}")


def _check_task(violations: Violations, name: str) -> None:
    if not is_task_name(name):
        violations.add("name", "must be reviewTasks/{review_task}")


def _two(values: Sequence[str]) -> tuple[str, str]:
    return (values[0], values[1]) if len(values) == 2 else ("", "")
