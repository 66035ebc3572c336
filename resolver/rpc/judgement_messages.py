"""Verdicts and open review tasks as messages."""

from __future__ import annotations

from typing import cast

from ftf.resolution.v1 import decision_pb2
from ftf.resolution.v1 import verdict_service_pb2 as pb
from resolver.domain.review import OpenTask
from resolver.domain.verdict import Basis, Justification, Ruled, Verdict, VerdictKind, VerdictState, verdict_name
from resolver.rpc.decision_messages import decision_to_message, task_to_message
from resolver.rpc.marking_messages import mark, records_of_links
from resolver.rpc.moments import timestamp
from resolver.rpc.view import View
from resolver.store.views import etag_of


def verdict_to_message(verdict: Verdict, view: View) -> pb.Verdict:
    """A verdict in full, with the markings of its records."""
    message = verdict_within(verdict)
    mark(message.record_markings, (verdict.left, verdict.right), view)
    return message


def verdict_within(verdict: Verdict) -> pb.Verdict:
    """A verdict in full within a message that has the markings."""
    message = verdict_in_brief(verdict)
    message.justification = cast("pb.Justification.ValueType", verdict.word.justification.value)
    message.reason = verdict.word.reason
    message.examiner = verdict.word.examiner
    message.create_time.CopyFrom(timestamp(verdict.create_time))
    message.update_time.CopyFrom(timestamp(verdict.update_time))
    message.confirmed_by = verdict.confirmed_by
    message.withdrawn_by = verdict.withdrawn_by
    message.withdrawal_reason = verdict.withdrawal_reason
    message.second_person_reasons.extend(
        cast("pb.SecondPersonReason.ValueType", reason.value) for reason in verdict.second_person
    )
    message.etag = etag_of(verdict.revision)
    return message


def verdict_in_brief(verdict: Verdict) -> pb.Verdict:
    """A verdict without who gave it and why, for whom it stands in the way of."""
    return pb.Verdict(
        name=verdict.name,
        left=verdict.left,
        right=verdict.right,
        kind=cast("pb.VerdictKind.ValueType", verdict.word.kind.value),
        basis=cast("pb.VerdictBasis.ValueType", verdict.word.basis.value),
        state=cast("pb.VerdictState.ValueType", verdict.state.value),
    )


def ruled_to_message(ruled: Ruled, view: View) -> pb.VerdictReceipt:
    """The receipt of a write of verdicts."""
    receipt = pb.VerdictReceipt(verdicts=[verdict_to_message(verdict, view) for verdict in ruled.verdicts])
    if ruled.decision is not None:
        receipt.decision.CopyFrom(decision_to_message(ruled.decision, view))
    return receipt


def open_task_to_message(open_task: OpenTask, view: View) -> decision_pb2.ReviewTask:
    """An open review task with its standing, and the markings of its records."""
    message = open_task_within(open_task, view)
    mark(message.record_markings, records_of_links((message.link,)), view)
    return message


def open_task_within(open_task: OpenTask, view: View) -> decision_pb2.ReviewTask:
    """The same within a message that has the markings. A claim that has expired is left out."""
    message = task_to_message(open_task.task)
    message.raise_time.CopyFrom(timestamp(open_task.raise_time))
    message.due_time.CopyFrom(timestamp(open_task.due_time))
    message.priority = open_task.priority
    message.etag = etag_of(view.task_number(open_task.revision))
    message.pending_verdicts.extend(map(verdict_name, open_task.pending_verdicts))
    if open_task.claim is not None:
        message.claim.examiner = open_task.claim.examiner
        message.claim.expire_time.CopyFrom(timestamp(open_task.claim.until))
    return message


def verdict_kind(number: int) -> VerdictKind:
    """The domain's kind; UNSPECIFIED for a number that this version does not know. The same below."""
    return next((kind for kind in VerdictKind if kind.value == number), VerdictKind.UNSPECIFIED)


def basis(number: int) -> Basis:
    """The domain's basis."""
    return next((each for each in Basis if each.value == number), Basis.UNSPECIFIED)


def justification(number: int) -> Justification:
    """The domain's justification."""
    return next((each for each in Justification if each.value == number), Justification.UNSPECIFIED)


def verdict_state(number: int) -> VerdictState:
    """The domain's state."""
    return next((each for each in VerdictState if each.value == number), VerdictState.UNSPECIFIED)
